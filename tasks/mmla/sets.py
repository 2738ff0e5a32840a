"""The twelve test sets: their labels with accepted spellings, sizes and names."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from corpus.cleaning import comparison_key

SPLITS = ("train", "dev", "test")
_FILE = Path(__file__).parent / "sets.toml"


@dataclass(frozen=True)
class LabelSet:
    """One test set.

    Attributes:
        name: Ours, and that of the published table.
        dimension: What is asked, as the authors' files spell it.
        labels: In the order of the prompt; each is the identity of one label.
        spellings: Other spellings, in lower case, and the label that each means.
        sizes: Rows of train, validation and test, as published.
        folder: In the published data.
        prefix: What its clips' names begin with; also its name in the authors' code.
        cluster: Pattern of ids; its group names the dialogue, episode or video, whose
            utterances are not independent.
        dropped: Labels of rows that are of another dimension: they are left out.
        has_clips: Whether clips are published; if not, only users who have them see
            more than text.
        language: Of the utterances.
    """

    name: str
    dimension: str
    labels: tuple[str, ...]
    spellings: Mapping[str, str]
    sizes: tuple[int, int, int]
    folder: str
    prefix: str
    cluster: str
    dropped: frozenset[str] = field(default_factory=frozenset)
    has_clips: bool = True
    language: str = "en"

    @property
    def dimension_words(self) -> str:
        """As a prompt says it."""
        return self.dimension.replace("_", " ")

    @property
    def test_size(self) -> int:
        return self.sizes[-1]

    @cached_property
    def _identities(self) -> dict[str, str]:
        own = {_plain(label): label for label in self.labels}
        return own | {_plain(text): label for text, label in self.spellings.items()}

    def label_of(self, text: str) -> str | None:
        """The label that a text spells, whatever its case; None for none of them."""
        return self._identities.get(_plain(text))

    def cluster_of(self, row_id: str) -> str:
        """The dialogue, episode or video of an id; the id itself where it has none."""
        match = re.fullmatch(self.cluster, row_id)
        return match[1] if match else row_id


@cache
def all_sets() -> dict[str, LabelSet]:
    """By name, in the order of the published table's dimensions."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: LabelSet(
            name=name,
            **table
            | {
                "labels": tuple(table["labels"]),
                "sizes": tuple(table["sizes"]),
                "dropped": frozenset(table.get("dropped", ())),
            },
        )
        for name, table in tables.items()
    }


def _plain(text: str) -> str:
    return " ".join(comparison_key(text).replace("_", " ").split())
