"""What the tests do to their installation, in a process of its own.

Run as `python -m tests.faults.actions NAME WORDS` with the installation's environment.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path

import django


def make_study(key: str, video_count: str, *clips: str) -> None:
    """A draft whose videos are copies of clips in turn, each with its own hash."""
    from corpus.media_files import stored
    from corpus.models import MediaState, VideoMedia
    from tests.factories import make_study as make_draft
    from tests.factories import make_video

    videos = []
    for number, clip in zip(range(int(video_count)), cycle(clips), strict=False):
        video = make_video(external_id=f"{key}-{number}", title=Path(clip).name)
        media = VideoMedia(video=video, state=MediaState.READY)
        media.original = f"originals/{media.name}{Path(clip).suffix}"
        media.playback = f"play/{media.name}.mp4"
        content = Path(clip).read_bytes()
        if int(video_count) > len(clips):
            content += _ending(f"{key}-{number}")
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        media.sha256 = hashlib.sha256(content).hexdigest()
        media.save()
        videos.append(video)
    make_draft(key=key, videos=videos, ai_sources=[])


def _ending(name: str) -> bytes:
    """Makes a file of its own of a copied MP4: after its last box, nobody looks.

    That a file cannot be decoded is remembered by its hash.
    """
    return b"\0\0\0\x0cfree" + hashlib.sha256(name.encode()).digest()[:4]


def make_item_build(videos: str) -> None:
    """A sealed item build in which so many videos have clips."""
    from tests.thinking.asking import make_askable_build

    make_askable_build(videos=int(videos))


def cancel(round_id: str) -> None:
    from generation.models import GenerationRound
    from generation.services.rounds import cancel_round

    generation_round = GenerationRound.objects.get(pk=int(round_id))
    cancel_round(generation_round=generation_round, actor=None)


def save_pages(round_id: str, folder: str) -> None:
    """Write what an admin sees of a round: its page, its errors, each of its jobs."""
    from django.test import Client

    from accounts.models import User
    from generation.models import GenerationRound
    from generation.services.rounds import jobs_of
    from tests.factories import make_admin

    generation_round = GenerationRound.objects.get(pk=int(round_id))
    address = f"/generation/{generation_round.public_id}/"
    jobs = jobs_of(generation_round).values_list("pk", flat=True)
    pages = {"round": "", "errors": "errors/"}
    pages |= {f"job-{key}": f"jobs/{key}/" for key in jobs}
    client = Client(SERVER_NAME="localhost")
    admin = User.objects.filter(is_superuser=True).first() or make_admin()
    client.force_login(admin, "accounts.backends.PasswordBackend")
    for name, path in pages.items():
        response = client.get(address + path)
        assert response.status_code == 200, response.status_code
        Path(folder, f"{name}.html").write_bytes(response.content)


ACTIONS: Mapping[str, Callable[..., None]] = {
    "make_study": make_study,
    "make_item_build": make_item_build,
    "cancel": cancel,
    "save_pages": save_pages,
}

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    name, *words = sys.argv[1:]
    ACTIONS[name](*words)
