"""Words for flags and for how a comment came about."""

from django import template

from generation.flags import FLAG_TEXTS
from generation.models import Attempt
from generation.selectors.comparison import ComparedModel

register = template.Library()

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
    made_by = {
        name.replace("_", " ").capitalize(): value
        for name, value in attempt.engine.items()
    }
    decoding = ", ".join(f"{name} {value}" for name, value in attempt.decoding.items())
    facts: dict[str, object] = {
        "Seed": attempt.seed,
        **made_by,
        "Prompt": f"{attempt.prompt_version} ({attempt.prompt_hash[:12]})",
        "Frames": attempt.frames_policy,
        "Decoding": decoding,
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
def in_both(model: ComparedModel, name: str) -> str:
    """A number of the round, and in brackets that of the earlier one."""
    now, before = (getattr(one, name, None) for one in (model.now, model.before))
    return f"{_number(now)} ({_number(before)})"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
