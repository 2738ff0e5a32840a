"""The planner's question."""

from django import forms

from analysis.errors import AnalysisError
from analysis.planning.rates import sources_of
from analysis.planning.search import MOST, VARIED, Question, check_question
from analysis.planning.simulation import Design, SimulatedSource
from analysis.reporting.stop_rule import WIDEST

_RATES = "human=87, middling=40, weak=10"


class StopRuleForm(forms.Form):
    """How narrow every interval must be."""

    half_width = forms.FloatField(
        label="Half-width, points",
        min_value=0.1,
        max_value=WIDEST,
        required=False,
        help_text="The 95 % interval of Judged-as-Human of every source is at most "
        "this far to either side. Empty for no rule.",
    )


class PlanForm(forms.Form):
    """A design: who judges what, and how much people and videos differ."""

    annotators = forms.IntegerField(
        min_value=2, max_value=MOST["annotators"], initial=50
    )
    videos = forms.IntegerField(min_value=2, max_value=MOST["videos"], initial=1_000)
    redundancy = forms.IntegerField(
        min_value=1, max_value=100, initial=3, help_text="Annotators a video."
    )
    rates = forms.CharField(
        label="Expected Judged-as-Human, %",
        initial=_RATES,
        max_length=4_000,
        help_text="“human” stands for five comments a video, every other name for one.",
    )
    annotator_sd = forms.FloatField(
        label="Spread of annotators",
        min_value=0,
        max_value=5,
        initial=Design.annotator_sd,
        help_text="Of their leaning to “human”, in log-odds; 0.4 is usual.",
    )
    comment_sd = forms.FloatField(
        label="Spread of comments",
        min_value=0,
        max_value=5,
        initial=Design.comment_sd,
        help_text="Of comments by one source, in log-odds; 0.6 is usual.",
    )

    want = forms.FloatField(
        label="Wanted half-width, points",
        min_value=0.1,
        max_value=WIDEST,
        required=False,
        help_text="To ask how large the study must be, such as 2 for ±2 points. Empty: "
        "what to expect of the numbers above.",
    )
    vary = forms.ChoiceField(
        label="By changing the number of",
        choices=[(name, name) for name in VARIED],
        required=False,
        help_text="The other number stays as it is above.",
    )

    def clean_rates(self) -> tuple[SimulatedSource, ...]:
        try:
            return sources_of(self.cleaned_data["rates"])
        except AnalysisError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if not self.errors:
            try:
                check_question(self.question)
            except AnalysisError as error:
                raise forms.ValidationError(str(error)) from error
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
