"""What researchers have, imported by the command: yt-dlp, tables, clips, data sets."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from corpus.models import Comment, Video
from tests.corpus.test_commands import Output

pytestmark = pytest.mark.django_db

LICENCE = ("--licence", "CC BY 4.0")


@pytest.fixture(autouse=True)
def _error_files_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clip(shared_data: Path) -> Path:
    return shared_data / "videos" / "flower.webm"


def imported(path: Path, kind: str, *more: str) -> str:
    """What the command says; it must not fail."""
    output = Output("import_corpus", path, "--from", kind, *LICENCE, *more)
    assert output.failure is None, output.err
    return output.out


def info(**fields: object) -> dict[str, Any]:
    """As yt-dlp writes it, with what we don't take."""
    return {
        "_type": "video",
        "id": "abc",
        "extractor_key": "Youtube",
        "title": "A dog",
        "description": "It runs.",
        "tags": ["dog"],
        "categories": ["Pets & Animals"],
        "upload_date": "20241123",
        "duration": 31,
        "view_count": 900,
        "like_count": 80,
        "comment_count": 4,
        "webpage_url": "https://www.youtube.com/watch?v=abc",
        "formats": [{"url": "https://example.org/secret"}],
        "uploader": "somebody",
        "comments": [
            comment("1", "what a dog", like_count=7, author="@mia"),
            comment("2", "so true", parent="1"),
            comment("3", "thanks all!", author_is_uploader=True),
            comment("4", "where is this", timestamp=1_732_320_000),
        ],
        **fields,
    }


def comment(key: str, text: str, **fields: object) -> dict[str, Any]:
    return {"id": key, "text": text, "parent": "root", "author_id": "UC1", **fields}


# --- yt-dlp -------------------------------------------------------------------------


def test_a_yt_dlp_folder_becomes_videos_with_clips_and_viewers_comments(
    tmp_path: Path, clip: Path
) -> None:
    folder = tmp_path / "downloads" / "channel"
    folder.mkdir(parents=True)
    shutil.copy(clip, folder / "A dog [abc].webm")
    (folder / "A dog [abc].info.json").write_text(json.dumps(info()))
    (folder / "list.info.json").write_text(json.dumps({"_type": "playlist"}))

    said = imported(folder.parent, "yt-dlp", "--consent", "ethics board, no. 12")
    again = imported(folder.parent, "yt-dlp", "--consent", "ethics board, no. 12")

    video = Video.objects.get()
    assert "1 video" in said
    assert "0 new" in again or "unchanged" in again
    assert (video.platform, video.external_id) == ("youtube", "abc")
    assert (video.category, video.like_count) == ("Pets & Animals", 80)
    assert str(video.published_on) == "2024-11-23"
    assert video.media.original.endswith(".webm")
    assert video.extra["license"] == "CC BY 4.0"
    assert video.extra["consent"] == "ethics board, no. 12"
    taken = {c.text: (c.like_count, c.reply_count) for c in Comment.objects.all()}
    assert taken == {"what a dog": (7, 1), "where is this": (None, 0)}
    stored = json.dumps([video.extra, *Comment.objects.values_list("extra", flat=True)])
    assert not any(name in stored for name in ("mia", "UC1", "somebody", "secret"))


def test_a_licence_of_the_video_itself_wins(tmp_path: Path) -> None:
    (tmp_path / "a.info.json").write_text(json.dumps(info(license="CC BY-SA")))

    imported(tmp_path, "yt-dlp")

    assert Video.objects.get().extra["license"] == "CC BY-SA"


def test_a_damaged_description_is_named_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "a.info.json").write_text("{")
    (tmp_path / "b.info.json").write_text(json.dumps(info()))
    (tmp_path / "c.info.json").write_text(json.dumps(info(id="x", like_count=-1)))

    output = Output("import_corpus", tmp_path, "--from", "yt-dlp", *LICENCE)

    assert output.failure is not None
    assert "line 1: a.info.json: is not JSON" in output.err
    assert "line 3: c.info.json, like_count: must be between" in output.err
    assert Video.objects.get().external_id == "abc"


