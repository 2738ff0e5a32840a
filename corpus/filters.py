"""Filters of the list of videos."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import SearchInput

from corpus.models import MediaState, Video, VideoSelection
from corpus.selectors import eligible_videos

NO_CLIP = "none"


class VideoFilter(django_filters.FilterSet):
    """What the list of videos shows; every field may be left empty."""

    search = django_filters.CharFilter(
        label="Search",
        method="filter_search",
        widget=SearchInput(attrs={"placeholder": "Title or id", "maxlength": "200"}),
    )
    platform = django_filters.AllValuesFilter(empty_label="All")
    category = django_filters.AllValuesFilter(empty_label="All")
    clip = django_filters.ChoiceFilter(
        label="Clip",
        empty_label="All",
        choices=[*MediaState.choices, (NO_CLIP, "No clip")],
        method="filter_clip",
    )
    eligible = django_filters.ChoiceFilter(
        label="Can be judged",
        empty_label="All",
        choices=[("yes", "Yes"), ("no", "Not yet")],
        method="filter_eligible",
    )
    selection = django_filters.ModelChoiceFilter(
        label="Selection",
        field_name="selections",
        queryset=VideoSelection.objects.order_by("title"),
        to_field_name="key",
        empty_label="All",
    )

    class Meta:
        model = Video
        fields: list[str] = []

    def filter_search(
        self, videos: QuerySet[Video], _name: str, value: str
    ) -> QuerySet[Video]:
        return videos.filter(Q(title__icontains=value) | Q(external_id=value))

    def filter_clip(
        self, videos: QuerySet[Video], _name: str, value: str
    ) -> QuerySet[Video]:
        if value == NO_CLIP:
            return videos.filter(media=None)
        return videos.filter(media__state=value)

    def filter_eligible(
        self, videos: QuerySet[Video], _name: str, value: str
    ) -> QuerySet[Video]:
        eligible: dict[str, Any] = {"pk__in": eligible_videos().values("pk")}
        if value == "yes":
            return videos.filter(**eligible)
        return videos.exclude(**eligible)
