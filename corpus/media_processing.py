"""From an original as received to a file that browsers play and a poster.

Files come first and the row last, so a row never promises a file that is not there. A
second run of what is ready does nothing; two runs at once do the work once.
"""

import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path

from django.utils import timezone

from corpus.locks import held
from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.facts import MediaFacts
from corpus.media.tools import MediaTools
from corpus.media_files import playback_of, poster_of, stored
from corpus.models import MediaState, VideoMedia

logger = logging.getLogger(__name__)

# What a file with the same bytes shares with its twin.
_SHARED_FACTS = (
    *("container", "video_codec", "audio_codec", "width", "height", "rotation"),
    *("frame_count", "duration_s", "action", "warnings"),
)


def process_media(*, media_id: int, tools: MediaTools | None = None) -> VideoMedia:
    """Probe a video's original, make its playback file and poster, and say so.

    A file that cannot be used leaves the row failed, with its reason. Safe to run
    again: what is ready stays, what failed is tried anew, and what runs elsewhere is
    left to that run.

    Args:
        media_id: Of the `VideoMedia`.
        tools: A decoding process to use; else one is started for this video.

    Returns:
        The row as it is now.
    """
    with held(VideoMedia, media_id) as is_held:
        media = VideoMedia.objects.get(pk=media_id)
        if is_held and not _is_ready(media):
            if tools is not None:
                _process(media, tools)
            else:
                with MediaTools() as own_tools:
                    _process(media, own_tools)
    return media


def waiting_media(*, with_failed: bool = False) -> list[int]:
    """Ids of the media that are still to be processed, the oldest first."""
    states = [MediaState.PENDING]
    if with_failed:
        states.append(MediaState.FAILED)
    waiting = VideoMedia.objects.filter(state__in=states)
    return [*waiting.order_by("pk").values_list("pk", flat=True)]


def _is_ready(media: VideoMedia) -> bool:
    """Whether row and files agree that nothing is left to do."""
    return media.state == MediaState.READY and (
        stored(media.playback).is_file() and stored(media.poster).is_file()
    )


def _process(media: VideoMedia, tools: MediaTools) -> None:
    media.playback, media.poster = playback_of(media.name), poster_of(media.name)
    playback, poster = stored(media.playback), stored(media.poster)
    try:
        for file in (playback, poster):
            file.parent.mkdir(parents=True, exist_ok=True)
        if not _share_with_twin(media, playback, poster):
            _make_files(media, tools, playback, poster)
    except (MediaError, OSError) as error:
        for file in (playback, poster):
            with suppress(OSError):
                file.unlink()
        _note_failure(media, error)
    else:
        media.state, media.error_code, media.error = MediaState.READY, "", ""
    media.processed_at = timezone.now()
    media.save()


def _share_with_twin(media: VideoMedia, playback: Path, poster: Path) -> bool:
    """Take over the files of another video that was made from the same bytes."""
    twins = VideoMedia.objects.filter(sha256=media.sha256, state=MediaState.READY)
    for twin in twins.exclude(pk=media.pk):
        if _is_ready(twin):
            _link(stored(twin.playback), playback)
            _link(stored(twin.poster), poster)
            for name in _SHARED_FACTS:
                setattr(media, name, getattr(twin, name))
            return True
    return False


def _link(source: Path, target: Path) -> None:
    """A second name for one file, or a copy where the file system has no such thing."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _make_files(
    media: VideoMedia, tools: MediaTools, playback: Path, poster: Path
) -> None:
    original = stored(media.original)
    facts = tools.probe(original)
    if facts.sha256 != media.sha256:
        message = "The stored original is not the file that came in; import it again."
        raise MediaError(MediaErrorCode.DAMAGED, message)
    conversion = tools.make_playback(original, playback, facts)
    _check(tools.probe(playback), facts)
    tools.make_poster(playback, poster)
    media.action = conversion.action
    _note_facts(media, facts)


def _check(playback: MediaFacts, original: MediaFacts) -> None:
    """Refuse a playback file that lost more than a frame on the way."""
    lost = original.video.frame_count - playback.video.frame_count
    if lost > 1:
        message = f"{lost} frames were lost when the playback file was made."
        raise MediaError(MediaErrorCode.WRITE_FAILED, message)


def _note_facts(media: VideoMedia, facts: MediaFacts) -> None:
    media.byte_count = facts.byte_count
    media.container = facts.container
    media.video_codec = facts.video.codec
    media.audio_codec = facts.audio.codec if facts.audio else ""
    media.width, media.height = facts.video.shown_size
    media.rotation = facts.video.rotation
    media.frame_count = facts.video.frame_count
    media.duration_s = facts.video.duration_s
    media.warnings = list(facts.warnings)


def _note_failure(media: VideoMedia, error: MediaError | OSError) -> None:
    media.state = MediaState.FAILED
    media.playback = media.poster = ""
    if isinstance(error, MediaError):
        media.error_code, media.error = error.code, error.message
        detail = error.detail
    else:
        media.error_code = MediaErrorCode.WRITE_FAILED
        media.error = f"The files could not be stored: {error.strerror}."
        detail = str(error)
    logger.warning("media %s failed: %s %s", media.pk, media.error, detail)
