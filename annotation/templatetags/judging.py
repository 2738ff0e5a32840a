"""The rows of the judge page, and the words for the state of each.

One template draws one row. Rendering it 29 times costs several milliseconds, most of
what the whole page costs; so it is rendered once, with a slot wherever the comments
differ, and the slots are filled for each comment.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotation.instrument import Instrument
from annotation.rules.judging.presentation import PresentedComment, Rows

register = template.Library()

_CHECKED = " checked"

# What stands in the row's template where the comments differ: characters that no text
# of a page contains.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(f"{_OPEN}(\\w+){_CLOSE}")


@register.simple_tag
def state_words() -> dict[str, str]:
    """What a row says in each state; the page's script says the same words."""
    return {
        "": "",
        "saving": _("Saving…"),
        "saved": _("Saved"),
        "half-score": _("Saved; score missing"),
        "half-verdict": _("Saved; verdict missing"),
        "waiting": _("Not saved yet: will retry"),
        "missing-both": _("Missing: both"),
        "missing-verdict": _("Missing: verdict"),
        "missing-score": _("Missing: score"),
    }


@register.simple_tag
def way(name: str, of: object, is_preview: object = None) -> str:
    """The address of something an annotator's page does; in a preview, that of its own.

    {% way "answers" sheet.assignment sheet.is_preview %}
    """
    prefix = "preview_" if is_preview else ""
    return reverse(f"annotation:{prefix}{name}", args=[of])


@register.simple_tag
def comment_rows(sheet: Rows) -> SafeString:
    """Every comment of the sheet, as `annotation/judging/_comment.html` draws it."""
    row = _row_with_slots(
        sheet.instrument,
        sheet.first_verdict,
        sheet.total,
        sheet.has_pad,
        get_language(),
    )
    words, missing = state_words(), frozenset(sheet.missing)
    filled = (row % _slots(sheet, c, words, missing) for c in sheet.comments)
    # Safe: the row is a template's output, and _slots escapes what people wrote.
    return mark_safe("".join(filled))  # noqa: S308


@lru_cache(maxsize=64)
def _row_with_slots(
    instrument: Instrument,
    first_verdict: str,
    total: int,
    has_pad: bool,  # noqa: FBT001 (a part of the cache's key)
    language: str | None,  # noqa: ARG001 (the template's words depend on it)
) -> str:
    """The row's HTML; `%(name)s` stands where `_slots` has something to say."""
    verdicts, scores = instrument.verdicts_from(first_verdict), instrument.scale.values
    row = render_to_string(
        "annotation/judging/_comment.html",
        {
            "position": _slot("position"),
            "text": _slot("text"),
            "state": _slot("state"),
            "words": _slot("words"),
            "total": total,
            "instrument": instrument,
            "verdicts": [(v, _slot(f"verdict_{v.value}")) for v in verdicts],
            "scores": [(v, _slot(f"score_{v.score}")) for v in scores],
            "pad": has_pad
            and {
                "verdict": _slot("verdict"),
                "score": _slot("score"),
                "rows": [
                    (v, [(s, _slot(f"pad_{v.value}_{s.score}")) for s in scores])
                    for v in verdicts
                ],
            },
        },
    )
    # The template's line breaks and indents would go over the wire 29 times.
    compact = " ".join(row.split()).replace("%", "%%")
    return _SLOT.sub(r"%(\1)s", compact)


def _slot(name: str) -> str:
    return f"{_OPEN}{name}{_CLOSE}"


def _slots(
    sheet: Rows,
    comment: PresentedComment,
    words: Mapping[str, str],
    missing: frozenset[int],
) -> dict[str, object]:
    state = _state(comment, is_missing=comment.position in missing)
    slots = {
        "position": comment.position,
        "text": escape(comment.text),
        "state": state,
        "words": escape(words[state]),
        "verdict": comment.verdict,
        "score": comment.score,
    }
    for option in sheet.verdicts:
        chosen = option.value == comment.verdict
        slots[f"verdict_{option.value}"] = _CHECKED if chosen else ""
    for score in map(str, sheet.scale.scores):
        slots[f"score_{score}"] = _CHECKED if score == comment.score else ""
        for option in sheet.verdicts if sheet.has_pad else ():
            chosen = (option.value, score) == (comment.verdict, comment.score)
            slots[f"pad_{option.value}_{score}"] = _CHECKED if chosen else ""
    return slots


def _state(comment: PresentedComment, *, is_missing: bool) -> str:
    """The state of a row when the page arrives."""
    if comment.is_full:
        return "saved"
    if not comment.verdict and not comment.score:
        return "missing-both" if is_missing else ""
    lacking = "score" if comment.verdict else "verdict"
    return f"missing-{lacking}" if is_missing else f"half-{lacking}"
