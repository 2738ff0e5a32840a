"""Items of every kind, as far as asking them and reading replies is concerned."""

from dataclasses import dataclass
from typing import Protocol

from tasks.catalogue import open_question
from tasks.exchange.replies import ImportedReply, reading_of
from tasks.items import Item
from tasks.parsing import Reading
from tasks.rotations import SHIFTS, rotated


class AskedItem(Protocol):
    """One question with its options, in one of several orders."""

    @property
    def item_id(self) -> str: ...

    def options_at(self, rotation: int) -> tuple[str, ...]:
        """The options as they are shown."""

    def answer_at(self, rotation: int) -> int:
        """Place of the right option as it is shown."""

    def prompt_at(self, rotation: int, *, shows_video: bool = True) -> str:
        """The whole question for a model."""

    def open_prompt(self, *, shows_video: bool = True) -> str:
        """The question after which the texts of the options are scored."""

    def texts(self) -> tuple[str, ...]:
        """The options as they would follow that question."""

    def reading_of(self, reply: ImportedReply) -> Reading:
        """The place that a reply names, as it was shown."""


@dataclass(frozen=True, slots=True)
class ChoiceItem:
    """An item with four options and their letters."""

    item: Item

    @property
    def item_id(self) -> str:
        return self.item.item_id

    def options_at(self, rotation: int) -> tuple[str, ...]:
        return rotated(self.item, rotation).options

    def answer_at(self, rotation: int) -> int:
        return rotated(self.item, rotation).answer

    def prompt_at(self, rotation: int, *, shows_video: bool = True) -> str:
        """The same with a video and without: what the video adds is the question."""
        del shows_video
        return rotated(self.item, rotation).prompt()

    def open_prompt(self, *, shows_video: bool = True) -> str:
        del shows_video
        return open_question(self.item.task.noun)

    def texts(self) -> tuple[str, ...]:
        return self.item.options

    def reading_of(self, reply: ImportedReply) -> Reading:
        return reading_of(self.item, reply)


# In how many orders an item with four options can be asked.
CHOICE_ORDERS = len(SHIFTS)
