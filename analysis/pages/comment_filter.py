"""Filters of the page of comments."""

from collections.abc import Mapping
from typing import cast

from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.models import JudgedComment, StoredReport
from corpus.models import Source

CONVINCING, DOUBTED, SPLIT = "convincing", "doubted", "split"
_LISTS = {
    CONVINCING: _("Most convincing AI comments"),
    DOUBTED: _("Most doubted human comments"),
    SPLIT: _("Most disputed comments"),
}
_ALIKE, _DIVIDED, _EVEN = "alike", "divided", "even"
_AGREEMENT = {
    "": _("All"),
    _ALIKE: _("Unanimous"),
    _DIVIDED: _("Not unanimous"),
    _EVEN: _("Nearly even split"),
}
_NEARLY_HALF = 0.4  # share of the rarer verdict: 2 of 5, 1 of 2
_TO_AGREE = 2  # verdicts

Rows = QuerySet[JudgedComment]


class CommentFilter(forms.Form):
    """Which comments of a report are shown, and in which order."""

    list = forms.ChoiceField(label=_("Show"), choices=_LISTS.items(), required=False)
    source = forms.ModelChoiceField(
        Source.objects.none(),
        label=_("Source"),
        required=False,
        to_field_name="key",
        empty_label=_("All"),
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    agreement = forms.ChoiceField(
        label=_("Verdicts"), choices=_AGREEMENT.items(), required=False
    )

    def __init__(self, asked: Mapping[str, str], report: StoredReport) -> None:
        super().__init__({"list": CONVINCING, **asked})
        self._rows = report.comments.filter(verdicts__gt=0)
        sources = cast("forms.ModelChoiceField[Source]", self.fields["source"])
        sources.queryset = Source.objects.filter(
            pk__in=report.comments.values("source").distinct()
        ).order_by("title")
        categories = cast("forms.ChoiceField", self.fields["category"])
        categories.choices = [("", gettext("All")), *_categories(report)]

    def rows(self) -> Rows:
        """The comments asked for, in order; nothing where a choice does not exist."""
        if not self.is_valid():
            return self._rows.none()
        asked = self.cleaned_data
        rows = _in_order(self._rows, asked["list"] or CONVINCING)
        if asked["source"]:
            rows = rows.filter(source=asked["source"])
        if asked["category"]:
            rows = rows.filter(category=asked["category"])
        return _agreeing(rows, asked["agreement"])


def _categories(report: StoredReport) -> list[tuple[str, str]]:
    known = report.comments.exclude(category="").order_by("category")
    return [
        (name, name) for name in known.values_list("category", flat=True).distinct()
    ]


def _in_order(rows: Rows, kind: str) -> Rows:
    """The evidence first: the extreme shares, of many verdicts, with extreme scores."""
    if kind == SPLIT:
        return rows.order_by("-rarer_share", "-verdicts", "comment")
    up, down = (
        F("mean_score").asc(nulls_last=True),
        F("mean_score").desc(nulls_last=True),
    )
    if kind == DOUBTED:
        order = ("human_share", "-verdicts", up, "comment")
        return rows.filter(is_human=True).order_by(*order)
    order = ("-human_share", "-verdicts", down, "comment")
    return rows.filter(is_human=False).order_by(*order)


def _agreeing(rows: Rows, how: str) -> Rows:
    if how == _ALIKE:
        return rows.filter(rarer_share=0, verdicts__gte=_TO_AGREE)
    if how == _DIVIDED:
        return rows.filter(rarer_share__gt=0)
    return rows.filter(rarer_share__gte=_NEARLY_HALF) if how == _EVEN else rows
