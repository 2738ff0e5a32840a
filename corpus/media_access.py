"""Who may watch a video.

The rules are callables `(user, video_id) -> bool`, named by dotted path in
`MEDIA_ACCESS_RULES`; one that says yes opens the video. So packages above this one can
let their people in without being imported here.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseForbidden, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from accounts.models import User
from corpus.media_files import PLAYBACK_SUFFIX, POSTER_SUFFIX
from corpus.models import MediaState, VideoMedia


class MediaAccessRule(Protocol):
    """Whether this rule lets this person watch this video."""

    def __call__(self, user: User, video_id: int) -> bool: ...


def may_watch(user: User, video_id: int) -> bool:
    """Whether any rule lets the person watch the video."""
    return any(
        cast("MediaAccessRule", import_string(path))(user, video_id)
        for path in settings.MEDIA_ACCESS_RULES
    )


MediaView = Callable[[HttpRequest, str], HttpResponseBase]


def watcher_required(view: MediaView) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """For people whom a rule lets watch; the view gets the path below MEDIA_ROOT.

    A name that does not exist and one that is not for this person answer alike. The
    answers are bare: what asks here is a video element, which shows no page.
    """

    @wraps(view)
    def guarded(request: HttpRequest, file_name: str) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return HttpResponseForbidden()
        path = _path_for(request.user, file_name)
        return view(request, path) if path else HttpResponseNotFound()

    return guarded


def _path_for(user: User, file_name: str) -> str:
    """Path below MEDIA_ROOT of a file that the user may have; else empty."""
    name = PurePosixPath(file_name)
    media = VideoMedia.objects.filter(name=name.stem, state=MediaState.READY).first()
    if media is None or not may_watch(user, media.video_id):
        return ""
    paths = {PLAYBACK_SUFFIX: media.playback, POSTER_SUFFIX: media.poster}
    return paths.get(name.suffix, "")
