"""Words for flags, costs and how a comment was made."""

from datetime import timedelta

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.rules.studies.pace import duration_in_words
from generation.costs import Cost
from generation.flag_texts import FLAG_TEXTS
from generation.models import Attempt, GenerationRound
from generation.prompts import PROMPTS
from generation.selectors.comparison import ComparedModel

register = template.Library()

_MADE_BY = {
    "entry": gettext_lazy("Registry entry"),
    "entry_digest": gettext_lazy("Hash of the entry"),
    "checkpoint": gettext_lazy("Checkpoint"),
    "revision": gettext_lazy("Revision"),
    "content_hash": gettext_lazy("Hash of the files"),
    "engine": gettext_lazy("Engine"),
    "dtype": gettext_lazy("Number type"),
    "quantisation": gettext_lazy("Quantisation"),
    "device": gettext_lazy("Device"),
    "gpu": gettext_lazy("GPU"),
    "driver": gettext_lazy("GPU driver"),
    "cuda": gettext_lazy("CUDA version"),
    "packages": gettext_lazy("Packages"),
    "environment": gettext_lazy("Hash of the environment"),
}


@register.filter
def flag_label(flag: str) -> str | Promise:
    """A flag in a word or two; one of an older version as it was stored."""
    return FLAG_TEXTS[flag].label if flag in FLAG_TEXTS else flag


@register.filter
def flag_meaning(flag: str) -> str | Promise:
    """What a flag says."""
    return FLAG_TEXTS[flag].meaning if flag in FLAG_TEXTS else ""


@register.filter
def starter(generation_round: GenerationRound) -> str:
    """Who started a round."""
    user = generation_round.created_by
    return str(user) if user else _("from the command line")


@register.filter
def at_most(cost: Cost) -> str:
    """A cost before it arises."""
    tokens = intcomma(cost.input_tokens + cost.output_tokens)
    if cost.usd is None:
        return _("at most %(tokens)s tokens") % {"tokens": tokens}
    told = {"usd": f"{cost.usd:,.2f}", "tokens": tokens}
    return _("at most $%(usd)s (%(tokens)s tokens)") % told


@register.filter
def charged(cost: Cost) -> str:
    """A cost after it arose."""
    tokens = intcomma(cost.input_tokens + cost.output_tokens)
    if cost.usd is None:
        return _("%(tokens)s tokens") % {"tokens": tokens}
    told = {"usd": f"{cost.usd:,.2f}", "tokens": tokens}
    return _("$%(usd)s (%(tokens)s tokens)") % told


@register.filter
def provenance(attempt: Attempt) -> list[tuple[str, object]]:
    """How an attempt was made, in words; empty values are left out."""
    stored = attempt.engine
    # The database keeps no order of names.
    made_by = {name: stored[name] for name in _MADE_BY if name in stored} | stored
    decoding = ", ".join(
        f"{name} {value}" for name, value in sorted(attempt.decoding.items())
    )
    facts: dict[str, object] = {
        _("Seed"): attempt.seed,
        _("Prompt"): f"{attempt.prompt_version} ({attempt.prompt_hash})",
        _("Frames"): attempt.frames_policy.removeprefix("FramesPolicy").strip("()"),
        _("Decoding"): decoding,
        **{str(_MADE_BY.get(name, name)): value for name, value in made_by.items()},
        _("Worker"): attempt.worker,
        _("Batch size"): attempt.batch_size,
        _("Tokens read"): attempt.prompt_token_count,
        _("Tokens written"): attempt.token_count,
        _("Seconds"): f"{attempt.seconds:.2f}",
        _("Cleaning version"): attempt.cleaning_version,
        _("Flags version"): attempt.flags_version,
        _("Time"): f"{attempt.created_at:%Y-%m-%d %H:%M:%S %Z}",
    }
    told = [(name, _in_words(value)) for name, value in facts.items()]
    return [(name, value) for name, value in told if value not in ("", 0)]


def _in_words(value: object) -> object:
    """Versions of packages in a line."""
    if not isinstance(value, dict):
        return value
    return ", ".join(f"{name} {value[name]}" for name in sorted(value))


@register.filter
def pace(span: timedelta | None) -> str:
    """The time of one comment, which may be a part of a second."""
    if span is None or span >= timedelta(seconds=10):
        return duration_in_words(span) if span else "–"
    return f"{span.total_seconds():.1f} s"


@register.filter
def asked(attempt: Attempt) -> str:
    """The prompt's words; empty where its version has other words by now."""
    known = PROMPTS.get(attempt.prompt_version)
    return known.text if known and known.hash == attempt.prompt_hash else ""


@register.filter
def in_both(model: ComparedModel, name: str) -> str:
    """A number of the round, and in brackets that of the earlier one."""
    now, before = (getattr(one, name, None) for one in (model.now, model.before))
    return f"{_number(now)} ({_number(before)})"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
