"""The measuring instrument: what annotators are asked, and how they can answer.

Verdicts, realism scale, anchors and keys are described here and nowhere else. A study
stores the whole instrument that it was run with, so editing an instrument here never
changes a study that exists: raise its `version` when you edit one. To offer another
scale or another verdict, add an instrument to `INSTRUMENTS`.

Pure: the database, the pages, the exports and the analysis all read it from here. The
texts are English; `rules/studies/wording.py` translates them where they are shown.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

LOWEST_SCORE: Final = 0
HIGHEST_SCORE: Final = 10
"""The widest scale that fits the page: one button and one key for each value."""

LONGEST_VERDICT: Final = 12
"""Letters in the stored word for a verdict."""

_KEYS_OF_SCORES: Final = {**{score: str(score) for score in range(10)}, 10: "t"}
# What the judge page uses for itself: next, previous, more, guidelines, unanswered.
_KEYS_OF_THE_PAGE: Final = frozenset("jkmgu")


def _(text: str) -> str:
    """Mark a text for the catalogues of translations; it stays English here."""
    return text


class Verdict(StrEnum):
    """The verdicts that have a meaning to the statistics, as they are stored.

    Every instrument has Human and AI. Any other verdict counts as neither: it is one
    of all verdicts, and never a Human one.
    """

    HUMAN = "human"
    AI = "ai"
    UNSURE = "unsure"


COUNTERBALANCED: Final = (Verdict.HUMAN.value, Verdict.AI.value)
"""Which of these comes first is drawn for each annotator; other verdicts come last."""


class InstrumentError(ValueError):
    """A description is no instrument; the message says what is wrong with it."""


@dataclass(frozen=True)
class VerdictOption:
    """One verdict that an annotator can choose."""

    value: str
    label: str
    # What choosing it says, such as "a person wrote it".
    meaning: str
    # The letter that chooses it on a keyboard.
    key: str

    def __post_init__(self) -> None:
        _require_types(self)
        is_word = self.value.isascii() and self.value.isalpha() and self.value.islower()
        _require(
            is_word and len(self.value) <= LONGEST_VERDICT,
            f"verdict {self.value!r}: use 1 to {LONGEST_VERDICT} small letters",
        )
        _require(bool(self.label), f"verdict {self.value!r} has no label")
        _require(
            len(self.key) == 1 and self.key.isascii() and self.key.islower(),
            f"verdict {self.value!r}: its key must be one small letter",
        )


@dataclass(frozen=True)
class ScaleValue:
    """One value of the realism scale."""

    score: int
    # Empty where the value has no words of its own.
    words: str
    # What chooses it on a keyboard.
    key: str


@dataclass(frozen=True)
class RealismScale:
    """Whole numbers from the lowest to the highest, with words at least for both."""

    question: str
    lowest: int
    highest: int
    # One text a value, from the lowest on; empty for a value without words.
    words: tuple[str, ...]
    # One or two words each, beside the buttons.
    low_tag: str
    high_tag: str

    def __post_init__(self) -> None:
        _require_types(self)
        _require(
            LOWEST_SCORE <= self.lowest < self.highest <= HIGHEST_SCORE,
            f"a scale runs from {LOWEST_SCORE} or more up to {HIGHEST_SCORE} at most, "
            f"not from {self.lowest} to {self.highest}",
        )
        _require(
            all(isinstance(words, str) for words in self.words)
            and len(self.words) == len(self),
            f"a scale of {len(self)} values needs as many texts, empty ones included",
        )
        _require(
            bool(self.words[0] and self.words[-1]), "both ends of the scale need words"
        )

    def __len__(self) -> int:
        return self.highest - self.lowest + 1

    @property
    def scores(self) -> range:
        return range(self.lowest, self.highest + 1)

    @property
    def low_anchor(self) -> str:
        return self.words[0]

    @property
    def high_anchor(self) -> str:
        return self.words[-1]

    @property
    def values(self) -> tuple[ScaleValue, ...]:
        return tuple(
            ScaleValue(score, words, _KEYS_OF_SCORES[score])
            for score, words in zip(self.scores, self.words, strict=True)
        )


@dataclass(frozen=True)
class Instrument:
    """What is asked about each comment, and every answer that can be given."""

    key: str
    version: int
    title: str
    # The question that the verdict answers.
    question: str
    verdicts: tuple[VerdictOption, ...]
    scale: RealismScale

    def __post_init__(self) -> None:
        _require_types(self)
        values = [option.value for option in self.verdicts]
        _require(len(set(values)) == len(values), "a verdict is listed twice")
        _require(
            set(COUNTERBALANCED) <= set(values),
            "every instrument has the verdicts human and ai",
        )
        keys = [option.key for option in self.verdicts]
        keys += [value.key for value in self.scale.values]
        _require(len(set(keys)) == len(keys), "two answers share a key")
        _require(
            _KEYS_OF_THE_PAGE.isdisjoint(keys),
            f"the judge page needs the keys {', '.join(sorted(_KEYS_OF_THE_PAGE))}",
        )

    @cached_property
    def labels(self) -> dict[str, str]:
        """What the page calls each verdict, by the stored word."""
        return {option.value: option.label for option in self.verdicts}

    def verdicts_from(self, first: str) -> tuple[VerdictOption, ...]:
        """Human and AI with `first` in front; any other verdict after them."""
        return tuple(
            sorted(
                self.verdicts,
                key=lambda option: (
                    option.value not in COUNTERBALANCED,
                    option.value != first,
                ),
            )
        )

    def allows(self, *, verdict: str | None, score: int | None) -> bool:
        """Whether an answer, or the half of it that is given, can be recorded."""
        return (not verdict or verdict in self.labels) and (
            score is None or score in self.scale.scores
        )

    def as_json(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        return asdict(self)


def instrument_from_json(values: Mapping[str, Any]) -> Instrument:
    """The instrument that `Instrument.as_json` described.

    Raises:
        InstrumentError: something is missing, unknown, of another type, or against
            the rules of an instrument.
    """
    try:
        scale, options = values["scale"], values["verdicts"]
        parts = {
            "scale": RealismScale(**{**scale, "words": tuple(scale["words"])}),
            "verdicts": tuple(VerdictOption(**option) for option in options),
        }
        return Instrument(**{**values, **parts})
    except (KeyError, TypeError) as error:
        msg = f"this describes no instrument: {error}"
        raise InstrumentError(msg) from error


def _require(condition: bool, otherwise: str) -> None:  # noqa: FBT001
    if not condition:
        raise InstrumentError(otherwise)


def _require_types(thing: "VerdictOption | RealismScale | Instrument") -> None:
    """Numbers are whole numbers and texts are texts, also where JSON brought them."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.type in (str, int):
            is_right = isinstance(value, field.type) and not isinstance(value, bool)
            kind = "a text" if field.type is str else "a whole number"
            _require(is_right, f"{field.name} must be {kind}, not {value!r}")


