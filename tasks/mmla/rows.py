"""One labelled utterance, as a file says it and as we take it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from tasks.errors import TasksError
from tasks.mmla.sets import SPLITS, LabelSet

_SHOWN = 5


class RawRow(NamedTuple):
    """What one line or entry of a file says.

    Attributes:
        split: train, dev or test.
        row_id: As text: leading zeros and dollar signs belong to it.
        text: What the speaker says.
        label: As spelt in the file.
        clip: Name of the clip's file.
        where: File and line, for messages.
    """

    split: str
    row_id: str
    text: str
    label: str
    clip: str
    where: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """One item of a set: what is said, in which clip, and its label."""

    row_id: str
    text: str
    label: str
    clip: str
    cluster: str


@dataclass
class FoundSet:
    """One set as it was found in a folder.

    Attributes:
        labels: Which set.
        layout: In which of the layouts.
        rows: By split.
        dropped_count: Rows that are of another dimension.
        unknown: Label and place of rows whose label is none of the set's.
    """

    labels: LabelSet
    layout: str
    rows: dict[str, list[Utterance]] = field(
        default_factory=lambda: {split: [] for split in SPLITS}
    )
    dropped_count: int = 0
    unknown: list[tuple[str, str]] = field(default_factory=list)

    def take(self, raw_rows: Iterable[RawRow]) -> None:
        """Sort the rows in."""
        for raw in raw_rows:
            label = self.labels.label_of(raw.label)
            if label is not None:
                utterance = Utterance(
                    raw.row_id,
                    raw.text,
                    label,
                    raw.clip,
                    self.labels.cluster_of(raw.row_id),
                )
                self.rows[raw.split].append(utterance)
            elif raw.label.strip().casefold() in self.labels.dropped:
                self.dropped_count += 1
            else:
                self.unknown.append((raw.label, raw.where))

    def utterances(self, split: str) -> list[Utterance]:
        """The rows of a split.

        Raises:
            TasksError: A label is none of the set's; the message says where.
        """
        if self.unknown:
            shown = "\n".join(
                f"  {where}: {label!r}" for label, where in self.unknown[:_SHOWN]
            )
            message = (
                f"{len(self.unknown)} labels are none of {self.labels.name}'s; correct "
                f"the file, or add the spelling to tasks/mmla/sets.toml:\n{shown}"
            )
            raise TasksError(message)
        return self.rows[split]