def test_terms_must_be_stated(tmp_path: Path) -> None:
    output = Output("import_corpus", tmp_path, "--from", "yt-dlp")

    assert "State with --licence" in str(output.failure)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("yt-dlp", "has no file *.info.json"),
        ("dataset", "has no file *.parquet"),
        ("clips", "must hold one CSV file"),
    ],
)
def test_a_folder_of_something_else_says_what_it_lacks(
    tmp_path: Path, kind: str, words: str
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()

    output = Output("import_corpus", folder, "--from", kind, *LICENCE)

    assert words in str(output.failure)


# --- Tables -------------------------------------------------------------------------

TIKTOK = (
    "Video URL,Video Title,Comment Text,Comment Likes,Comment Date,Video Likes\n"
    'https://www.tiktok.com/@a/video/73012,Jump,so high,1.2K,2024-05-01,"12,345"\n'
    'https://www.tiktok.com/@a/video/73012,Jump,"wow, how?",3,1714521600,\n'
    "https://www.tiktok.com/@b/video/73013,Fall,ouch,0,,8\n"
)
YOUTUBE = (
    "videoId;textOriginal;likeCount;publishedAt\n"
    "alJ1KJu5h9U;the leech is fine;4;2024-11-23T10:00:00Z\n"
    "alJ1KJu5h9U;run;0;2024-11-24T10:00:00Z\n"
)


def test_an_export_of_tiktok_comments_is_guessed(tmp_path: Path) -> None:
    table = tmp_path / "export.csv"
    table.write_text(TIKTOK, encoding="utf-8-sig")

    imported(table, "csv")

    jump = Video.objects.get(external_id="73012")
    assert (jump.platform, jump.title, jump.like_count) == ("tiktok", "Jump", 12_345)
    taken = {c.text: c.like_count for c in jump.comments.all()}
    assert taken == {"so high": 1_200, "wow, how?": 3}
    assert {str(c.published_on) for c in jump.comments.all()} == {"2024-05-01"}
    assert Video.objects.count() == 2


def test_an_export_of_youtube_comments_is_guessed(tmp_path: Path) -> None:
    table = tmp_path / "export.csv"
    table.write_text(YOUTUBE)

    imported(table, "csv", "--platform", "youtube")

    video = Video.objects.get()
    assert (video.platform, video.external_id) == ("youtube", "alJ1KJu5h9U")
    # Likes beside a text are the comment's.
    assert video.like_count is None
    assert {c.text: c.like_count for c in video.comments.all()} == {
        "the leech is fine": 4,
        "run": 0,
    }


def test_a_mapping_is_shown_changed_and_used(tmp_path: Path) -> None:
    table = tmp_path / "export.csv"
    table.write_text("id,words,hearts\n7,so high,5\n")
    mapping = tmp_path / "columns.json"
    mapping.write_text(
        json.dumps(
            {"external_id": "id", "comment_text": "words", "comment_likes": "hearts"}
        )
    )

    shown = Output(
        "import_corpus", table, "--from", "csv", "--show-mapping", "--mapping", mapping
    )
    guessed = Output("import_corpus", table, "--from", "csv", *LICENCE)
    imported(table, "csv", "--mapping", str(mapping), "--platform", "tiktok")

    assert 'row 1: {"id": "7", "words": "so high", "hearts": "5"}' in shown.out
    assert '"comment_text": "words"' in shown.out
    assert "No column names the video" in str(guessed.failure)
    assert Comment.objects.get().like_count == 5


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('{"externalid": "id"}', "There is no field"),
        ('{"external_id": "ID"}', "has no column 'ID'"),
        ("[]", "must hold an object"),
        ("{", "is not JSON"),
    ],
)
def test_a_mapping_that_does_not_fit_says_why(
    tmp_path: Path, mapping: str, words: str
) -> None:
    (tmp_path / "export.csv").write_text("id,words\n7,so high\n")
    (tmp_path / "columns.json").write_text(mapping)

    output = Output(
        *("import_corpus", tmp_path / "export.csv", "--from", "csv", *LICENCE),
        *("--mapping", tmp_path / "columns.json"),
    )

    assert words in str(output.failure)


