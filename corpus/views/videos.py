"""The list of videos, and one video."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.http import SignedInRequest, researcher_required
from corpus.filters import VideoFilter
from corpus.importing.wording import reasons_in_words
from corpus.models import Video
from corpus.selection import MIN_USABLE_COMMENTS
from corpus.selectors import (
    comments_of,
    corpus_totals,
    listed_videos,
    unusable_counts,
)

VIDEOS_A_PAGE = 50
COMMENTS_A_PAGE = 100


@require_GET
@researcher_required
def video_list(request: SignedInRequest) -> HttpResponse:
    """Every video, filtered; a filter that changes swaps the table alone."""
    videos = VideoFilter(request.GET, queryset=listed_videos())
    page = Paginator(videos.qs, VIDEOS_A_PAGE).get_page(request.GET.get("page"))
    context = {"filter": videos, "page": page}
    if request.htmx:
        return render(request, "corpus/_videos.html", context)
    return render(request, "corpus/videos.html", context | {"totals": corpus_totals()})


@require_GET
@researcher_required
def video_detail(request: SignedInRequest, video_id: int) -> HttpResponse:
    """One video: its clip, its metadata, its human comments with their usability."""
    video = get_object_or_404(Video.objects.select_related("media"), pk=video_id)
    comments = Paginator(comments_of(video), COMMENTS_A_PAGE)
    context = {
        "video": video,
        "reasons": reasons_in_words(unusable_counts(video)),
        "min_usable_comments": MIN_USABLE_COMMENTS,
        "page": comments.get_page(request.GET.get("page")),
    }
    return render(request, "corpus/video.html", context)
