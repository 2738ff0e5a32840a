"""An import's outcome in words."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from corpus.cleaning import UnusableReason
from corpus.importing.importer import ImportCounts
from corpus.selection import MIN_USABLE_COMMENTS

_REASONS = {
    UnusableReason.EMPTY: _("empty: %(count)s"),
    UnusableReason.NO_LETTER_OR_EMOJI: _("without a letter or emoji: %(count)s"),
    UnusableReason.BARE_LINK: _("only a link: %(count)s"),
    UnusableReason.BARE_MENTION: _("only a mention: %(count)s"),
    UnusableReason.TOO_LONG: _("too long: %(count)s"),
    UnusableReason.WRAPPED: _("with a bullet, label or markup: %(count)s"),
    UnusableReason.DUPLICATE: _("duplicates: %(count)s"),
}


def summary(counts: ImportCounts, *, is_dry_run: bool) -> Iterator[str]:
    """Lines for a person to read."""
    title = "Would have imported" if is_dry_run else "Imported"
    yield (
        f"{title} {counts.videos:,} videos: {counts.created:,} new, "
        f"{counts.updated:,} updated, {counts.unchanged:,} unchanged; "
        f"{counts.clips_added:,} clips added."
    )
    yield (
        f"Comments: {counts.comments_read:,} read, {counts.comments_added:,} added, "
        f"{counts.comments_updated:,} updated."
    )
    if counts.unusable:
        yield f"Not usable: {reasons_in_words(counts.unusable)}."
    if counts.ineligible:
        yield (
            f"{counts.ineligible:,} videos have fewer than {MIN_USABLE_COMMENTS} "
            "usable comments and can't be used in a study."
        )


def reasons_in_words(counts: Mapping[str, int]) -> str:
    """Why comments can't be used: "only a link: 2, empty: 1"; empty if all can."""
    return ", ".join(
        words % {"count": f"{counts[reason]:,}"}
        for reason, words in _REASONS.items()
        if counts.get(reason)
    )
