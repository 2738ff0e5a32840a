"""Where the files of a video lie, and under which addresses people find them."""

from pathlib import Path

from django.conf import settings
from django.urls import reverse

from corpus.models import VideoMedia

PLAYBACK_SUFFIX = ".mp4"
POSTER_SUFFIX = ".jpg"


def playback_of(name: str) -> str:
    """Path, relative to MEDIA_ROOT, of what browsers play."""
    return f"play/{name}{PLAYBACK_SUFFIX}"


def poster_of(name: str) -> str:
    """Path, relative to MEDIA_ROOT, of the picture shown until it plays."""
    return f"posters/{name}{POSTER_SUFFIX}"


def stored(relative: str) -> Path:
    """The file at a path relative to MEDIA_ROOT."""
    return Path(settings.MEDIA_ROOT) / relative


def playback_url(media: VideoMedia) -> str:
    """Address of what browsers play; the same for everybody who may watch."""
    return reverse("corpus:media", args=[media.name + PLAYBACK_SUFFIX])


def poster_url(media: VideoMedia) -> str:
    """Address of the picture shown until it plays."""
    return reverse("corpus:media", args=[media.name + POSTER_SUFFIX])
