"""A whole study from a file: TOML or JSON, checked by the forms of the pages.

title = "Pilot"
selection = "top-20"                  # a saved selection, and/or
videos = ["youtube:alJ1KJu5h9U"]      # videos by name
sources = ["gpt-4o", "qwen2-5-vl-7b"] # keys of AI sources
redundancy = 3                        # and any other setting of the pages
guidelines = "Judge by the *text*."   # Markdown; left out: the default text

[[training]]
text = "so cute omg"
origin = "human"                      # or "ai"
feedback = "Short and warm."

[[questions]]
text = "How many comments are human?"
choices = ["Five", "* Not told"]      # a star before the right one

[[checks]]
text = "Please choose AI and 0 here."
expected_verdict = "ai"               # and/or expected_score
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.forms import BaseForm, ModelForm

from annotation.forms.studies.preparation import (
    AttentionCheckForm,
    QuestionForm,
    TrainingItemForm,
)
from annotation.forms.studies.settings import NewStudyForms, StudyForm
from annotation.models import DocumentKind, Study
from annotation.rules.studies.default_documents import default_document
from annotation.services.studies.study import StudyContent

_LISTS: dict[str, type[ModelForm]] = {  # type: ignore[type-arg]
    "training": TrainingItemForm,
    "questions": QuestionForm,
    "checks": AttentionCheckForm,
}
_OTHER_NAMES = frozenset(
    {"selection", "videos", "sources", *DocumentKind.values, *_LISTS}
)


class UnreadablePlanError(ValueError):
    """The file is no plan of a study; the message says what to do."""


def read_plan(path: Path) -> dict[str, Any]:
    """The plan in a TOML or JSON file.

    Raises:
        UnreadablePlanError: the file is neither, or holds something else.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    try:
        if path.suffix == ".json":
            plan = json.loads(content)
        else:
            plan = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        msg = f"{path} is no {kind}: {error}"
        raise UnreadablePlanError(msg) from error
    if not isinstance(plan, dict):
        msg = f"{path} holds no object with the study's settings."
        raise UnreadablePlanError(msg)
    return plan


class StudyPlan:
    """A plan with its errors, or the study that it describes."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        settings = {**StudyForm(instance=Study()).initial, "key": ""}
        unknown = sorted(set(plan) - set(settings) - _OTHER_NAMES)
        self._unknown = [f"{name}: no setting of a study" for name in unknown]
        data = settings | {
            name: default_document(DocumentKind(name)) for name in DocumentKind
        }
        data |= {name: plan[name] for name in plan if name not in _LISTS}
        data["video_list"] = "\n".join(map(str, plan.get("videos", [])))
        self._forms = NewStudyForms(data)
        self._lists = {
            name: [form(_sent(row)) for row in plan.get(name, [])]
            for name, form in _LISTS.items()
        }

    @property
    def errors(self) -> list[str]:
        """What is wrong, one line each; empty for a good plan."""
        return [*self._unknown, *self._form_errors()]

    def _form_errors(self) -> Iterator[str]:
        for form in self._forms.parts:
            yield from _errors(form, "")
        for name, rows in self._lists.items():
            for number, form in enumerate(rows, start=1):
                yield from _errors(form, f"{name} {number}: ")

    @property
    def study(self) -> Study:
        """The study, not saved yet; the plan is good."""
        study: Study = self._forms.study.save(commit=False)
        return study

    @property
    def content(self) -> StudyContent:
        """What it is filled with; the plan is good."""
        rows = {
            name: [form.save(commit=False) for form in forms]
            for name, forms in self._lists.items()
        }
        return replace(
            self._forms.content,
            training_items=rows["training"],
            questions=rows["questions"],
            attention_checks=rows["checks"],
        )


def _sent(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its form takes it: choices stand one a line."""
    return {**row, "answers": "\n".join(map(str, row.get("choices", [])))}


def _errors(form: BaseForm, where: str) -> Iterator[str]:
    for name, errors in form.errors.items():
        shown = "" if name == "__all__" else f"{name}: "
        for error in errors:
            yield f"{where}{shown}{error}"