def test_a_row_that_cannot_be_is_refused_by_its_line(tmp_path: Path) -> None:
    table = tmp_path / "export.csv"
    table.write_text("videoId,title,views\na,One,many\n,Two,3\nc,Three,3\n")

    output = Output(
        "import_corpus", table, "--from", "csv", "--platform", "own", *LICENCE
    )

    assert "line 2: view_count: must be a whole number" in output.err
    assert "line 3: external_id: is missing" in output.err
    assert Video.objects.get().title == "Three"


def test_empty_rows_are_no_videos(tmp_path: Path) -> None:
    table = tmp_path / "export.csv"
    table.write_text("videoId,title\na,One\n\n,\nb,Two\n,\n\n")

    imported(table, "csv", "--platform", "own")

    assert {*Video.objects.values_list("title", flat=True)} == {"One", "Two"}


@pytest.mark.parametrize("content", [b"a\xff\xfe,b\n", b"", b"PK\x03\x04\x00\x00"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export.csv").write_bytes(content)

    output = Output("import_corpus", tmp_path / "export.csv", "--from", "csv", *LICENCE)

    assert output.failure is not None
    assert not Video.objects.exists()


# --- Clips and data sets ------------------------------------------------------------


def test_a_folder_of_clips_with_a_table(tmp_path: Path, clip: Path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    shutil.copy(clip, folder / "one.webm")
    (folder / "list.csv").write_text(
        "filename,title,category,duration\none.webm,A flower,Plants,0:31\n"
    )

    imported(folder, "clips", "--platform", "own")

    video = Video.objects.get()
    assert (video.platform, video.title, video.duration_s) == ("own", "A flower", 31)
    assert video.media.original.endswith(".webm")


@pytest.mark.parametrize("how", ["bytes", "feature", "path"])
def test_a_data_set_of_parquet_files(tmp_path: Path, clip: Path, how: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path / "dataset"
    (folder / "data").mkdir(parents=True)
    shutil.copy(clip, folder / "one.webm")
    video: Any = {
        "bytes": clip.read_bytes(),
        "feature": {"bytes": clip.read_bytes(), "path": "one.webm"},
        "path": "one.webm",
    }[how]
    comments: list[Any] = (
        ["so pretty"] if how == "bytes" else [{"text": "so pretty", "like_count": 4}]
    )
    columns = {
        "video": [video],
        "id": ["f-1"],
        "title": ["A flower"],
        "likes": [12],
        "comments": [comments],
    }
    pq.write_table(pa.table(columns), folder / "data" / "train-0.parquet")

    imported(folder, "dataset", "--platform", "own")

    found = Video.objects.get()
    assert (found.external_id, found.title, found.like_count) == ("f-1", "A flower", 12)
    assert found.media.original
    assert Comment.objects.get().text == "so pretty"


@pytest.mark.parametrize("path", ["../secret.mp4", "{folder}/own.mp4"])
def test_a_path_out_of_the_data_set_is_refused(tmp_path: Path, path: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "secret.mp4").write_bytes(b"x")
    folder = tmp_path / "dataset"
    folder.mkdir()
    (folder / "own.mp4").write_bytes(b"x")
    table = pa.table({"video": [path.format(folder=folder)], "id": ["1"]})
    pq.write_table(table, folder / "a.parquet")

    output = Output(
        "import_corpus", folder, "--from", "dataset", "--platform", "own", *LICENCE
    )

    assert "video_path: must be relative" in output.err
    assert not Video.objects.exists()
