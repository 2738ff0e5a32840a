"""What a new study can start from: settings that belong together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class StudyTemplate:
    """A kind of study, and the settings that its form starts with."""

    key: str
    title: str | Promise
    # What it is for, and what is left to choose.
    use: str | Promise
    settings: Mapping[str, object]

    @property
    def address(self) -> str:
        """What leads from the form to the form that starts from it."""
        return f"?template={self.key}"


TEMPLATES: Final = (
    StudyTemplate(
        "paper",
        _("The paper's protocol"),
        _("5 human comments and 24 AI sources per video, 3 annotators per batch."),
        {"human_comment_count": 5, "redundancy": 3},
    ),
    StudyTemplate(
        "pilot",
        _("Pilot: 20 videos, 3 annotators each"),
        _(
            "A first look at pace and texts: add 20 videos. An attention check per "
            "batch shows whether people read."
        ),
        {
            "human_comment_count": 5,
            "redundancy": 3,
            "attention_checks_per_batch": 1,
            "batches_per_annotator": 20,
        },
    ),
    StudyTemplate(
        "one-model",
        _("One model against people"),
        _(
            "One human comment and one AI comment per video, 5 annotators per batch: "
            "choose one source and many videos."
        ),
        {"human_comment_count": 1, "redundancy": 5},
    ),
)


def template_called(key: str) -> StudyTemplate | None:
    """The template of that key, if there is one."""
    return next((one for one in TEMPLATES if one.key == key), None)
