"""What is known of the two quality criteria: the verdict, and the realism score."""

import math
from collections.abc import Iterable, Iterator, Mapping

from django.utils import translation

from analysis.export.heds.sheet import Answer, Answers, Chosen
from analysis.reporting.care import care_shares
from analysis.reporting.report import Report
from analysis.reporting.results import Reading
from annotation.instrument import Instrument
from annotation.models import Study
from annotation.rules.studies.wording import localised

VERDICT, SCORE = "Human or AI", "Realism score"

_TWO_WAY = (
    "95 % intervals and tests from the two-way variance clustered by annotator and "
    "video, t with min(annotators, videos) - 1 degrees of freedom"
)
_AGREEMENT: Mapping[str, Mapping[str, str]] = {
    VERDICT: {
        "pairwise_pct": "pairwise agreement, %",
        "alpha_nominal_verdict": "Krippendorff's alpha (nominal)",
        "fleiss_kappa_verdict": "Fleiss' kappa",
        "ac1_verdict": "Gwet's AC1",
    },
    SCORE: {
        "alpha_ordinal_score": "Krippendorff's alpha (ordinal)",
        "alpha_interval_score": "Krippendorff's alpha (interval)",
        "ac2_quadratic_score": "Gwet's AC2 (quadratic weights)",
        "score_exact_pct": "equal scores, % of pairs",
    },
}
_REPEATED: Mapping[str, Mapping[str, str]] = {
    VERDICT: {"same_verdict_pct": "same verdict when repeated, %"},
    SCORE: {
        "same_score_pct": "same score when repeated, %",
        "near_score_pct": "score at most 1 apart when repeated, %",
    },
}
_NOT_REPEATED = "IntraAA not assessed"


def criteria_answers(study: Study, report: Report | None) -> dict[str, Answers]:
    """The answers of section 4, by criterion; figures need judgments."""
    with translation.override(study.language or "en"):
        asked = localised(study.instrument)
    return {
        VERDICT: dict(_of_verdict(asked))
        | dict(_same_for_both())
        | dict(_measured(VERDICT, study, report)),
        SCORE: dict(_of_score(asked))
        | dict(_same_for_both())
        | dict(_measured(SCORE, study, report)),
    }


def _same_for_both() -> Iterator[tuple[str, Answer]]:
    yield "4.1.2", Chosen({3: "3. Both form and content of output"})
    yield "4.2.1", Chosen({2: "2. Subjective"})
    yield "4.2.3", Chosen({1: "1. Intrinsic"})
    yield "4.3.1.1", "no name given"
    yield "4.3.5", Chosen({1: "1. Multiple-choice options"})
    yield "4.3.6", "N/A"


def _of_verdict(asked: Instrument) -> Iterator[tuple[str, Answer]]:
    yield "4.3.2", "; ".join(f"{one.label}: {one.meaning}" for one in asked.verdicts)
    yield "4.3.3", str(len(asked.verdicts))
    yield "4.3.4", ", ".join(one.label for one in asked.verdicts)
    yield "4.3.7", asked.question
    yield "4.3.8", Chosen({7: "7. Output classification or labelling"})
    yield (
        "4.3.9",
        (
            "Judged-as-Human: the share of verdicts Human, pooled over the judgments "
            "of each source, in percent"
        ),
    )
    yield (
        "4.3.10",
        (
            f"Difference of two sources' rates. {_TWO_WAY}; intervals on the logit "
            "scale; p-values corrected by Holm over all pairs"
        ),
    )


def _of_score(asked: Instrument) -> Iterator[tuple[str, Answer]]:
    scale = asked.scale
    named = [one for one in scale.values if one.words]
    yield "4.3.2", "; ".join(f"{one.score} = {one.words}" for one in named)
    yield "4.3.3", str(len(scale))
    yield "4.3.4", ", ".join(str(one) for one in scale.scores)
    yield "4.3.7", scale.question
    yield "4.3.8", Chosen({2: "2. Direct quality estimation"})
    yield (
        "4.3.9",
        (
            "Mean over the judgments of each source, and the share of scores of at "
            "least k (Score@k)"
        ),
    )
    yield "4.3.10", f"Means. {_TWO_WAY}"


def _measured(
    criterion: str, study: Study, report: Report | None
) -> Iterator[tuple[str, Answer]]:
    repeated = _REPEATED[criterion]
    if not study.repeat_every:
        yield "4.3.12.1", _NOT_REPEATED
        yield "4.3.12.2", _NOT_REPEATED
    else:
        yield "4.3.12.1", f"Planned repeats: {'; '.join(repeated.values())}"
    read = _AGREEMENT[criterion]
    yield "4.3.11.1", "; ".join(read.values())
    if report is None:
        return
    of_all = report.found.agreement.all
    readings = ((label, getattr(of_all, name)) for name, label in read.items())
    if scores := _scores((label, one) for label, one in readings):
        yield "4.3.11.2", scores
    shares = care_shares(report.care)
    again = ((label, Reading(*shares[name])) for name, label in repeated.items())
    if study.repeat_every and (scores := _scores(again)):
        yield "4.3.12.2", scores


def _scores(readings: Iterable[tuple[str, Reading]]) -> str:
    """Those that are defined, with their intervals."""
    return "; ".join(
        f"{label}: {one.value:.4g}{_interval(one)}"
        for label, one in readings
        if not math.isnan(one.value)
    )


def _interval(one: Reading) -> str:
    if math.isnan(one.lo) or math.isnan(one.hi):
        return ""
    return f" [{one.lo:.4g}, {one.hi:.4g}]"
