"""The page that holds a study against a published table."""

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.errors import AnalysisError
from analysis.pages.localising import error_text
from analysis.pages.table_view import TableView, table_view
from analysis.reporting.published import PublishedSource
from analysis.reporting.published_table import paper_table, read_table
from analysis.reporting.reproduction import Reproduction
from analysis.reporting.reproduction_tables import reproduction_table, sources_table

# It stands in the address, so that results can be bookmarked and downloaded.
_LONGEST = 4_000

REPRODUCTION_STYLES = (
    ("csv", "CSV"),
    ("md", "Markdown"),
    ("latex", "LaTeX"),
    ("json", "JSON"),
)


class PublishedTableForm(forms.Form):
    """Results as somebody published them."""

    table = forms.CharField(
        label=_("Published results"),
        max_length=_LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 8, "class": "code", "spellcheck": "false"}
        ),
        help_text=_(
            "CSV, with the columns source, judged_human_pct and, if it was published, "
            "mean_score. Sources are found by their names or titles; “human” stands "
            "for human comments."
        ),
    )

    def clean_table(self) -> tuple[PublishedSource, ...]:
        try:
            return read_table(self.cleaned_data["table"])
        except AnalysisError as error:
            raise forms.ValidationError(error_text(error)) from error


def paper_query() -> dict[str, str]:
    """What asks for the table of the MIMIC-Bench papers."""
    return {"table": paper_table()}


def reproduction_views(found: Reproduction) -> list[TableView]:
    """Its tables, as templates need them."""
    return [table_view(reproduction_table(found)), table_view(sources_table(found))]
