"""The frame of a study's pages; words for durations and log entries."""

from datetime import timedelta

from django import template
from django.template import Context
from django.utils.translation import gettext

from annotation.models import StudyEvent
from annotation.rules.studies.log_words import ACTIONS, DETAILS
from annotation.rules.studies.pace import duration_in_words
from annotation.rules.studies.phases import Phase, Place, phases_of, place_of

register = template.Library()


@register.simple_tag(takes_context=True)
def study_phases(context: Context) -> tuple[Phase, ...]:
    """The phases of the study, with the pages that the person may open."""
    study = context["study"]
    return phases_of(
        is_draft=study.is_draft,
        is_admin=context["user"].is_admin,
        is_of_comments=study.is_of_comments,
    )


@register.simple_tag(takes_context=True)
def study_place(context: Context) -> Place:
    """Where among the study's pages the one shown is."""
    return place_of(context["request"].resolver_match.view_name, study_phases(context))


@register.filter
def duration(span: timedelta | None) -> str:
    """A span of time in words, or a dash."""
    return "–" if span is None else duration_in_words(span)


@register.filter
def action(event: StudyEvent) -> str:
    """What happened, as a log entry's heading."""
    return str(ACTIONS.get(event.action, event.action.capitalize()))


@register.filter
def detail(event: StudyEvent) -> str:
    """What a log entry says beside its action: "redundancy 3 → 5"."""
    return ", ".join(
        _detail(name, _words(value))
        for name, value in event.detail.items()
        if value not in ("", None, [])
    )


def _detail(name: str, value: str) -> str:
    if words := DETAILS.get(name):
        return str(words) % {"value": value}
    return f"{name.replace('_', ' ')} {value}"


def _words(value: object) -> str:
    match value:
        case {"from": before, "to": after}:
            return f"{_words(before)} → {_words(after)}"
        case list():
            return ", ".join(map(str, value))
        case True | False:
            return gettext("yes") if value else gettext("no")
        case None | "":
            return gettext("nothing")
    return str(value)
