"""Filters of the list of videos."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import SearchInput
from django.utils.translation import gettext_lazy as _

from corpus.models import MediaState, Video, VideoSelection
from corpus.selectors import eligible_videos

NO_CLIP = "none"


class VideoFilter(django_filters.FilterSet):
    """What the list of videos shows; every field may be left empty."""

    search = django_filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=SearchInput(attrs={"placeholder": _("Title or ID"), "maxlength": "200"}),
    )
    platform = django_filters.AllValuesFilter(label=_("Platform"), empty_label=_("All"))
    category = django_filters.AllValuesFilter(label=_("Category"), empty_label=_("All"))
    clip = django_filters.ChoiceFilter(
        label=_("Clip"),
        empty_label=_("All"),
        choices=[*MediaState.choices, (NO_CLIP, _("No clip"))],
        method="filter_clip",
    )
    eligible = django_filters.ChoiceFilter(
        label=_("Can be judged"),
        empty_label=_("All"),
        choices=[("yes", _("Yes")), ("no", _("Not yet"))],
        method="filter_eligible",
    )
    selection = django_filters.ModelChoiceFilter(
        label=_("Selection"),
        field_name="selections",
        queryset=VideoSelection.objects.order_by("title"),
        to_field_name="key",
        empty_label=_("All"),
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
