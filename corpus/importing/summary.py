"""An import's outcome in words."""

from collections.abc import Iterator, Mapping

from corpus.cleaning import UnusableReason
from corpus.importing.importer import ImportCounts
from corpus.selection import MIN_USABLE_COMMENTS

_REASONS = {
    UnusableReason.EMPTY: "empty",
    UnusableReason.NO_LETTER_OR_EMOJI: "without a letter or emoji",
    UnusableReason.BARE_LINK: "with a link alone",
    UnusableReason.BARE_MENTION: "with a mention alone",
    UnusableReason.DUPLICATE: "repeated",
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
            "usable comments and cannot stand in a study."
        )


def reasons_in_words(counts: Mapping[str, int]) -> str:
    """Why comments cannot be used: "2 with a link alone, 1 empty"; empty if all can."""
    return ", ".join(
        f"{counts[reason]:,} {words}"
        for reason, words in _REASONS.items()
        if counts.get(reason)
    )
