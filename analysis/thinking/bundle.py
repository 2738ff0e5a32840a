"""The bundle of a build: a zip from which every number can be made again.

It holds the items, every reply as received, and what was computed from them.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from analysis.errors import AnalysisError
from analysis.judgments.arrays import FloatArray
from analysis.reporting.tables import Table
from analysis.thinking.answers import (
    REFUSED,
    UNREADABLE,
    Answered,
    BuildFacts,
    Items,
    PersonReply,
    Run,
    RunFacts,
)
from analysis.thinking.rendering import FORMATS, csv_of
from analysis.thinking.results import Results
from analysis.thinking.tabulating import tables_of
from analysis.version import DISTRIBUTION, software_name
from tasks.answering import TEXT_READINGS, Mode
from tasks.builds import Build, read_build, write_build
from tasks.catalogue import Task
from tasks.errors import TasksError
from tasks.exchange.replies import (
    ImportedReply,
    matched,
    read_reply_lines,
    reading_of,
    reply_line,
)
from tasks.likelihoods import text_places
from tasks.parsing import Outcome, Reading
from tasks.report import report_of

# Of the options of one item, three figures each.
Likelihoods = Sequence[Sequence[float]]
RUNS_FILE = "runs.json"
PEOPLE_FILE = "people.jsonl"
BUILD_FOLDER, _REPLIES = "build", "replies"
_ENDINGS = {"json": "json", "csv": "csv", "md": "md", "latex": "tex"}
_SAME_MOMENT = (1980, 1, 1, 0, 0, 0)  # so that the same content is the same file
_README = """# Answers to {name}

Everything here was computed from `build/items.jsonl` and `replies/`. To recompute every
number, install {software} with its `analysis` extra, then run this
in the bundle's folder:

```
python -m analysis thinking . --format json > again.json
```

`again.json` is `results.json`.

| file | contents |
| --- | --- |
| build/ | the items with their right answers, and what they were made from |
| runs.json | who answered, and how each run was asked |
| replies/ | every reply as received |
| people.jsonl | what people answered, under codes |
| results.json, results.md, results.tex, results.csv | what was found |
| tables/ | each table as CSV |
"""


class RunReplies(NamedTuple):
    """One run to be written."""

    facts: RunFacts
    replies: Iterable[ImportedReply]


def write_bundle(
    target: Path | BinaryIO,
    *,
    build: Build,
    runs: Sequence[RunReplies],
    results: Results,
    people: Iterable[PersonReply] = (),
) -> None:
    """Write the zip; the same input gives the same file."""
    write_zip(
        target,
        write_items=lambda folder: write_build(build, folder),
        runs=runs,
        texts=_texts(results),
        people=people,
    )


def write_zip(
    target: Path | BinaryIO,
    *,
    write_items: Callable[[Path], None],
    runs: Sequence[RunReplies],
    texts: Mapping[str, str],
    people: Iterable[PersonReply],
) -> None:
    """A bundle of a build of any kind.

    Args:
        target: Where the zip goes.
        write_items: Writes the build into a folder.
        runs: Every run with its replies.
        texts: What was found, by the name of its file.
        people: What they answered.
    """
    with (
        ZipFile(target, "w", ZIP_DEFLATED) as bundle,
        tempfile.TemporaryDirectory(prefix="thinking-") as scratch,
    ):
        folder = Path(scratch)
        write_items(folder / BUILD_FOLDER)
        (folder / _REPLIES).mkdir()
        for facts, replies in runs:
            with (folder / replies_file(facts)).open("w", encoding="utf-8") as file:
                file.writelines(map(reply_line, replies))
        described = [asdict(facts) for facts, _ in runs]
        (folder / RUNS_FILE).write_text(json.dumps(described, indent=1) + "\n")
        with (folder / PEOPLE_FILE).open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(one._asdict()) + "\n" for one in people)
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                _add(bundle, path, str(path.relative_to(folder)))


def _add(bundle: ZipFile, path: Path, name: str) -> None:
    entry = ZipInfo(name, date_time=_SAME_MOMENT)
    entry.compress_type = ZIP_DEFLATED
    with path.open("rb") as content, bundle.open(entry, "w", force_zip64=True) as file:
        shutil.copyfileobj(content, file, 1 << 20)


def replies_file(facts: RunFacts) -> str:
    """Where a run's replies are in a bundle."""
    return f"{_REPLIES}/{facts.number:03d}.jsonl"


def _texts(results: Results) -> dict[str, str]:
    formats = {name: as_text(results) for name, as_text in FORMATS.items()}
    return texts_of(results.build.name, formats, tables_of(results))


def texts_of(
    name: str, formats: Mapping[str, str], tables: Iterable[Table]
) -> dict[str, str]:
    """What a bundle says was found, by the name of its file.

    Args:
        name: Of the build.
        formats: The results, by format.
        tables: Each becomes a CSV.
    """
    software = f"{DISTRIBUTION} ({software_name()})"
    texts = {"README.md": _README.format(name=name, software=software)}
    for kind, ending in _ENDINGS.items():
        texts[f"results.{ending}"] = formats[kind]
    for table in tables:
        texts[f"tables/{table.key}.csv"] = csv_of(table)
    return texts


