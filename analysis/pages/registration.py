"""What a researcher says of a plan before it is registered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.errors import AnalysisError
from analysis.pages.localising import error_text
from analysis.planning.rates import sources_of
from analysis.planning.simulation import SimulatedSource
from analysis.services.registrations import Words

_LONGEST = 20_000


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class RegistrationForm(forms.Form):
    """The plan in words, and the numbers that only the researcher knows."""

    hypotheses = forms.CharField(
        label=_("Hypotheses"),
        max_length=_LONGEST,
        widget=_long(5),
        help_text=_("What you expect, and what would prove you wrong. One per line."),
    )
    exclusion_rules = forms.CharField(
        label=_("Exclusion rules"),
        max_length=_LONGEST,
        required=False,
        widget=_long(3),
        help_text=_(
            "In words: whose judgments you will leave out. Leave empty if only the "
            "share below decides, or if nobody is excluded."
        ),
    )
    checks_to_pass = forms.FloatField(
        label=_("Attention checks that must be passed, %"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_(
            "Annotators below this share are excluded. The report compares each "
            "annotator with it."
        ),
    )
    annotators = forms.IntegerField(
        label=_("Planned annotators"), min_value=1, max_value=100_000, required=False
    )
    rates = forms.CharField(
        label=_("Expected Judged-as-Human, %"),
        max_length=4_000,
        required=False,
        widget=_long(2),
        help_text=_(
            "For the planner, such as “human=87, middling=40”. With planned "
            "annotators, the expected intervals become part of the document."
        ),
    )
    analysis_notes = forms.CharField(
        label=_("Further analyses"),
        max_length=_LONGEST,
        required=False,
        widget=_long(3),
        help_text=_("What you will do beside the report's own analysis, if anything."),
    )

    def clean_rates(self) -> tuple[SimulatedSource, ...]:
        text = self.cleaned_data["rates"]
        try:
            return sources_of(text) if text else ()
        except AnalysisError as error:
            raise forms.ValidationError(error_text(error)) from error

    @property
    def words(self) -> Words:
        """What a valid form says."""
        said = self.cleaned_data
        lines = ("hypotheses", "exclusion_rules", "analysis_notes")
        plain = {name: "\n".join(said[name].splitlines()) for name in lines}
        return Words(**said | plain)
