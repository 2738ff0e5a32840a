"""The questions of the form, and the elements that each is answered with."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("form.csv")
CRITERION: Final = "heds-criteria-criterion"
"""The element that holds the names of the quality criteria."""


@dataclass(frozen=True)
class Question:
    """One question of the form.

    Attributes:
        number: Such as "3.2.1".
        element: Id of the text field; with "-1", "-2" the ids of the options.
        kind: "text", "integer", "one" (of the options) or "any" (number of options).
        options: How many there are, numbered from 1.
        described: The options that ask for a description.
        none: The options that go with no other.
        words: The question, shortened.
    """

    number: str
    element: str
    kind: str
    options: int
    described: frozenset[int]
    none: frozenset[int]
    words: str

    @property
    def is_of_criteria(self) -> bool:
        """Whether it is asked of every quality criterion."""
        return self.element.startswith(CRITERION)

    @property
    def is_chosen(self) -> bool:
        """Whether it is answered with options."""
        return self.kind in ("one", "any")

    @property
    def description_element(self) -> str:
        """Id of the field for what the chosen options ask to describe."""
        return f"{self.element}-other_text"

    def option_element(self, option: int) -> str:
        """Id of an option."""
        return f"{self.element}-{option}"


@cache
def questions() -> Mapping[str, Question]:
    """All questions by number, in the order of the form."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        found = [_question(row) for row in csv.DictReader(file)]
    return {one.number: one for one in found}


def _question(row: Mapping[str, str]) -> Question:
    return Question(
        number=row["number"],
        element=row["element_id"],
        kind=row["kind"],
        options=int(row["options"]),
        described=frozenset(map(int, row["described"].split())),
        none=frozenset(map(int, row["none"].split())),
        words=row["question"],
    )
