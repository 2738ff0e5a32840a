"""The planner's question."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.errors import AnalysisError
from analysis.pages.localising import error_text
from analysis.planning.rates import sources_of
from analysis.planning.search import MOST, VARIED, Question, Varied, check_question
from analysis.planning.simulation import Design, SimulatedSource
from analysis.planning.with_judge import (
    MOST_VIDEOS,
    JudgeQuestion,
    check_judge_question,
)
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


class DesignForm(forms.Form):
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

    def clean_rates(self) -> tuple[SimulatedSource, ...]:
        try:
            return sources_of(self.cleaned_data["rates"])
        except AnalysisError as error:
            raise forms.ValidationError(error_text(error)) from error

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


class JudgePlanForm(DesignForm):
    """A design with a judge that guesses about more videos than people judge."""

    all_videos = forms.IntegerField(
        label=_("Videos in all"),
        min_value=2,
        max_value=MOST_VIDEOS,
        initial=4_000,
        help_text=_("The judge guesses about all of them, people judge some."),
    )
    correlation = forms.FloatField(
        label=_("How closely guesses follow comments"),
        min_value=0,
        max_value=1,
        initial=0.7,
        help_text=_(
            "Correlation of guesses with how human comments really look, from 0 to 1. "
            "0.7 is a good judge. The card's Spearman is lower, because it compares "
            "with few verdicts."
        ),
    )
    want = forms.FloatField(
        label=_("Target half-width, percentage points"),
        min_value=0.1,
        max_value=WIDEST,
        initial=5,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["videos"].label = _("Videos that people judge")
        self.fields["videos"].initial = 300

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if not self.errors:
            try:
                check_judge_question(self.question)
            except AnalysisError as error:
                raise forms.ValidationError(error_text(error)) from error
        return cleaned

    @property
    def question(self) -> JudgeQuestion:
        """What a valid form asks."""
        asked = self.cleaned_data
        return JudgeQuestion(
            design=self.design,
            all_videos=asked["all_videos"],
            correlation=asked["correlation"],
            half_width=asked["want"],
        )


class PlanForm(DesignForm):
    """A design, and how narrow its intervals should be."""

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

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if not self.errors:
            try:
                check_question(self.question)
            except AnalysisError as error:
                raise forms.ValidationError(error_text(error)) from error
        return cleaned

    @property
    def question(self) -> Question:
        """What a valid form asks."""
        asked = self.cleaned_data
        return Question(self.design, asked["want"], asked["vary"] or VARIED[0])
