"""A bundle gives every number again, from the items and the replies as received."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from analysis.__main__ import main
from analysis.thinking.answers import Answered, RunFacts
from analysis.thinking.bundle import (
    RunReplies,
    facts_of,
    items_of,
    read_bundle,
    write_bundle,
)
from analysis.thinking.computing import results_of
from analysis.thinking.rendering import FORMATS
from analysis.thinking.results import Results
from tasks.builds import Build, make_build
from tasks.exchange.replies import ImportedReply, read_reply_lines
from tests.tasks.records import corpus


@pytest.fixture(scope="module")
def build() -> Build:
    return make_build(corpus(), seed=1)[0]


@pytest.fixture
def bundle(build: Build, tmp_path: Path) -> Path:
    """Two models, one with the video and without; one is asked in four orders."""
    replies = [
        ImportedReply(item.item_id, "<think>B?</think>Answer: A", rotation=rotation)
        for item in build.items
        for rotation in range(4)
    ]
    texts = [ImportedReply(item.item_id, item.options[1]) for item in build.items]
    noise = [
        ImportedReply(item.item_id, "I can't help with that.") for item in build.items
    ]
    runs = [
        RunReplies(RunFacts(1, "a", "=A|1", "letter", "video", 4), replies),
        RunReplies(RunFacts(2, "b", "B_2", "letter", "none", 1, "pale"), noise),
        RunReplies(RunFacts(3, "b", "B_2", "letter", "video", 1), texts),
    ]
    path = tmp_path / "answers.zip"
    write_bundle(path, build=build, runs=runs, results=_results(path, build, runs))
    return path


def _results(path: Path, build: Build, runs: list[RunReplies]) -> Results:
    """What is read back of a first bundle, which says nothing of its results."""
    empty = results_of(Answered(facts_of(build), items_of(build)))
    write_bundle(path, build=build, runs=runs, results=empty)
    return results_of(read_bundle(path))


def test_the_command_gives_the_same_file_from_the_zip_and_from_its_folder(
    bundle: Path, build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "unpacked"
    with ZipFile(bundle) as content:
        content.extractall(folder)
        said = content.read("results.json").decode()

    printed = []
    for path in (bundle, folder):
        assert main(["thinking", str(path), "--format", "json"]) == 0
        printed.append(capsys.readouterr().out)

    assert printed == [said, said]
    results = json.loads(said)["results"]
    assert [run["total"]["refused"] for run in results["runs"]] == [
        0,
        len(build.items),
        0,
    ]
    assert results["runs"][0]["habits"]["circular_pct"] == 0
    assert results["runs"][0]["macro"]["pct"] == pytest.approx(25)
    assert results["gains"][0]["source"] == "b"


def test_two_bundles_of_the_same_are_the_same_file(
    bundle: Path, build: Build, tmp_path: Path
) -> None:
    again = tmp_path / "again.zip"
    found = read_bundle(bundle)
    with ZipFile(bundle) as content:
        content.extractall(tmp_path / "old")
    runs = [
        RunReplies(
            run.facts,
            read_reply_lines(
                tmp_path / "old" / "replies" / f"{run.facts.number:03d}.jsonl"
            ),
        )
        for run in found.runs
    ]

    write_bundle(again, build=build, runs=runs, results=results_of(found))

    assert again.read_bytes() == bundle.read_bytes()


@pytest.mark.parametrize("kind", ["md", "latex"])
def test_tables_hold_everything_and_escape_names(bundle: Path, kind: str) -> None:
    text = FORMATS[kind](results_of(read_bundle(bundle)))

    for words in ("Published accuracies", "What the video adds", "chance", "25.0"):
        assert words in text
    assert ("=A\\|1" if kind == "md" else r"=A\textbar{}1") in text
    assert "nan" not in text


def test_the_csv_has_every_accuracy_with_full_digits(bundle: Path) -> None:
    found = results_of(read_bundle(bundle))

    rows = [*csv.DictReader(io.StringIO(FORMATS["csv"](found)))]

    assert len(rows) == 3 * (7 + 3 + 2)
    assert rows[0]["source"] == "'=A|1"
    (macro,) = [row for row in rows if row["run"] == "3" and row["figure"] == "macro"]
    assert float(macro["lo_pct"]) == found.runs[2].macro.lo


def test_what_was_changed_is_noticed(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "changed"
    with ZipFile(bundle) as content:
        content.extractall(folder)
    items = folder / "build" / "items.jsonl"
    items.write_text(items.read_text().replace('"answer": 0', '"answer": 1', 1))

    assert main(["thinking", str(folder)]) == 2
    assert main(["thinking", str(tmp_path / "nothing.zip")]) == 2

    errors = capsys.readouterr().err
    assert "was changed after it was built" in errors
    assert "cannot be read" in errors
