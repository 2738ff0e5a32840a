"""The rows of the judge page, and the words for the state of each.

One template draws one row. Rendering it 29 times costs several milliseconds, most of
what the whole page costs; so it is rendered once, with a slot wherever the comments
differ, and the slots are filled for each comment.
"""

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from annotation.rules.judging.presentation import JudgeSheet, PresentedComment

register = template.Library()

_CHECKED = " checked"

# By state; the page's script says the same words while it works.
_STATE_WORDS = {
    "": "",
    "saving": "Saving …",
    "saved": "Saved",
    "waiting": "Not saved yet: will retry",
    "missing-both": "Missing: both",
    "missing-verdict": "Missing: verdict",
    "missing-score": "Missing: score",
}


@register.simple_tag
def state_words() -> dict[str, str]:
    """What a row's output says in each state."""
    return _STATE_WORDS


@register.simple_tag
def comment_rows(sheet: JudgeSheet) -> SafeString:
    """Every comment of the sheet, as `annotation/judging/_comment.html` draws it."""
    row = _row_with_slots(sheet)
    missing = frozenset(sheet.missing)
    filled = (row % _slots(sheet, comment, missing) for comment in sheet.comments)
    # Safe: the row is a template's output, and _slots escapes what people wrote.
    return mark_safe("".join(filled))  # noqa: S308


def _row_with_slots(sheet: JudgeSheet) -> str:
    """The row's HTML; `%(name)s` stands where `_slots` has something to say."""
    row = render_to_string(
        "annotation/judging/_comment.html",
        {
            "position": "%(position)s",
            "text": "%(text)s",
            "state": "%(state)s",
            "words": "%(words)s",
            "total": sheet.total,
            "verdicts": [
                (value, label, f"%(verdict_{value})s")
                for value, label in sheet.verdicts
            ],
            "scores": [
                (score.value, score.words, f"%(score_{score.value})s")
                for score in sheet.scores
            ],
        },
    )
    # The template's line breaks and indents would go over the wire 29 times.
    return " ".join(row.split())


def _slots(
    sheet: JudgeSheet, comment: PresentedComment, missing: frozenset[int]
) -> dict[str, object]:
    state = _state(comment, is_missing=comment.position in missing)
    slots = {
        "position": comment.position,
        "text": escape(comment.text),
        "state": state,
        "words": _STATE_WORDS[state],
    }
    for value, _ in sheet.verdicts:
        slots[f"verdict_{value}"] = _CHECKED if value == comment.verdict else ""
    for score in sheet.scores:
        chosen = score.value == comment.score
        slots[f"score_{score.value}"] = _CHECKED if chosen else ""
    return slots


def _state(comment: PresentedComment, *, is_missing: bool) -> str:
    """The state of a row when the page arrives."""
    if not is_missing:
        return "saved" if comment.verdict or comment.score else ""
    if comment.verdict:
        return "missing-score"
    return "missing-verdict" if comment.score else "missing-both"
