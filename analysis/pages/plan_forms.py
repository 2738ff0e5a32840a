"""The planner's question."""

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.errors import AnalysisError
from analysis.pages.localising import error_text
from analysis.planning.rates import sources_of
from analysis.planning.search import MOST, VARIED, Question, Varied, check_question
from analysis.planning.simulation import Design, SimulatedSource
from analysis.reporting.stop_rule import WIDEST

_RATES = "human=87, middling=40, weak=10"
_VARIED: Mapping[Varied, Promise] = {
    "videos": _("the number of videos"),
    "annotators": _("the number of annotators"),
}


class StopRuleForm(forms.Form):
    """How narrow every interval must be."""

    half_width = forms.FloatField(
        label=_("Half-width, percentage points"),
        min_value=0.1,
        max_value=WIDEST,
        required=False,
        help_text=_(
            "The 95 % confidence interval of Judged-as-Human reaches at most this far "
            "to either side, for every source. Leave empty for no rule."
        ),
    )


class PlanForm(forms.Form):
    """A design: who judges what, and how much annotators and comments vary."""

    annotators = forms.IntegerField(
        label=_("Annotators"), min_value=2, max_value=MOST["annotators"], initial=50
    )
    videos = forms.IntegerField(
        label=_("Videos"), min_value=2, max_value=MOST["videos"], initial=1_000
    )
    redundancy = forms.IntegerField(
        label=_("Annotators per video"), min_value=1, max_value=100, initial=3
    )
    rates = forms.CharField(
        label=_("Expected Judged-as-Human, %"),
        initial=_RATES,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "One rate per source. “human” has five comments per video, every other "
            "source has one."
        ),
    )
    annotator_sd = forms.FloatField(
        label=_("Variation between annotators"),
        min_value=0,
        max_value=5,
        initial=Design.annotator_sd,
        help_text=_(
            "Standard deviation of how much annotators lean to Human, in log-odds. "
            "Typical: 0.4."
        ),
    )
    comment_sd = forms.FloatField(
        label=_("Variation between comments"),
        min_value=0,
        max_value=5,
        initial=Design.comment_sd,
        help_text=_(
            "Standard deviation between comments of one source, in log-odds. "
            "Typical: 0.6."
        ),
    )

    want = forms.FloatField(
        label=_("Target half-width, percentage points"),
        min_value=0.1,
        max_value=WIDEST,
        required=False,
        help_text=_(
            "To find out how large the study must be, enter a target, such as 2 for "
            "±2 points. Leave empty to see what to expect from the numbers above."
        ),
    )
    vary = forms.ChoiceField(
        label=_("Reach the target by changing"),
        choices=[(name, _VARIED[name]) for name in VARIED],
        required=False,
        help_text=_("The other number stays as above."),
    )

    def clean_rates(self) -> tuple[SimulatedSource, ...]:
        try:
            return sources_of(self.cleaned_data["rates"])
        except AnalysisError as error:
            raise forms.ValidationError(error_text(error)) from error

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if not self.errors:
            try:
                check_question(self.question)
            except AnalysisError as error:
                raise forms.ValidationError(error_text(error)) from error
        return cleaned

    @property
    def design(self) -> Design:
        """The design of a valid form."""
        asked = self.cleaned_data
        return Design(
            annotators=asked["annotators"],
            videos=asked["videos"],
            redundancy=asked["redundancy"],
            sources=asked["rates"],
            annotator_sd=asked["annotator_sd"],
            comment_sd=asked["comment_sd"],
        )

    @property
    def question(self) -> Question:
        """What a valid form asks."""
        asked = self.cleaned_data
        return Question(self.design, asked["want"], asked["vary"] or VARIED[0])
