"""What the tests do to their installation, in a process of its own.

Run as `python -m tests.faults.actions NAME WORDS` with the installation's environment.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import django


def make_study(key: str, video_count: str, clip: str) -> None:
    """A draft whose videos all are copies of a clip, each with a hash of its own."""
    from corpus.media_files import stored
    from corpus.models import MediaState, VideoMedia
    from tests.factories import make_study as make_draft
    from tests.factories import make_video

    content = Path(clip).read_bytes()
    videos = []
    for number in range(int(video_count)):
        video = make_video(external_id=f"{key}-{number}")
        media = VideoMedia(video=video, state=MediaState.READY)
        media.original = f"originals/{media.name}.mp4"
        media.playback = f"play/{media.name}.mp4"
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        # What follows an MP4's last box is ignored by decoders. No other study may have
        # the same file: that a file cannot be decoded is remembered by its hash.
        own = hashlib.sha256(f"{key}-{number}".encode()).digest()[:4]
        file.write_bytes(content + b"\0\0\0\x0cfree" + own)
        media.sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        media.save()
        videos.append(video)
    make_draft(key=key, videos=videos, ai_sources=[])


def cancel(round_id: str) -> None:
    from generation.models import GenerationRound
    from generation.services.rounds import cancel_round

    generation_round = GenerationRound.objects.get(pk=int(round_id))
    cancel_round(generation_round=generation_round, actor=None)


ACTIONS: Mapping[str, Callable[..., None]] = {
    "make_study": make_study,
    "cancel": cancel,
}

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    name, *words = sys.argv[1:]
    ACTIONS[name](*words)
