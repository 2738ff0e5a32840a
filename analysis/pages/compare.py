"""The page that sets two studies side by side: what is asked for, and what is shown."""

import base64
import io
from collections.abc import Mapping
from zipfile import ZipFile

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from analysis.figures.comparison_chart import NAME, WORDS
from analysis.figures.picture import Picture
from analysis.figures.style import PAGE_WIDTH
from analysis.models import StoredComparison
from analysis.pages.figures import PHONE_WIDTH
from analysis.pages.reproduction import REPRODUCTION_STYLES, reproduction_views
from analysis.pages.table_view import table_view
from analysis.reporting.two_studies import StudyComparison, comparison_table
from annotation.models import Study, StudyState
from corpus.models import Origin, Source
from pages.localising import localised


class ComparisonForm(forms.Form):
    """Which study, and which of its sources with which of this one's."""

    other = forms.ModelChoiceField(
        Study.objects.none(),
        to_field_name="public_id",
        label=_("Compare with"),
        empty_label=_("Choose a study"),
    )

    def __init__(
        self, data: Mapping[str, str], study: Study, visible: QuerySet[Study]
    ) -> None:
        self.study = study
        super().__init__(data or None)
        others = visible.exclude(pk=study.pk).exclude(state=StudyState.DRAFT)
        field = self.fields["other"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the types)
        field.queryset = others.order_by("-pk")

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """By name: sources as they were asked for, else those of the same name."""
        other: Study = self.cleaned_data["other"]
        theirs = {source.key for source in other.declared_sources}
        chosen = [
            (source.key, key)
            for source in self.study.declared_sources
            if (key := self.data.get(_field(source), source.key)) in theirs
        ]
        people = Source.objects.filter(origin=Origin.HUMAN)
        return [*((one.key, one.key) for one in people), *chosen]

    def source_choices(self) -> list[dict[str, object]]:
        """For each source of this study: its field, what was picked, what can be."""
        other: Study = self.cleaned_data["other"]
        theirs = other.declared_sources
        picked = dict(self.pairs)
        return [
            {
                "name": _field(source),
                "title": source.title,
                "picked": picked.get(source.key, ""),
                "options": theirs,
            }
            for source in self.study.declared_sources
        ]


def _field(source: Source) -> str:
    return f"source-{source.pk}"


def comparison_page(
    stored: StoredComparison, found: StudyComparison
) -> dict[str, object]:
    """Template context of a comparison that is done."""
    return {
        "table": table_view(comparison_table(found)),
        "picture": _inside(stored, PAGE_WIDTH),
        "phone_picture": _inside(stored, PHONE_WIDTH),
        "words": localised(WORDS),
        "table_styles": REPRODUCTION_STYLES,
        "tables": reproduction_views(found.reproduction),
    }


def _inside(stored: StoredComparison, width: str) -> str:
    svg = picture_in(stored, Picture(NAME, "svg", width))
    return base64.b64encode(svg).decode() if svg else ""


def picture_in(stored: StoredComparison, picture: Picture) -> bytes | None:
    """One file of its figure; None where there was nothing to draw."""
    with ZipFile(io.BytesIO(bytes(stored.pictures or b""))) as packed:
        return packed.read(picture.file) if picture.file in packed.namelist() else None
