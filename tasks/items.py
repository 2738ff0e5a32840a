"""One question of one task about one video."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus.records import VideoRecord
from tasks.catalogue import LETTERS, AnswerForm, Task, question


@dataclass(frozen=True, slots=True)
class Item:
    """A question with four options, one of them right."""

    task: Task
    # `video_key` of the record that it asks about.
    video: str
    options: tuple[str, ...]
    # Place of the right option, from 0.
    answer: int
    # What a reader of results should know, such as the ranks of a popularity item.
    note: str = ""

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


def write_items(items: Iterable[Item], path: Path) -> int:
    """Write one item a line as JSON; return how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for item in items:
            file.write(json.dumps(asdict(item), ensure_ascii=False) + "\n")
            count += 1
    return count


def read_items(path: Path) -> Iterator[Item]:
    """The items of a file that `write_items` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = json.loads(line)
            fields["task"] = Task(fields["task"])
            fields["options"] = tuple(fields["options"])
            yield Item(**fields)
