"""The runs of models as judges, for the page of a study's judge."""

from collections.abc import Iterable

from django import template

from annotation.models import Study
from judges.models import JudgeRun
from judges.selectors.runs import runs_of

register = template.Library()


@register.simple_tag
def judge_runs(study: Study) -> Iterable[JudgeRun]:
    """A study's runs, the newest first."""
    return runs_of(study)
