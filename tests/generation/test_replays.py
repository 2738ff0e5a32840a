"""A round that is repeated on another installation asks the same."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from annotation.models import Study
from corpus.media_files import stored
from corpus.models import Video, VideoMedia
from generation.models import GenerationRound
from generation.services.engines import EngineKeeper
from generation.services.shards import run_shard
from tests.factories import make_admin, make_media, make_study, make_video
from tests.generation.chat_server import Handler, Seen
from tests.generation.rounds import only_source
from tests.judges.servers import MODEL, asked_site
from tests.specimens.clips import write_clip

pytestmark = pytest.mark.django_db
_NAMES = ("one", "two", "three")


def _say_something(server: Handler, number: int) -> None:
    server.say(f"did not see number {number} coming")


@pytest.fixture
def seen(settings: Settings, tmp_path: Path) -> Iterator[Seen]:
    """What a server of a model was asked."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    with asked_site(settings, tmp_path, _say_something) as found:
        yield found


def _study(names: tuple[str, ...]) -> Study:
    """A draft about real clips, imported in this order."""
    videos = [make_video(platform="youtube", external_id=name) for name in names]
    for name, video in zip(names, videos, strict=True):
        media = make_media(video, sha256=f"{_NAMES.index(name):064x}")
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_clip(file, times_ms=range(0, 800 + 400 * _NAMES.index(name), 40))
    return make_study(videos=videos, ai_sources=0)


def _generate(study: Study, *words: str) -> GenerationRound:
    call_command("generate", "--study", study.key, *words, stdout=StringIO())
    return GenerationRound.objects.latest("pk")


def _asked(generation_round: GenerationRound, seen: Seen) -> set[bytes]:
    """The bytes of the requests that the round's worker sends."""
    seen.bodies.clear()
    keeper = EngineKeeper()
    row = only_source(generation_round)
    run_shard(round_source_id=row.pk, worker="tests@here", keeper=keeper)
    keeper.close()
    return {json.dumps(body).encode() for body in seen.bodies}


def _exported(generation_round: GenerationRound, folder: Path) -> str:
    file = folder / "round.json"
    call_command("export_round", str(generation_round.pk), "--to", str(file))
    return str(file)


def _move_away() -> None:
    """What is here becomes another installation's: its videos aren't known here."""
    for video in Video.objects.all():
        video.external_id += " of another installation"
        video.save()
    for media in VideoMedia.objects.all():
        media.sha256 = f"{media.pk + 1000:064x}"
        media.save()


def test_a_replay_elsewhere_sends_the_same_bytes(seen: Seen, tmp_path: Path) -> None:
    first = _generate(_study(_NAMES[:2]), "--models", MODEL, "--seed", "41")
    asked = _asked(first, seen)
    file = _exported(first, tmp_path)
    _move_away()

    second = _generate(_study(_NAMES[::-1]), "--like", file)

    assert second.seed == 41
    assert len(asked) == 2
    assert _asked(second, seen) == asked


def test_a_round_of_the_same_installation_is_named_by_its_number(seen: Seen) -> None:
    study = _study(_NAMES[:2])
    first = _generate(study, "--models", MODEL)
    asked = _asked(first, seen)

    second = _generate(study, "--like", str(first.pk), "--scope", "all")

    assert _asked(second, seen) == asked


def test_a_replay_refuses_videos_that_are_not_there_or_others(
    seen: Seen, tmp_path: Path
) -> None:
    assert seen.bodies == []
    study = _study(_NAMES[:2])
    file = _exported(_generate(study, "--models", MODEL), tmp_path)
    VideoMedia.objects.filter(video__external_id="two").update(sha256="f" * 64)
    changed = _study(("three",))

    with pytest.raises(CommandError, match=r"2 of the round's videos .*youtube/one"):
        _generate(changed, "--like", file)
    with pytest.raises(CommandError, match=r"files of 1 videos .*youtube/two"):
        _generate(study, "--like", file)


def test_a_replay_refuses_a_model_that_would_be_asked_something_else(
    seen: Seen, tmp_path: Path
) -> None:
    assert seen.bodies == []
    study = _study(_NAMES[:1])
    file = Path(_exported(_generate(study, "--models", MODEL), tmp_path))
    entry = tmp_path / f"{MODEL}.toml"
    entry.write_text(entry.read_text().replace("temperature = 0.7", "temperature = 1"))

    with pytest.raises(CommandError, match=r"something else here \(decoding\)"):
        _generate(study, "--like", str(file))


def test_a_round_whose_models_file_was_changed_is_not_exported(
    seen: Seen, tmp_path: Path
) -> None:
    generation_round = _generate(_study(_NAMES[:1]), "--models", MODEL)
    _asked(generation_round, seen)
    entry = tmp_path / f"{MODEL}.toml"
    entry.write_text(entry.read_text().replace("temperature = 0.7", "temperature = 1"))

    with pytest.raises(CommandError, match="was changed after this round asked it"):
        _exported(generation_round, tmp_path)


_MORE_VIDEOS = {
    "format": "generation-round-1",
    "seed": 1,
    "videos": [],
    "models": [{"key": MODEL, "asks": {}, "runs": {}, "videos": [3]}],
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seed: 41", "isn't JSON"),
        ('{"format": "generation-round-9"}', "no recipe of a round"),
        (json.dumps(_MORE_VIDEOS), "names more videos than it lists"),
    ],
)
def test_a_file_that_is_no_recipe_is_refused_with_the_reason(
    seen: Seen, tmp_path: Path, text: str, words: str
) -> None:
    assert seen.bodies == []
    file = tmp_path / "round.json"
    file.write_text(text)

    with pytest.raises(CommandError, match=words):
        _generate(_study(_NAMES[:1]), "--like", str(file))


def test_the_round_s_page_has_the_same_file(
    seen: Seen, tmp_path: Path, client: Client
) -> None:
    assert seen.bodies == []
    generation_round = _generate(_study(_NAMES[:2]), "--models", MODEL)
    client.force_login(make_admin())
    address = reverse("generation:recipe", args=[generation_round.public_id])

    page = client.get(reverse("generation:round", args=[generation_round.public_id]))
    file = client.get(address)

    assert address in page.content.decode()
    written = Path(_exported(generation_round, tmp_path))
    assert file.content.decode() == written.read_text()
