"""What the page of a run shows."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tasks.catalogue import LETTERS
from tasks.parsing import Outcome
from thinking.models import AnswerRun, Reply
from thinking.models.runs import OUTCOME_LABELS
from thinking.selectors.builds import asked_item


class OutcomeChoice(NamedTuple):
    """A filter of the replies."""

    address: str
    label: str
    is_chosen: bool


class ReplyRow(NamedTuple):
    """One reply beside what was right."""

    item_id: str
    video: str
    rotation: int
    right: str
    chosen: str
    is_right: bool
    outcome: str | Promise
    text: str


def outcome_choices(run: AnswerRun, chosen: str) -> list[OutcomeChoice]:
    """All replies, and those that name no option."""
    counted: list[tuple[str, str, int]] = [
        ("", _("All"), run.reply_count),
        (
            Outcome.UNREADABLE,
            str(OUTCOME_LABELS[Outcome.UNREADABLE]),
            run.unreadable_count,
        ),
        (Outcome.REFUSED, str(OUTCOME_LABELS[Outcome.REFUSED]), run.refused_count),
    ]
    return [
        OutcomeChoice(
            f"?outcome={name}" if name else "?", f"{label} ({count})", name == chosen
        )
        for name, label, count in counted
    ]


def reply_rows(replies: Iterable[Reply]) -> list[ReplyRow]:
    """The replies, each letter as it was shown."""
    rows = []
    for reply in replies:
        asked = asked_item(reply.item)
        options = asked.options_at(reply.rotation)
        answer = asked.answer_at(reply.rotation)
        names = [
            option if reply.item.is_labelled else LETTERS[place]
            for place, option in enumerate(options)
        ]
        right = (
            names[answer]
            if reply.item.is_labelled
            else f"{names[answer]}. {options[answer]}"
        )
        rows.append(
            ReplyRow(
                item_id=reply.item.item_id,
                video=str(reply.item.video),
                rotation=reply.rotation,
                right=right,
                chosen="" if reply.place is None else names[reply.place],
                is_right=reply.place == answer,
                outcome=OUTCOME_LABELS[Outcome(reply.outcome)],
                text=reply.text,
            )
        )
    return rows
