"""Comments of AI sources from a file into the corpus."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.rules.imports import RowError, RowErrorCode, UnreadableFileError
from annotation.services.imports.comments import (
    CommentImport,
    import_comments,
    source_key,
)
from corpus.models import Comment, Origin, Source
from tests import factories

pytestmark = pytest.mark.django_db


def run(
    *rows: str, create_sources: bool = False, dry_run: bool = False
) -> tuple[CommentImport, list[RowError]]:
    content = "\n".join(["video,source,text", *rows]).encode()
    refused: list[RowError] = []
    result = import_comments(
        file=io.BytesIO(content),
        study=None,
        create_sources=create_sources,
        dry_run=dry_run,
        on_error=refused.append,
    )
    return result, refused


def test_a_comment_is_cleaned_like_those_of_people() -> None:
    video = factories.make_video(platform="youtube", external_id="abc")
    source = factories.make_source("writer")
    text = '  ""so\u200b   cute"" \n'
    person = factories.make_comment(video, factories.human_source(), text)

    run('youtube:abc,writer,"  """"so\u200b   cute"""" \n"')

    comment = Comment.objects.get(source=source)
    assert comment.text == person.text == "so cute"
    assert bytes(comment.fingerprint) == bytes(person.fingerprint)
    assert comment.text_received == text


def test_the_same_file_again_changes_nothing() -> None:
    factories.make_video(platform="x", external_id="1")
    factories.make_source("writer")
    factories.make_source("other")
    rows = ["x:1,writer,one", "x:1,other,two", "x:1,writer,ONE"]
    first, _ = run(*rows)

    second, _ = run(*rows)

    assert (first.added_count, first.unchanged_count) == (2, 1)
    assert (second.added_count, second.unchanged_count) == (0, 3)
    assert Comment.objects.count() == 2


def test_bad_rows_are_told_in_their_order_and_good_ones_go_in() -> None:
    factories.make_video(platform="x", external_id="1")
    factories.make_video(platform="y", external_id="twice")
    factories.make_video(platform="z", external_id="twice")
    factories.human_source()
    factories.make_source("writer")

    result, refused = run(
        "x:1,writer,good",
        "x:2,writer,which video",
        "x:1,nobody,which source",
        "x:1,Human,people come with the videos",
        "x:1,writer,https://example.org",
        "twice,writer,which of the two",
        "x:1,writer",
    )

    assert (result.row_count, result.added_count, result.refused_count) == (7, 1, 6)
    assert [(error.line, error.code) for error in refused] == [
        (3, RowErrorCode.UNKNOWN_VIDEO),
        (4, RowErrorCode.UNKNOWN_SOURCE),
        (5, RowErrorCode.HUMAN_SOURCE),
        (6, RowErrorCode.UNUSABLE_TEXT),
        (7, RowErrorCode.AMBIGUOUS_VIDEO),
        (8, RowErrorCode.BAD_CSV),
    ]


def test_a_second_text_of_a_source_about_a_video_is_refused() -> None:
    factories.make_video(platform="x", external_id="1")
    factories.make_source("writer")

    result, refused = run("x:1,writer,one", "x:1,writer,two", "x:1,writer,ONE")

    assert result.added_count == 1
    assert [(error.line, error.code) for error in refused] == [
        (3, RowErrorCode.SECOND_TEXT)
    ]
    assert "line 2 has another text" in refused[0].reason
    assert Comment.objects.get().text == "one"


def test_a_video_is_found_by_its_bare_id_or_its_file() -> None:
    factories.make_video(platform="youtube", external_id="-abc")
    factories.make_video(platform="own", external_id="", content_sha256="f" * 64)
    factories.make_source("writer")

    result, refused = run("-abc,writer,one", f"sha256:{'f' * 64},writer,two")

    assert refused == []
    assert result.added_count == 2


def test_unknown_sources_are_made_only_when_asked_for() -> None:
    factories.make_video(platform="x", external_id="1")

    result, _ = run("x:1,Qwen2.5-VL 7B,hi", create_sources=True)

    source = Source.objects.get()
    assert result.created_sources == {*result.sources} == {source}
    assert (source.key, source.title) == ("qwen2-5-vl-7b", "Qwen2.5-VL 7B")
    assert source.origin == Origin.AI


def test_a_source_is_found_by_key_or_title_however_written() -> None:
    factories.make_video(platform="x", external_id="1")
    factories.make_video(platform="x", external_id="2")
    source = factories.make_source("qwen-7b", title="Qwen2.5 VL")

    result, refused = run("x:1,QWEN 7B,one", "x:2,qwen2.5-vl,two")

    assert refused == []
    assert {*result.sources} == {source}


def test_a_refused_row_makes_no_source() -> None:
    _, refused = run("x:1,newcomer,hi", create_sources=True)

    assert refused[0].code == RowErrorCode.UNKNOWN_VIDEO
    assert not Source.objects.exists()


def test_a_dry_run_tells_all_and_stores_nothing() -> None:
    factories.make_video(platform="x", external_id="1")

    result, refused = run(
        "x:1,newcomer,hi", "x:2,newcomer,hi", create_sources=True, dry_run=True
    )

    assert (result.added_count, len(refused)) == (1, 1)
    assert not Comment.objects.exists()
    assert not Source.objects.exists()


def test_an_import_that_breaks_off_stores_nothing() -> None:
    factories.make_video(platform="x", external_id="1")
    factories.make_source("writer")
    # Beyond the first chunk of rows, which is stored by then.
    rows = [f"x:1,writer,number {number}" for number in range(3_000)]

    with pytest.raises(UnreadableFileError):
        run(*rows, "a" * 2_000_000)

    assert not Comment.objects.exists()


def test_html_stays_text() -> None:
    factories.make_video(platform="x", external_id="1")
    factories.make_source("writer")

    run("x:1,writer,<script>alert(1)</script>")

    assert Comment.objects.get().text == "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("gpt-4o", "gpt-4o"),
        ("Qwen2.5-VL 7B", "qwen2-5-vl-7b"),
        ("  InternVL / 8B ", "internvl-8b"),
        ("模型", ""),
    ],
)
def test_a_key_is_made_of_a_name(name: str, key: str) -> None:
    assert source_key(name) == key


# --- On the command line ------------------------------------------------------------


def write(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "comments.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_the_command_imports_and_sums_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.make_video(platform="x", external_id="1")
    path = write(tmp_path, {"video": "x:1", "source": "writer", "text": "hi"})

    call_command("import_comments", path, create_sources=True)

    assert "1 added" in capsys.readouterr().out
    assert Comment.objects.get().source.key == "writer"


def test_refused_rows_end_the_command_with_1_and_fill_the_error_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, {"video": "x:1", "source": "writer", "text": "hi"})
    error_file = tmp_path / "refused.jsonl"

    with pytest.raises(CommandError, match="1 row was rejected") as ended:
        call_command("import_comments", path, errors=error_file)

    assert ended.value.returncode == 1
    assert "line 1: the corpus has no video x:1" in capsys.readouterr().err
    (entry,) = map(json.loads, error_file.read_text().splitlines())
    assert (entry["line"], entry["code"]) == (1, "unknown_video")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone\.csv"):
        call_command("import_comments", tmp_path / "gone.csv")


def test_a_file_of_another_kind_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "comments.xlsx"
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(CommandError, match="spreadsheet"):
        call_command("import_comments", path)


def test_the_command_can_put_the_files_sources_into_a_draft(tmp_path: Path) -> None:
    video = factories.make_video(platform="x", external_id="1")
    study = factories.make_study(videos=[video], ai_sources=0)
    path = write(tmp_path, {"video": "x:1", "source": "writer", "text": "hi"})

    call_command("import_comments", path, create_sources=True, study=study.key)

    assert [source.key for source in study.sources.all()] == ["writer"]
    held = study.batches.get().batch_comments
    assert held.filter(source__key="writer").exists()
