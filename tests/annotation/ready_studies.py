"""Drafts that can be sealed, and what a study's log says of it."""

from annotation.models import DocumentKind, Study
from tests import factories


def make_ready_study(
    *, videos: int = 1, attention_checks: int = 0, redundancy: int = 3
) -> Study:
    """A draft with nothing missing: it can be sealed and opened."""
    study = factories.make_study(
        videos=[
            factories.make_media(factories.make_video()).video for _ in range(videos)
        ],
        attention_checks=attention_checks,
        redundancy=redundancy,
    )
    for kind in DocumentKind:
        factories.make_document(study, kind)
    return study


def actions(study: Study) -> list[str]:
    """The study's log, oldest first."""
    return [*study.events.order_by("pk").values_list("action", flat=True)]