def read_bundle(path: Path) -> Answered:
    """The items and every reply, read again from what was received.

    Raises:
        AnalysisError: It is no bundle, or was changed.
    """
    with unpacked(path) as folder:
        try:
            build = read_build(folder / BUILD_FOLDER)
            described = json.loads((folder / RUNS_FILE).read_text(encoding="utf-8"))
            runs = [
                run
                for facts in described
                for run in _read_runs(folder, RunFacts(**facts), build)
            ]
            people = read_people(folder / PEOPLE_FILE)
        except (TasksError, OSError, ValueError, TypeError) as error:
            raise AnalysisError(f"{path} is no bundle of answers: {error}") from error
    return Answered(facts_of(build), items_of(build), tuple(runs), people)


def read_people(path: Path) -> tuple[PersonReply, ...]:
    """Empty where nobody answered."""
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(PersonReply(**json.loads(line)) for line in lines)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The folder of a bundle, which may be a zip."""
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="thinking-") as name:
        try:
            with ZipFile(path) as bundle:
                bundle.extractall(name)
        except (OSError, BadZipFile) as error:
            raise AnalysisError(f"{path}: cannot be read: {error}") from error
        yield Path(name)


def _read_runs(folder: Path, facts: RunFacts, build: Build) -> list[Run]:
    replies = matched(read_reply_lines(folder / replies_file(facts)), build)
    numbers = {item.item_id: number for number, item in enumerate(build.items)}
    return runs_of(
        facts,
        item=[numbers[item.item_id] for item, _ in replies],
        rotation=[reply.rotation for _, reply in replies],
        place=[place_of(reading_of(item, reply)) for item, reply in replies],
        probabilities=[reply.probabilities for _, reply in replies],
        likelihoods=[reply.likelihoods for _, reply in replies],
    )


def place_of(reading: Reading) -> int:
    """As `Run.place` holds it."""
    if reading.place is not None:
        return reading.place
    return REFUSED if reading.outcome is Outcome.REFUSED else UNREADABLE


def places_by_mode(
    mode: str, place: Sequence[int], likelihoods: Sequence[Likelihoods]
) -> dict[str, Sequence[int]]:
    """The chosen places by mode: texts have three readings of the same answers."""
    if mode != Mode.TEXTS:
        return {mode: place}
    chosen = [text_places(one) for one in likelihoods]
    return {one.value: [places[one] for places in chosen] for one in TEXT_READINGS}


def runs_of(
    facts: RunFacts,
    *,
    item: Sequence[int],
    rotation: Sequence[int],
    place: Sequence[int],
    probabilities: Sequence[Sequence[float]],
    likelihoods: Sequence[Likelihoods],
) -> list[Run]:
    """A run of plain columns, once for each reading of its answers."""
    return [
        run_of(
            replace(facts, mode=mode),
            item=item,
            rotation=rotation,
            place=places,
            probabilities=probabilities,
        )
        for mode, places in places_by_mode(facts.mode, place, likelihoods).items()
    ]


def run_of(
    facts: RunFacts,
    *,
    item: Sequence[int],
    rotation: Sequence[int],
    place: Sequence[int],
    probabilities: Sequence[Sequence[float]],
) -> Run:
    """A run of plain columns."""
    measured: FloatArray | None = None
    if any(probabilities):
        measured = np.array(probabilities, dtype=float)
    return Run(
        facts=facts,
        item=np.array(item, dtype=np.int64),
        rotation=np.array(rotation, dtype=np.int64),
        place=np.array(place, dtype=np.int64),
        probabilities=measured,
    )


def items_of(build: Build) -> Items:
    """The items as arrays; videos are numbered as they come."""
    tasks = {task: place for place, task in enumerate(Task)}
    videos: dict[str, int] = {}
    return Items(
        ids=tuple(item.item_id for item in build.items),
        task=np.array([tasks[item.task] for item in build.items], dtype=np.int64),
        video=np.array(
            [videos.setdefault(item.video, len(videos)) for item in build.items],
            dtype=np.int64,
        ),
        answer=np.array([item.answer for item in build.items], dtype=np.int64),
    )


def facts_of(build: Build) -> BuildFacts:
    """What the build is; its shortcuts are measured again."""
    report = report_of(build)
    return BuildFacts(
        name=build.name,
        sha256=build.sha256,
        rules_version=build.rules_version,
        is_flagged=bool(report.flagged),
        best_blind_pct=in_order(report.best_blind_pct),
    )


def in_order(by_task: Mapping[str, float]) -> dict[str, float]:
    """In the order of the tasks: a JSON object in a database keeps none."""
    return {task.value: by_task[task] for task in Task if task in by_task}
