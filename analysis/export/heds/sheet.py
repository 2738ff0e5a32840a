"""A datasheet: what is answered, as the form's upload takes it, and what is left."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from analysis.export.heds.form import CRITERION, Question, questions

Stored = dict[str, object]


@dataclass(frozen=True)
class Chosen:
    """Options that answer a question.

    Attributes:
        options: What the form calls each, by its number.
        description: What is said of them.
    """

    options: Mapping[int, str]
    description: str = ""


Answer = str | Chosen
Answers = Mapping[str, Answer]
"""By the question's number."""


@dataclass(frozen=True)
class Left:
    """A question that people have to answer.

    Attributes:
        question: Which.
        hint: What is known that may help; empty if nothing is.
    """

    question: Question
    hint: str


@dataclass(frozen=True)
class Datasheet:
    """What is known of an experiment.

    Attributes:
        answers: To the questions that are asked once.
        criteria: By name of the quality criterion, to those asked of each.
        hints: What may help people with a question that they have to answer.
    """

    answers: Answers
    criteria: Mapping[str, Answers]
    hints: Mapping[str, str] = field(default_factory=dict)

    @property
    def left(self) -> tuple[Left, ...]:
        """What people have to answer, in the order of the form."""
        return tuple(
            Left(one, self.hints.get(number, ""))
            for number, one in questions().items()
            if not self._is_answered(one)
        )

    @property
    def answered(self) -> int:
        """How many questions are answered."""
        return len(questions()) - len(self.left)

    def _is_answered(self, question: Question) -> bool:
        if not question.is_of_criteria:
            return question.number in self.answers
        return all(question.number in known for known in self.criteria.values())

    def upload(self) -> str:
        """What the form's upload takes: JSON, every element with its value."""
        return json.dumps(dict(self._elements()), indent=1, ensure_ascii=False) + "\n"

    def _elements(self) -> Iterator[tuple[str, Stored]]:
        is_first = iter([True])
        current = {name: next(is_first, False) for name in self.criteria}
        yield CRITERION, {"data": {}, "control": current, "text": {}, "number": ""}
        for question in questions().values():
            known = self.criteria if question.is_of_criteria else {"": self.answers}
            given = {
                key: answers.get(question.number) for key, answers in known.items()
            }
            yield from (
                _chosen(question, given)
                if question.is_chosen
                else _written(question, given)
            )

    def to_do(self) -> str:
        """What is left for people, as Markdown."""
        total = len(questions())
        lines = [
            "# Human Evaluation Datasheet 3.0: what is left",
            "",
            (
                f"{self.answered} of {total} questions are answered in the JSON file. "
                "Upload it at https://nlp-heds.github.io, check the answers, and add "
                "these:"
            ),
            "",
        ]
        for one in self.left:
            hint = f" {one.hint}" if one.hint else ""
            lines.append(f"- **{one.question.number}** {one.question.words}{hint}")
        return "\n".join(lines) + "\n"


def _written(
    question: Question, given: Mapping[str, Answer | None]
) -> Iterator[tuple[str, Stored]]:
    data = {key: answer or "" for key, answer in given.items()}
    yield (
        question.element,
        {"data": data, "control": {}, "number": question.number},
    )


def _chosen(
    question: Question, given: Mapping[str, Answer | None]
) -> Iterator[tuple[str, Stored]]:
    chosen = {
        key: answer if isinstance(answer, Chosen) else Chosen({})
        for key, answer in given.items()
    }
    for option in range(1, question.options + 1):
        labels = {key: one.options.get(option, "") for key, one in chosen.items()}
        yield (
            question.option_element(option),
            {
                "data": {key: bool(label) for key, label in labels.items()},
                "control": {},
                "text": labels,
                "number": question.number,
            },
        )
    descriptions = {key: one.description for key, one in chosen.items()}
    yield (
        question.description_element,
        {"data": descriptions, "control": {}, "number": None},
    )
