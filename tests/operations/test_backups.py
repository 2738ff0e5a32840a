"""A backup and what comes back of it: everything, into an empty place, or nothing."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from annotation.models import Study
from corpus.media_files import stored
from corpus.models import Video
from operations.backups.making import make_backup
from operations.backups.manifest import DUMP, MANIFEST, MANIFEST_HASH, copies_in
from tests import factories

PROJECT = Path(__file__).resolve().parents[2]
LEVELS = "definitions,inference"
CLIP = "play/clip.mp4"


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: DjangoDbBlocker,
) -> Path:
    """A backup of the tests' own database."""
    # The tests of a process share a folder of media: what others left is not ours.
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        media = stored(CLIP)
        media.parent.mkdir(parents=True)
        media.write_bytes(b"a clip")
        with django_db_blocker.unblock():
            return make_backup(into=tmp_path_factory.mktemp("whole"))


@pytest.fixture
def backup(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return Path(shutil.copytree(whole, tmp_path / whole.name))


@contextmanager
def empty_database() -> Iterator[None]:
    """Django on a new, empty database of the tests' server."""
    full, name = connection.settings_dict["NAME"], f"restored_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = full
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def report_of(study: Study, capsys: pytest.CaptureFixture[str]) -> object:
    call_command("report", study.key, format="json", replicates=50, levels=LEVELS)
    return json.loads(capsys.readouterr().out)


@pytest.mark.django_db(transaction=True)
def test_a_study_comes_back_into_an_empty_place_to_the_last_digit(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    study = factories.make_open_study(videos=3, redundancy=2)
    for verdict, score in (("human", 4), ("ai", 1)):
        annotator = factories.join(study)
        for _ in range(3):
            factories.submit_all(factories.give_work(annotator), verdict, score)
    clip = stored(CLIP)
    clip.parent.mkdir(parents=True)
    clip.write_bytes(b"moving pictures")
    report = report_of(study, capsys)

    call_command("backup", tmp_path / "backups", verify=True)
    (made,) = copies_in(tmp_path / "backups")
    settings.MEDIA_ROOT = tmp_path / "elsewhere" / "media"
    with empty_database():
        call_command("restore", made)
        said = capsys.readouterr().out
        restored = report_of(study, capsys)

    assert f"{study.key}: no problems" in said
    assert restored == report
    assert stored(CLIP).read_bytes() == b"moving pictures"
    assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db(transaction=True)
def test_what_is_there_can_be_replaced_by_the_backup(
    backup: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    with empty_database():
        call_command("restore", backup)
        factories.make_video()
        stored("later.mp4").write_bytes(b"a later clip")

        call_command("restore", backup, replace=True, yes=True)

        assert not Video.objects.exists()
    assert [path.name for path in tmp_path.glob("elsewhere/*/*")] == ["clip.mp4"]
    assert not stored("later.mp4").exists()


@pytest.mark.django_db
def test_a_place_that_is_in_use_is_left_alone(backup: Path) -> None:
    with pytest.raises(
        CommandError, match=r"is not empty: it has .* tables.*--replace"
    ):
        call_command("restore", backup)


@pytest.mark.django_db
def test_replacing_asks_first(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "yes")

    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        call_command("restore", backup, replace=True)


@pytest.mark.django_db
def test_a_whole_backup_is_called_so_and_nothing_changes(
    backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("restore", backup, check=True)

    assert "is whole" in capsys.readouterr().out
    assert not Path(settings.MEDIA_ROOT).exists()


def rewrite_the_manifest(backup: Path, **changes: object) -> None:
    content = json.loads((backup / MANIFEST).read_text()) | changes
    text = json.dumps(content)
    (backup / MANIFEST).write_text(text)
    digest = sha256(text.encode()).hexdigest()
    (backup / MANIFEST_HASH).write_text(f"{digest}  {MANIFEST}\n")


def damage_the_dump(backup: Path) -> None:
    with (backup / DUMP).open("r+b") as dump:
        dump.seek(200)
        dump.write(b"\0\1\2")


def cut_a_clip(backup: Path) -> None:
    (backup / "media" / CLIP).write_bytes(b"a cl")


def lose_a_clip(backup: Path) -> None:
    (backup / "media" / CLIP).unlink()


def slip_a_file_in(backup: Path) -> None:
    (backup / "media" / "play" / "other.mp4").write_bytes(b"")


def change_the_manifest(backup: Path) -> None:
    text = (backup / MANIFEST).read_text()
    (backup / MANIFEST).write_text(text.replace(CLIP, "play/clap.mp4"))


def come_from_the_future(backup: Path) -> None:
    rewrite_the_manifest(backup, migrations=["annotation.9999_later"])


def have_another_layout(backup: Path) -> None:
    rewrite_the_manifest(backup, layout=9)


def be_something_else(backup: Path) -> None:
    rewrite_the_manifest(backup, kind="holiday pictures")


def lack_a_manifest(backup: Path) -> None:
    (backup / MANIFEST).unlink()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (damage_the_dump, "database.dump has changed"),
        (cut_a_clip, "media/play/clip.mp4 has 4 bytes instead of 6"),
        (lose_a_clip, "media/play/clip.mp4 is missing"),
        (slip_a_file_in, "media/play/other.mp4 is not of this backup"),
        (change_the_manifest, "manifest.json is damaged"),
        (come_from_the_future, "made by another version.*then upgrade"),
        (have_another_layout, "layout 9"),
        (be_something_else, "is not a backup"),
        (lack_a_manifest, "is not a backup"),
    ],
)
def test_a_damaged_or_foreign_backup_is_refused(
    backup: Path, spoil: Callable[[Path], None], words: str
) -> None:
    spoil(backup)

    with pytest.raises(CommandError, match=f"(?s){words}"):
        call_command("restore", backup, replace=True, yes=True)


@pytest.mark.django_db
def test_a_folder_of_backups_names_the_newest(backup: Path) -> None:
    with pytest.raises(CommandError, match=f"the newest is .*{backup.name}"):
        call_command("restore", backup.parent)


@pytest.mark.django_db
@pytest.mark.parametrize("inside", [PROJECT / "backups", None])
def test_backups_stay_out_of_images_and_of_served_files(inside: Path | None) -> None:
    folder = inside or Path(settings.MEDIA_ROOT) / "backups"

    with pytest.raises(CommandError, match="Choose a folder outside"):
        call_command("backup", folder)

    assert not folder.exists()


@pytest.mark.django_db
def test_encryption_without_its_program_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(
        CommandError, match=r"age is not installed.*apt-get install age"
    ):
        call_command("backup", tmp_path / "backups", encrypt_to="age1abc")


@pytest.fixture
def key_of_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Whom a new key of GnuPG is for; its agent ends with the test."""
    if shutil.which("gpg") is None:
        pytest.skip("GnuPG is not installed")
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    name = "lab@example.org"
    key = ("--passphrase", "", "--quick-generate-key", name)
    subprocess.run(["gpg", "--batch", *key], check=True, capture_output=True)
    yield name
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=True)


@pytest.mark.django_db(transaction=True)
def test_an_encrypted_backup_is_one_file_that_its_key_opens(
    tmp_path: Path, key_of_the_lab: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("backup", tmp_path / "b", encrypt_to=key_of_the_lab)
    (made,) = (tmp_path / "b").glob("mimic-*")
    call_command("restore", made, check=True)

    assert made.name.endswith("Z.tar.gpg")
    assert "is whole" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "b").glob("[!.]*")] == [made.name]


@pytest.mark.django_db(transaction=True)
def test_only_the_newest_are_kept(tmp_path: Path, backup: Path) -> None:
    for day in ("01", "02"):
        shutil.copytree(backup, tmp_path / "b" / f"mimic-2026-01-{day}T00-00-00Z")

    call_command("backup", tmp_path / "b", keep=2)

    names = [path.name for path in copies_in(tmp_path / "b")]
    assert len(names) == 2
    assert names[0] == "mimic-2026-01-02T00-00-00Z"
