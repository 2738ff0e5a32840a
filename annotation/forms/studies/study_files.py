"""A whole study from a file: TOML or JSON, checked by the forms of the pages.

title = "Pilot"
selection = "top-20"                  # a saved selection, and/or
videos = ["youtube:alJ1KJu5h9U"]      # videos by name
sources = ["gpt-4o", "qwen2-5-vl-7b"] # keys of AI sources
instrument = "human-ai-0-10"          # left out: human-ai-0-5, the paper's
redundancy = 3                        # and any other setting of the pages
guidelines = "Judge by the *text*."   # Markdown; left out: the default text

[[training]]
text = "so cute omg"
origin = "human"                      # or "ai"
feedback = "Short and warm."
video = "youtube:alJ1KJu5h9U"         # left out: practice without a clip

[[questions]]
text = "How many comments are human?"
choices = ["Five", "* Not told"]      # a star before the right one

[[checks]]
text = "Please choose AI and 0 here."
expected_verdict = "ai"               # and/or expected_score

[[ways_out]]
kind = "completed"                    # or "screened", "declined", "full", "ended"
code = "C1A2B3"                       # or has_personal_codes = true (if completed)
redirect_url = "https://app.prolific.com/submissions/complete?cc={code}"
message = "Thank you!"                # left out: the default text
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.forms import ModelForm

from annotation.forms.studies.preparation import Part
from annotation.forms.studies.preparation_rows import (
    form_errors,
    row_errors,
    row_forms,
)
from annotation.forms.studies.settings import NewStudyForms, StudyForm
from annotation.forms.studies.ways_out import StudyFileWayOutForm
from annotation.instrument import INSTRUMENTS, PAPER
from annotation.models import DocumentKind, Study
from annotation.rules.studies.default_documents import default_document
from annotation.services.studies.study import StudyContent
from corpus.models import Origin, Source

_LISTS = ("training", "questions", "checks", "ways_out")
_OTHER_NAMES = frozenset(
    {"selection", "videos", "sources", *DocumentKind.values, *_LISTS}
)


class UnreadableStudyFileError(ValueError):
    """The file is no description of a study; the message says what to do."""


def read_study_file(path: Path) -> dict[str, Any]:
    """What stands in a TOML or JSON file.

    Raises:
        UnreadableStudyFileError: the file is neither, or holds something else.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    try:
        if path.suffix == ".json":
            given = json.loads(content)
        else:
            given = tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        msg = f"{path} is not valid {kind}: {error}"
        raise UnreadableStudyFileError(msg) from error
    if not isinstance(given, dict):
        msg = f"{path} must contain an object with the study's settings."
        raise UnreadableStudyFileError(msg)
    return given


class DescribedStudy:
    """The study that a file describes, or what is wrong with the file."""

    def __init__(
        self, given: Mapping[str, Any], *, sources: QuerySet[Source] | None = None
    ) -> None:
        """Check what was given.

        Args:
            given: What the file says.
            sources: Those that it may name; left out: every AI source, as for
                whoever has the command line.
        """
        settings = {**StudyForm(instance=Study()).initial, "key": ""}
        unknown = sorted(set(given) - set(settings) - _OTHER_NAMES)
        self._unknown = [f"{name}: studies have no such setting" for name in unknown]
        data = settings | {
            name: default_document(DocumentKind(name)) for name in DocumentKind
        }
        data |= {name: given[name] for name in given if name not in _LISTS}
        data["video_list"] = "\n".join(map(str, given.get("videos", [])))
        if sources is None:
            sources = Source.objects.filter(origin=Origin.AI)
        self._forms = NewStudyForms(data, sources=sources)
        instrument = INSTRUMENTS.get(data["instrument"], PAPER)
        self._lists: dict[str, Sequence[ModelForm]] = {  # type: ignore[type-arg]
            **{
                part.value: row_forms(part, given.get(part.value, []), instrument)
                for part in Part
            },
            "ways_out": [StudyFileWayOutForm(row) for row in given.get("ways_out", [])],
        }

    @property
    def errors(self) -> list[str]:
        """What is wrong, one line each; empty if nothing is."""
        return [*self._unknown, *self._form_errors()]

    def _form_errors(self) -> Iterator[str]:
        for form in self._forms.parts:
            yield from form_errors(form, "")
        for name, rows in self._lists.items():
            yield from row_errors(name, rows)

    @property
    def study(self) -> Study:
        """The study, not saved yet; the file has no errors."""
        study: Study = self._forms.study.save(commit=False)
        return study

    @property
    def content(self) -> StudyContent:
        """What it is filled with; the file has no errors."""
        rows = {
            name: [form.save(commit=False) for form in forms]
            for name, forms in self._lists.items()
        }
        return replace(
            self._forms.content,
            training_items=rows["training"],
            questions=rows["questions"],
            attention_checks=rows["checks"],
            ways_out=rows["ways_out"],
        )