# --- The instruments that a study can choose ----------------------------------------

_HUMAN = VerdictOption(Verdict.HUMAN.value, _("Human"), _("a person wrote it"), "h")
_AI = VerdictOption(Verdict.AI.value, _("AI"), _("an AI system wrote it"), "a")
_UNSURE = VerdictOption(
    Verdict.UNSURE.value, _("Not sure"), _("you cannot tell who wrote it"), "n"
)
_QUESTION = _("Was it written by a human or by AI?")
_REALISM = _("How realistic is it?")
_LOW_ANCHOR = _("clearly AI or makes no sense")
_HIGH_ANCHOR = _("indistinguishable from a real viewer's comment")


def _scale(lowest: int, highest: int, *between: str) -> RealismScale:
    """A scale with the usual anchors, and the words for what is between them."""
    return RealismScale(
        question=_REALISM,
        lowest=lowest,
        highest=highest,
        words=(_LOW_ANCHOR, *between, _HIGH_ANCHOR),
        low_tag=_("unrealistic"),
        high_tag=_("realistic"),
    )


_MOSTLY_NOT = _("mostly unrealistic")
_SOMEWHAT_NOT = _("somewhat unrealistic")
_SOMEWHAT = _("somewhat realistic")
_MOSTLY = _("mostly realistic")
_HALFWAY = _("halfway between unrealistic and realistic")

_ZERO_TO_FIVE = _scale(0, 5, _MOSTLY_NOT, _SOMEWHAT_NOT, _SOMEWHAT, _MOSTLY)
_ONE_TO_SEVEN = _scale(1, 7, _MOSTLY_NOT, _SOMEWHAT_NOT, _HALFWAY, _SOMEWHAT, _MOSTLY)
_ZERO_TO_TEN = _scale(
    0,
    10,
    _("almost entirely unrealistic"),
    _("very unrealistic"),
    _MOSTLY_NOT,
    _SOMEWHAT_NOT,
    _HALFWAY,
    _SOMEWHAT,
    _MOSTLY,
    _("very realistic"),
    _("almost entirely realistic"),
)

PAPER: Final = Instrument(
    key="human-ai-0-5",
    version=1,
    title=_("Human or AI, realism 0 to 5"),
    question=_QUESTION,
    verdicts=(_HUMAN, _AI),
    scale=_ZERO_TO_FIVE,
)
"""The instrument of the MIMIC-Bench paper, and the default of every study."""

INSTRUMENTS: Final[Mapping[str, Instrument]] = {
    instrument.key: instrument
    for instrument in (
        PAPER,
        Instrument(
            key="human-ai-0-10",
            version=1,
            title=_("Human or AI, realism 0 to 10"),
            question=_QUESTION,
            verdicts=(_HUMAN, _AI),
            scale=_ZERO_TO_TEN,
        ),
        Instrument(
            key="human-ai-1-7",
            version=1,
            title=_("Human or AI, realism 1 to 7"),
            question=_QUESTION,
            verdicts=(_HUMAN, _AI),
            scale=_ONE_TO_SEVEN,
        ),
        Instrument(
            key="human-ai-unsure-0-5",
            version=1,
            title=_("Human, AI or Not sure; realism 0 to 5"),
            question=_QUESTION,
            verdicts=(_HUMAN, _AI, _UNSURE),
            scale=_ZERO_TO_FIVE,
        ),
    )
}

KNOWN_VERDICTS: Final[Mapping[str, str]] = {
    value: label
    for instrument in INSTRUMENTS.values()
    for value, label in instrument.labels.items()
}
"""Labels of every verdict that some study can use, by the stored word."""
