"""When a judge may not speak: each gate refuses, and says why. It is no error."""

from dataclasses import dataclass
from typing import Final

from pages.phrases import Phrase, ngettext
from pages.phrases import phrase as _

FEWEST_VIDEOS = 30
FEWEST_ANNOTATORS = 10
MOST_MISSING_PCT = 20

RANDOM, ALL, PROBABILITIES, BY_HAND = "random", "all", "probabilities", "by hand"
FAIR_CHOICES: Final = (RANDOM, ALL, PROBABILITIES)


@dataclass(frozen=True)
class Facts:
    """What gates ask of a study and a judge.

    Attributes:
        choice: How the videos that people judged were chosen.
        versions: Of the judges that made the guesses.
        has_card: Whether the judge was measured.
        is_cross_fitted: Whether guesses are by judges that never saw the video.
        same_exclusions: Whether the annotators left out of the fit are those left out
            of the estimate.
        other_settings: Sources whose comments were generated differently under judged
            and other videos.
        pupils: Sources that were trained to please such a judge.
    """

    choice: str = RANDOM
    versions: tuple[str, ...] = ()
    has_card: bool = True
    is_cross_fitted: bool = True
    same_exclusions: bool = True
    other_settings: frozenset[str] = frozenset()
    pupils: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Support:
    """What one source's estimate would rest on."""

    source: str
    verdicts: int
    videos: int
    annotators: int
    missing_pct: float


@dataclass(frozen=True)
class Refusal:
    """Why there is no estimate.

    Attributes:
        gate: Which gate.
        found: What was counted, where the gate counts.
    """

    gate: str
    found: int = 0


def refusals(facts: Facts, support: Support) -> tuple[Refusal, ...]:
    """Every gate that refuses a source's prediction-powered estimate."""
    asked = (
        (support.verdicts == 0, Refusal("no verdicts")),
        (facts.choice not in FAIR_CHOICES, Refusal("not random")),
        (
            0 < support.videos < FEWEST_VIDEOS,
            Refusal("few videos", support.videos),
        ),
        (
            0 < support.annotators < FEWEST_ANNOTATORS,
            Refusal("few annotators", support.annotators),
        ),
        (not facts.has_card, Refusal("no card")),
        (len(facts.versions) != 1, Refusal("versions", len(facts.versions))),
        (not facts.is_cross_fitted, Refusal("not cross-fitted")),
        (not facts.same_exclusions, Refusal("exclusions")),
        (support.source in facts.other_settings, Refusal("settings")),
        (support.source in facts.pupils, Refusal("pupil")),
        (
            support.missing_pct > MOST_MISSING_PCT,
            Refusal("missing", round(support.missing_pct)),
        ),
    )
    return tuple(refusal for refuses, refusal in asked if refuses)


_REASONS: Final = {
    "no verdicts": _("People gave no verdict on this source."),
    "not random": _(
        "The judged videos were not drawn at random, and their chances of being judged "
        "are not known."
    ),
    "no card": _("The judge has no card."),
    "not cross-fitted": _(
        "The judge was fitted on these judgments, and its guesses are not out of its "
        "folds."
    ),
    "exclusions": _(
        "Other annotators are left out now than when the judge was fitted. Fit it "
        "again."
    ),
    "settings": _(
        "Comments under judged and other videos were generated with different settings."
    ),
    "pupil": _("The source was trained to please this judge."),
}


def reason_of(refusal: Refusal) -> Phrase:
    """The sentence that says why."""
    found = refusal.found
    if refusal.gate == "few videos":
        return ngettext(
            "People judged only %(number)s video; %(needed)s are needed.",
            "People judged only %(number)s videos; %(needed)s are needed.",
            found,
            needed=FEWEST_VIDEOS,
        )
    if refusal.gate == "few annotators":
        return ngettext(
            "Only %(number)s annotator judged it; %(needed)s are needed.",
            "Only %(number)s annotators judged it; %(needed)s are needed.",
            found,
            needed=FEWEST_ANNOTATORS,
        )
    if refusal.gate == "versions":
        return ngettext(
            "Guesses come from %(number)s judge version instead of one.",
            "Guesses come from %(number)s judge versions instead of one.",
            found,
        )
    if refusal.gate == "missing":
        return _(
            "%(found)s %% of the guesses are missing; at most %(most)s %% may be.",
            found=found,
            most=MOST_MISSING_PCT,
        )
    return _REASONS[refusal.gate]
