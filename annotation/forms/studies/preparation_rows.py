"""Practice, questions and checks as study files and the API write them: row by row."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.forms import BaseForm, ModelForm

from annotation.forms.studies.preparation import (
    AttentionCheckForm,
    Part,
    QuestionForm,
    TrainingItemForm,
    rows_of,
)
from annotation.instrument import Instrument
from annotation.models import Study

Rows = Sequence[Mapping[str, Any]]


def row_forms(part: Part, rows: Rows, instrument: Instrument) -> list[ModelForm]:  # type: ignore[type-arg]
    """A form for each row that was sent."""
    if part == Part.TRAINING:
        return [TrainingItemForm(row) for row in rows]
    if part == Part.QUESTIONS:
        return [QuestionForm(_lines(row)) for row in rows]
    return [AttentionCheckForm(row, instrument=instrument) for row in rows]


def _lines(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its form takes it: choices stand one a line."""
    return {**row, "answers": "\n".join(map(str, row.get("choices", [])))}


def shown_rows(study: Study, part: Part) -> list[dict[str, object]]:
    """What a study has now, as it can be sent again."""
    rows = rows_of(study, part)
    if part == Part.QUESTIONS:
        return [
            {"text": row["text"], "choices": str(row["answers"]).split("\n")}
            for row in rows
        ]
    return rows


def row_errors(name: str, rows: Sequence[BaseForm]) -> Iterator[str]:
    """What is wrong with rows, one line each: the list, the number, the field."""
    for number, form in enumerate(rows, start=1):
        yield from form_errors(form, f"{name} {number}: ")


def form_errors(form: BaseForm, where: str) -> Iterator[str]:
    """What is wrong with one form, one line each."""
    for name, errors in form.errors.items():
        shown = "" if name == "__all__" else f"{name}: "
        for error in errors:
            yield f"{where}{shown}{error}"
