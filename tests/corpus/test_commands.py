"""The commands: import_corpus, select_videos, export_corpus."""

import gzip
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from corpus.importing.importer import ImportCounts
from corpus.importing.terminal import terminal
from corpus.models import MediaState, Video, VideoMedia, VideoSelection
from corpus.records import record_line
from tests.corpus.importing.runs import Run, record
from tests.factories import make_video

pytestmark = pytest.mark.django_db


class Output:
    """What a command said."""

    def __init__(self, name: str, *args: object, **options: object) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.failure: CommandError | None = None
        try:
            call_command(name, *map(str, args), stdout=out, stderr=err, **options)
        except CommandError as error:
            self.failure = error
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    lines = [record_line(record("a")), "not json\n", record_line(record("b"))]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_import_reports_refused_lines_and_fails(records: Path, tmp_path: Path) -> None:
    errors = tmp_path / "errors.jsonl"

    output = Output("import_corpus", records, errors=errors)

    assert Video.objects.count() == 2
    assert "2 videos: 2 new" in output.out
    assert output.err.startswith("line 2: is not JSON")
    assert output.failure is not None
    assert output.failure.returncode == 1
    assert str(errors) in str(output.failure)
    [error] = [json.loads(line) for line in errors.read_text().splitlines()]
    assert (error["line"], error["code"]) == (2, "not_json")


def test_a_good_import_leaves_no_error_file(records: Path, tmp_path: Path) -> None:
    errors = tmp_path / "errors.jsonl"
    errors.write_text("of an earlier run")
    records.write_text(record_line(record("a")), encoding="utf-8")

    output = Output("import_corpus", records, errors=errors)

    assert output.failure is None
    assert not errors.exists()


def test_a_dry_run_changes_nothing(records: Path, tmp_path: Path) -> None:
    output = Output(
        "import_corpus", records, "--dry-run", errors=tmp_path / "errors.jsonl"
    )

    assert "Would have imported 2 videos" in output.out
    assert not Video.objects.exists()


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    output = Output("import_corpus", tmp_path / name)

    assert output.failure is not None
    assert str(tmp_path / name) in str(output.failure)


def test_a_folder_of_clips_that_is_none_is_refused(records: Path) -> None:
    output = Output("import_corpus", records, media=records)

    assert "not a folder" in str(output.failure)
    assert not Video.objects.exists()


def test_clips_can_be_processed_at_once(
    shared_data: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    records = tmp_path / "records.jsonl"
    clips = ["videos/stream_of_water.mp4", "broken/text_renamed.webm"]
    records.write_text(
        "".join(record_line(record(name[-9:], video_path=name)) for name in clips)
    )

    output = Output("import_corpus", records, "--process-media", media=shared_data)

    states = dict(VideoMedia.objects.values_list("video__external_id", "state"))
    assert states == {"water.mp4": MediaState.READY, "amed.webm": MediaState.FAILED}
    failed = VideoMedia.objects.get(state=MediaState.FAILED)
    assert failed.error in output.err


def test_select_videos_reports_the_funnel_as_json() -> None:
    Run(record("a", description="d", tags=("t",), topic="t"), record("b"))

    output = Output(
        "select_videos", "--json", "--without-clips", "--share", "youtube=1"
    )

    report = json.loads(output.out)
    assert report["videos"] == ["youtube:a"]
    assert report["settings"]["top_shares"] == {"tiktok": 0.02, "youtube": 1.0}
    assert [rule["dropped"] for rule in report["rules"]] == [0, 1, 0, 0, 0, 0]
    assert sum(report["comment_styles"].values()) == 5


def test_select_videos_saves_under_a_name() -> None:
    Run(record("a", description="d", tags=("t",), topic="t"))

    output = Output("select_videos", "--without-clips", save="My pilot")

    saved = VideoSelection.objects.get()
    assert (saved.key, saved.title, saved.videos.count()) == ("my-pilot", "My pilot", 1)
    assert "selected: 1" in output.out
    again = Output("select_videos", "--without-clips", save="My pilot")
    assert "another name" in str(again.failure)


@pytest.mark.parametrize("options", [["--share", "youtube"], ["--share", "youtube=2"]])
def test_select_videos_refuses_settings_that_make_no_sense(options: list[str]) -> None:
    assert Output("select_videos", *options).failure is not None


def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    Run(record("a"), record("b"))
    file = tmp_path / "export.jsonl.gz"

    exported = Output("export_corpus", file)
    imported = Output("import_corpus", file)

    assert "2 videos written" in exported.err
    assert len(gzip.decompress(file.read_bytes()).splitlines()) == 2
    assert "0 new, 0 updated, 2 unchanged" in imported.out


def test_a_selection_alone_can_be_exported() -> None:
    Run(record("a", description="d", tags=("t",), topic="t"), record("b"))
    call_command("select_videos", "--without-clips", save="one", stdout=io.StringIO())

    output = Output("export_corpus", "-", selection="one")

    assert [json.loads(line)["external_id"] for line in output.out.splitlines()] == [
        "a"
    ]
    assert "No selection" in str(Output("export_corpus", "-", selection="x").failure)


def test_everything_but_a_selection_can_be_exported() -> None:
    """What may be trained on, once the benchmark is selected."""
    Run(record("a", description="d", tags=("t",), topic="t"), record("b"))
    call_command("select_videos", "--without-clips", save="one", stdout=io.StringIO())

    output = Output("export_corpus", "-", without_selection="one")

    assert [json.loads(line)["external_id"] for line in output.out.splitlines()] == [
        "b"
    ]
    missing = Output("export_corpus", "-", without_selection="x").failure
    assert "No selection" in str(missing)


def test_videos_that_need_their_clips_are_told_of(tmp_path: Path) -> None:
    make_video(external_id="", content_sha256="0" * 64)

    output = Output("export_corpus", tmp_path / "export.jsonl")

    assert "1 of them have no external id" in output.err


def test_a_person_at_a_terminal_sees_rate_and_errors() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()

    with terminal(screen, byte_count=100) as console:
        console.say("line 2: is not JSON")
        console.advance(50, ImportCounts(created=3, comments_read=7))

    shown = screen.getvalue()
    assert "line 2: is not JSON" in shown
    assert "videos/s" in shown
    assert "50/100 bytes" in shown
