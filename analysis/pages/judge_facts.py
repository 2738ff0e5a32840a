"""How a judge's guesses came about, as its card tells it."""

from collections.abc import Iterator, Mapping
from typing import Final

from pages.phrases import Phrase
from pages.phrases import phrase as _

# In the order of the card; hashes and numbers stand as they are.
_LABELS: Final = {
    "entry": _("Registry entry"),
    "engine": _("Engine"),
    "checkpoint": _("Model"),
    "revision": _("Revision"),
    "content_hash": _("Hash of the model's files"),
    "prompt_version": _("Prompt version"),
    "prompt_hash": _("Hash of guidelines and prompt"),
    "view": _("Shown with the comments"),
    "mode": _("Answered by"),
    "samples": _("How often each batch is asked"),
    "seed": _("Seed"),
    "pooling": _("Pooling"),
    "read": _("What it reads"),
    "width": _("Size of an embedding"),
    "components": _("Principal components used"),
}
_VIEWS: Final = {
    "text": _("The texts alone"),
    "frames": _("Frames of the video, too"),
    "said": _("A number that it says for each comment"),
    "likelihood": _("How likely it finds each verdict"),
}


def fact_lines(provenance: Mapping[str, object]) -> Iterator[tuple[Phrase, str]]:
    """Label and value of each line, in English."""
    for key, label in _LABELS.items():
        if (value := provenance.get(key)) not in (None, ""):
            yield label, _VIEWS.get(str(value), str(value))
    if "asked" in provenance:
        yield (
            _("Answers without a readable number"),
            _(
                "%(unread)s of %(asked)s",
                unread=provenance["unread"],
                asked=provenance["asked"],
            ),
        )
    if provenance.get("unanswered_batches"):
        yield _("Batches without an answer"), str(provenance["unanswered_batches"])
