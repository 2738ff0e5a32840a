"""Words for flags and for how a comment came about."""

from datetime import timedelta

from django import template

from annotation.rules.studies.pace import duration_in_words
from generation.flags import FLAG_TEXTS
from generation.models import Attempt
from generation.prompts import PROMPTS
from generation.selectors.comparison import ComparedModel

register = template.Library()

_MADE_BY = (
    *("entry", "entry_digest", "checkpoint", "revision", "content_hash"),
    *("engine", "dtype", "device"),
)
_TEXTS = {flag.value: text for flag, text in FLAG_TEXTS.items()}


@register.filter
def flag_label(flag: str) -> str:
    """A flag in a word or two; one of an older version as it was stored."""
    return _TEXTS[flag].label if flag in _TEXTS else flag


@register.filter
def flag_meaning(flag: str) -> str:
    """What a flag says."""
    return _TEXTS[flag].meaning if flag in _TEXTS else ""


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
        "Seed": attempt.seed,
        "Prompt": f"{attempt.prompt_version} ({attempt.prompt_hash})",
        "Frames": attempt.frames_policy.removeprefix("FramesPolicy").strip("()"),
        "Decoding": decoding,
        **{
            name.replace("_", " ").capitalize(): value
            for name, value in made_by.items()
        },
        "Worker": attempt.worker,
        "Batch size": attempt.batch_size,
        "Tokens read": attempt.prompt_token_count,
        "Tokens written": attempt.token_count,
        "Seconds": f"{attempt.seconds:.2f}",
        "Cleaning version": attempt.cleaning_version,
        "Flags version": attempt.flags_version,
        "At": f"{attempt.created_at:%Y-%m-%d %H:%M:%S %Z}",
    }
    return [(name, value) for name, value in facts.items() if value not in ("", 0)]


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
