"""A question about an utterance: orders of its labels, its prompt, its reading."""

from dataclasses import dataclass

from tasks.answering import Mode
from tasks.exchange.replies import ImportedReply
from tasks.likelihoods import text_places
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

    @property
    def task(self) -> str:
        return self.labels.name

    @property
    def options(self) -> tuple[str, ...]:
        return self.labels.labels

    @property
    def answer(self) -> int:
        return self.answer_at(0)

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

    def open_prompt(self, *, shows_video: bool = True) -> str:
        """The published prompt: it names the labels, and the form of the answer."""
        return self.prompt_at(0, shows_video=shows_video)

    def texts(self) -> tuple[str, ...]:
        """Each label in the form that the prompt asks for."""
        return tuple(self._named(label) for label in self.labels.labels)

    @property
    def right_answer(self) -> str:
        """What a model should say to the prompt."""
        return self._named(self.utterance.label)

    def _named(self, label: str) -> str:
        return f"{self.labels.dimension_words}: {label}"

    def reading_of(self, reply: ImportedReply) -> Reading:
        """The place of the label that a reply names, in the order of its rotation."""
        if reply.likelihoods:
            return Reading(text_places(reply.likelihoods)[Mode.TEXTS], Outcome.READ)
        if reply.is_refused:
            return Reading(None, Outcome.REFUSED)
        label = parse_label(reply.text, self.labels)
        if label is not None:
            place = self.options_at(reply.rotation).index(label)
            return Reading(place, Outcome.READ)
        refuses = is_refusal(reply.text)
        return Reading(None, Outcome.REFUSED if refuses else Outcome.UNREADABLE)
