"""The bundle of a build of MMLA, and its way back."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from analysis.errors import AnalysisError
from analysis.thinking.answers import PersonReply, RunFacts
from analysis.thinking.bundle import (
    BUILD_FOLDER,
    PEOPLE_FILE,
    RUNS_FILE,
    Likelihoods,
    RunReplies,
    place_of,
    places_by_mode,
    read_people,
    replies_file,
    texts_of,
    write_zip,
)
from analysis.thinking.labels.answers import (
    LabelAnswers,
    LabelRun,
    facts_of_labels,
    published_places,
    utterances_of,
)
from analysis.thinking.labels.rendering import LABEL_FORMATS
from analysis.thinking.labels.results import LabelResults
from analysis.thinking.labels.tabulating import label_tables
from tasks.builds import MANIFEST_FILE
from tasks.errors import TasksError
from tasks.exchange.replies import matched, read_reply_lines
from tasks.mmla.builds import LabelBuild, read_label_build, write_label_build
from tasks.mmla.sets import LabelSet


def write_label_bundle(
    target: Path | BinaryIO,
    *,
    build: LabelBuild,
    runs: Sequence[RunReplies],
    results: LabelResults,
    people: Iterable[PersonReply] = (),
) -> None:
    """Write the zip; the same input gives the same file."""
    formats = {name: as_text(results) for name, as_text in LABEL_FORMATS.items()}
    write_zip(
        target,
        write_items=lambda folder: write_label_build(build, folder),
        runs=runs,
        texts=texts_of(build.name, formats, label_tables(results)),
        people=people,
    )


def holds_labels(folder: Path) -> bool:
    """Whether the bundle in a folder is of MMLA."""
    try:
        said = json.loads((folder / BUILD_FOLDER / MANIFEST_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong
    return isinstance(said, dict) and said.get("kind") == "mmla"


def read_label_bundle(folder: Path) -> LabelAnswers:
    """The items and every reply, read again from what was received.

    Raises:
        AnalysisError: It is no bundle, or was changed.
    """
    try:
        build = read_label_build(folder / BUILD_FOLDER)
        described = json.loads((folder / RUNS_FILE).read_text(encoding="utf-8"))
        runs = [
            run
            for facts in described
            for run in _read_runs(folder, RunFacts(**facts), build)
        ]
        people = read_people(folder / PEOPLE_FILE)
    except (TasksError, OSError, ValueError, TypeError) as error:
        raise AnalysisError(f"{folder} is no bundle of answers: {error}") from error
    return LabelAnswers(
        facts_of_labels(build), utterances_of(build), tuple(runs), people
    )


def _read_runs(folder: Path, facts: RunFacts, build: LabelBuild) -> list[LabelRun]:
    replies = matched(read_reply_lines(folder / replies_file(facts)), build)
    numbers = {item.item_id: number for number, item in enumerate(build.items)}
    return label_runs_of(
        facts,
        build.labels,
        item=[numbers[item.item_id] for item, _ in replies],
        rotation=[reply.rotation for _, reply in replies],
        place=[place_of(item.reading_of(reply)) for item, reply in replies],
        likelihoods=[reply.likelihoods for _, reply in replies],
    )


def label_runs_of(
    facts: RunFacts,
    labels: LabelSet,
    *,
    item: Sequence[int],
    rotation: Sequence[int],
    place: Sequence[int],
    likelihoods: Sequence[Likelihoods],
) -> list[LabelRun]:
    """A run of plain columns, once for each reading; places are as shown."""
    return [
        LabelRun(
            facts=replace(facts, mode=mode),
            item=np.array(item, dtype=np.int64),
            label=published_places(
                labels,
                np.array(places, dtype=np.int64),
                np.array(rotation, dtype=np.int64),
            ),
        )
        for mode, places in places_by_mode(facts.mode, place, likelihoods).items()
    ]
