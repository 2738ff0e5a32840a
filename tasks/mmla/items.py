"""A question about an utterance: orders of its labels, its prompt, its reading."""

from dataclasses import dataclass

from tasks.exchange.replies import ImportedReply
from tasks.mmla.parsing import parse_label
from tasks.mmla.prompts import Wording, label_orders, prompt
from tasks.mmla.rows import Utterance
from tasks.mmla.sets import LabelSet
from tasks.parsing import Outcome, Reading, is_refusal


@dataclass(frozen=True, slots=True)
class LabelItem:
    """Which label of a set an utterance has; the labels are the options."""

    labels: LabelSet
    utterance: Utterance
    wording: Wording = Wording.PAPER

    @property
    def item_id(self) -> str:
        return self.utterance.row_id

    def options_at(self, rotation: int) -> tuple[str, ...]:
        """The labels in one of the orders in which they are asked."""
        return label_orders(self.labels)[rotation]

    def answer_at(self, rotation: int) -> int:
        """Place of the right label in that order."""
        return self.options_at(rotation).index(self.utterance.label)

    def prompt_at(self, rotation: int, *, shows_video: bool = True) -> str:
        return prompt(
            self.labels,
            self.utterance.text,
            wording=self.wording,
            shows_video=shows_video,
            order=self.options_at(rotation),
        )

    def reading_of(self, reply: ImportedReply) -> Reading:
        """The place of the label that a reply names, in the order of its rotation."""
        if reply.is_refused:
            return Reading(None, Outcome.REFUSED)
        label = parse_label(reply.text, self.labels)
        if label is not None:
            place = self.options_at(reply.rotation).index(label)
            return Reading(place, Outcome.READ)
        refuses = is_refusal(reply.text)
        return Reading(None, Outcome.REFUSED if refuses else Outcome.UNREADABLE)
