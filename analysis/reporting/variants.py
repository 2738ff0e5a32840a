"""All ways in which the sources' comments came about, chosen or not.

Who generates ten variants and reports the best one reports a chance finding; so the
report lists what was ever generated, in any study.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.reporting.tables import Column, Table
from pages.phrases import phrase as _

# Further seeds are counted.
_SHOWN_SEEDS = 8


@dataclass(frozen=True)
class Variant:
    """One way in which a source's comments came about.

    Attributes:
        source: The source's name in the data.
        checkpoint: With revision and hash; empty for comments from files.
        prompt: Version and the beginning of its hash.
        frames: The policy by which frames were taken.
        decoding: Settings, without the seed.
        seeds: Of the rounds.
        written: Comments that exist of it, in all studies.
        judged: Those among them that stand in this study's batches.
    """

    source: str
    checkpoint: str
    prompt: str
    frames: str
    decoding: str
    seeds: tuple[int, ...]
    written: int
    judged: int


def variants_table(rows: Sequence[Variant], titles: Mapping[str, str]) -> Table:
    """One row a variant, the sources in the order in which they were declared."""
    columns = (
        Column("source", _("Source")),
        Column("checkpoint", _("Checkpoint")),
        Column("prompt", _("Prompt")),
        Column("frames", _("Frames")),
        Column("decoding", _("Decoding")),
        Column("seeds", _("Seeds of the rounds")),
        Column("written", _("Comments written"), 0),
        Column("judged", _("Of them in this study"), 0),
    )
    note = _(
        "Every prompt, checkpoint and seed that ever wrote for these sources, in any "
        "study, whether its comments were chosen or not."
    )
    body = tuple(
        (
            titles.get(row.source, row.source),
            row.checkpoint or _("from a file"),
            row.prompt,
            row.frames,
            row.decoding,
            _seeds(row.seeds),
            row.written,
            row.judged,
        )
        for row in rows
    )
    title = _("How the comments of each source came about")
    return Table("variants", title, note, columns, body)


def _seeds(seeds: Sequence[int]) -> str:
    shown = ", ".join(map(str, seeds[:_SHOWN_SEEDS]))
    left = len(seeds) - _SHOWN_SEEDS
    if left <= 0:
        return shown
    return _("%(seeds)s and %(left)s more", seeds=shown, left=left)
