"""Filters of the list of videos."""

from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower
from django.forms import HiddenInput, SearchInput
from django.utils.translation import gettext_lazy as _

from corpus.models import MediaState, Video, VideoSelection
from corpus.selectors import eligible_videos

NO_CLIP = "none"

# What the columns of the list can be sorted by, and whether they begin with the most.
SORTS: dict[str, tuple[F | Lower, bool]] = {
    "title": (Lower("title"), False),
    "platform": (F("platform"), False),
    "category": (F("category"), False),
    "engagement": (F("engagement"), True),
    "likes": (F("like_count"), True),
    "comments": (F("usable_comment_count"), True),
}


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

    # Chosen in the table's head: a column, or with a minus its other direction.
    sort = django_filters.ChoiceFilter(
        choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        method="filter_sort",
        widget=HiddenInput,
    )

    class Meta:
        model = Video
        fields: list[str] = []

    def filter_search(
        self, videos: QuerySet[Video], _name: str, value: str
    ) -> QuerySet[Video]:
        return videos.filter(Q(title__icontains=value) | Q(external_id=value))

    def filter_sort(
        self, videos: QuerySet[Video], _name: str, value: str
    ) -> QuerySet[Video]:
        column, most_first = SORTS[value.removeprefix("-")]
        if value.startswith("-"):
            most_first = not most_first
        # What isn't known stands last either way.
        order = (
            column.desc(nulls_last=True) if most_first else column.asc(nulls_last=True)
        )
        return videos.order_by(order, "-engagement", "pk")

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
