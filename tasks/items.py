"""One question of one task about one video, and files of them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from corpus.records import VideoRecord
from tasks.catalogue import LETTERS, AnswerForm, Task, question

_ID_BYTES = 8


class Provenance(NamedTuple):
    """Where the text of an option comes from."""

    # `video_key` of the record that the text belongs to.
    video: str
    # The record's field, such as "title" or "comments".
    field: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question with four options, one of them right.

    Attributes:
        task: Which of the tasks.
        video: `video_key` of the record that it asks about.
        options: Texts in the order in which they are shown.
        answer: Place of the right option, from 0.
        provenance: Of each option; empty where it is not known.
        relaxed: Which demands on the surface of its distractors the pool could not
            meet (`tasks.pools.Level`).
        note: What a reader of results should know, such as the ranks of a popularity
            item.
    """

    task: Task
    video: str
    options: tuple[str, ...]
    answer: int
    provenance: tuple[Provenance, ...] = ()
    relaxed: tuple[str, ...] = ()
    note: str = ""

    @property
    def item_id(self) -> str:
        """What names the item in files and replies: it follows from what it asks."""
        asked = json.dumps([self.task, self.video, self.options, self.answer])
        return (
            f"{self.task}-{blake2b(asked.encode(), digest_size=_ID_BYTES).hexdigest()}"
        )

    def prompt(self, answer_form: AnswerForm = "letter") -> str:
        return question(self.task.noun, self.options, answer_form)

    def right_answer(self, answer_form: AnswerForm = "letter") -> str:
        """What a model should say to the prompt."""
        if answer_form == "letter":
            return LETTERS[self.answer]
        return self.options[self.answer]


def video_key(record: VideoRecord) -> str:
    """What names a record's video: its platform with the id there, or its file."""
    return f"{record.platform}/{record.external_id or record.video_path}"


def item_line(item: Item, build: str = "") -> str:
    """The item as one line of JSON, the same on every machine.

    Args:
        item: What is written.
        build: Name of the build that it is of; empty: of none.
    """
    fields = {"item_id": item.item_id, **asdict(item)}
    if build:
        fields["build"] = build
    return json.dumps(fields, ensure_ascii=False, sort_keys=True) + "\n"


def parse_item(fields: dict[str, Any]) -> Item:
    """The item of a line that `item_line` wrote.

    Raises:
        ValueError: The line says another id than its contents give, so somebody
            changed it; or a field is missing or wrong.
    """
    try:
        item = Item(
            task=Task(fields["task"]),
            video=fields["video"],
            options=tuple(fields["options"]),
            answer=int(fields["answer"]),
            provenance=tuple(Provenance(*pair) for pair in fields["provenance"]),
            relaxed=tuple(fields["relaxed"]),
            note=fields["note"],
        )
    except (KeyError, TypeError) as error:
        message = (
            f"an item lacks {error}" if isinstance(error, KeyError) else str(error)
        )
        raise ValueError(message) from error
    if item.item_id != fields["item_id"]:
        message = f"item {fields['item_id']} was changed after it was built"
        raise ValueError(message)
    return item


def write_items(items: Iterable[Item], path: Path, build: str = "") -> int:
    """Write one item a line as JSON; return how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for item in items:
            file.write(item_line(item, build))
            count += 1
    return count


def read_items(path: Path) -> Iterator[Item]:
    """The items of a file that `write_items` wrote.

    Raises:
        ValueError: A line is no item of ours; the message names it.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                yield parse_item(json.loads(line))
            except ValueError as error:
                message = f"{path.name}, line {number}: {error}"
                raise ValueError(message) from error
