"""How many videos people must judge when a judge guesses about all of them.

A study is simulated as in `simulation.py`, with a judge whose guesses follow the
comments' true log-odds with a given correlation; its variances are taken apart into
what more judged videos take away and what stays.
"""

from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.errors import AnalysisError
from analysis.judgments.columns import Item
from analysis.metrics.clusters import Answers, cluster_covariance
from analysis.metrics.judged_videos import Parts, half_width, parts_of, videos_needed
from analysis.metrics.prediction_powered import Guesses, powered
from analysis.planning.plan import MOST_VERDICTS, check_design
from analysis.planning.simulation import (
    Design,
    comment_odds,
    draw_teams,
    leanings,
    middles,
    shown_sources,
)
from analysis.reporting.tables import Column, Table
from pages.phrases import phrase as _

_CELLS = 4_000_000  # verdicts and guesses in all simulations: a second or two
_MOST, _FEWEST = 200, 4  # simulations
MOST_VIDEOS = 100_000


@dataclass(frozen=True)
class JudgeQuestion:
    """A design, and a judge beside its annotators.

    Attributes:
        design: Its videos are those that people judge.
        all_videos: Those that the judge guesses about, these among them.
        correlation: Of the judge's log-odds with the comments' true ones, 0 to 1.
        half_width: Wanted of every interval, in points.
    """

    design: Design
    all_videos: int
    correlation: float
    half_width: float


@dataclass(frozen=True)
class JudgeOutlook:
    """What to expect of one source.

    Attributes:
        people, powered: Half-widths in points at the design's own number of videos.
        people_needed, powered_needed: Judged videos for the half-width wanted; NaN,
            with the reason, where no number of them is enough.
        floor: The half-width that judging more videos does not get below.
    """

    source: str
    rate_pct: float
    people: float
    powered: float
    people_needed: float
    powered_needed: float
    floor: float


def check_judge_question(question: JudgeQuestion) -> None:
    """Refuse what cannot be done, saying why."""
    check_design(question.design)
    if question.all_videos < question.design.videos:
        raise AnalysisError(
            _(
                "People can't judge more videos (%(judged)s) than there are "
                "(%(videos)s).",
                judged=question.design.videos,
                videos=question.all_videos,
            )
        )
    if question.all_videos * len(shown_sources(question.design)) > MOST_VERDICTS:
        raise AnalysisError(
            _("There are too many comments to simulate. Use fewer videos or sources.")
        )


def outlook_with_judge(
    question: JudgeQuestion, *, seed: int = 0
) -> tuple[JudgeOutlook, ...]:
    """Simulate the design with its judge; the same question, the same answer.

    Raises:
        AnalysisError: The design cannot be carried out, or cannot show anything.
    """
    check_judge_question(question)
    comments = len(shown_sources(question.design))
    cells = question.design.verdicts + question.all_videos * comments
    count = min(max(_CELLS // cells, _FEWEST), _MOST)
    rng = np.random.default_rng(seed)
    drawn = [_parts(question, rng) for _simulation in range(count)]
    found = []
    for number, source in enumerate(question.design.sources):
        people = _mean([one[0][number] for one in drawn])
        with_judge = _mean([one[1][number] for one in drawn])
        needed = videos_needed(people, with_judge, question.half_width)
        found.append(
            JudgeOutlook(
                source=source.name,
                rate_pct=source.rate_pct,
                people=half_width(people),
                powered=half_width(with_judge),
                people_needed=needed.people,
                powered_needed=needed.powered,
                floor=needed.floor,
            )
        )
    return tuple(found)


def _mean(parts: list[Parts]) -> Parts:
    return replace(
        parts[0],
        annotators=fmean(one.annotators for one in parts),
        judged=fmean(one.judged for one in parts),
        guessed=fmean(one.guessed for one in parts),
    )


def _parts(
    question: JudgeQuestion, rng: np.random.Generator
) -> tuple[list[Parts], list[Parts]]:
    """Of one simulated study: by people, and with the judge."""
    data, guesses = simulated_with_judge(question, rng)
    alone = cluster_covariance(data)
    both = powered(data, guesses)
    residuals = cluster_covariance(both.residuals)
    return (
        parts_of(alone, alone, question.all_videos),
        parts_of(both.covariance, residuals, question.all_videos),
    )


def simulated_with_judge(
    question: JudgeQuestion, rng: np.random.Generator
) -> tuple[Answers, Guesses]:
    """Verdicts under the first videos, which are as good as any, and all guesses."""
    design = question.design
    shown = shown_sources(design)
    leaning, teams = leanings(design, rng), draw_teams(design, rng)
    comment = comment_odds(replace(design, videos=question.all_videos), rng)
    odds = leaning[teams][:, :, shown]
    odds = odds + (middles(design) + comment[: design.videos])[:, np.newaxis, :]
    follows = question.correlation
    spread = np.hypot(design.video_sd, design.comment_sd)
    noise = rng.normal(0, spread, comment.shape)
    guess = special.expit(
        middles(design) + follows * comment + np.sqrt(1 - follows**2) * noise
    )
    shape = odds.shape
    assignment = np.arange(shape[0] * shape[1]).reshape(shape[:2])

    def rows(
        values: npt.NDArray[Item],
    ) -> npt.NDArray[Item]:
        return np.broadcast_to(values, shape).reshape(-1)

    data = Answers(
        annotator=rows(teams[:, :, np.newaxis]),
        video=rows(np.arange(shape[0])[:, np.newaxis, np.newaxis]),
        assignment=rows(assignment[:, :, np.newaxis]),
        source=rows(shown),
        value=rows(rng.random(shape) < special.expit(odds)).astype(np.int8),
        sizes=(design.annotators, question.all_videos, assignment.size),
        sources=len(design.sources),
    )
    guesses = Guesses(
        of_row=rows(guess[: design.videos][:, np.newaxis, :]),
        video=np.repeat(np.arange(question.all_videos), len(shown)),
        source=np.tile(shown, question.all_videos),
        guess=guess.reshape(-1),
    )
    return data, guesses


def judge_table(question: JudgeQuestion, found: tuple[JudgeOutlook, ...]) -> Table:
    """What to expect, source by source."""
    return Table(
        "plan-with-judge",
        _("Judged videos for ±%(points)s points", points=f"{question.half_width:g}"),
        _(
            "With %(annotators)s annotators and %(redundancy)s on each video. The "
            "floor is what annotators set: it is how lenient or strict they are, and "
            "neither more videos nor a judge takes that away. More annotators do.",
            annotators=question.design.annotators,
            redundancy=question.design.redundancy,
        ),
        (
            Column("source", _("Source")),
            Column("rate_pct", _("True rate, %")),
            Column("people_half_width", _("By people, ± points")),
            Column("powered_half_width", _("With the judge, ± points")),
            Column("people_videos", _("Videos, by people"), 0),
            Column("powered_videos", _("Videos, with the judge"), 0),
            Column("floor", _("Floor, ± points")),
        ),
        tuple(
            (
                *(one.source, one.rate_pct, one.people, one.powered),
                *(one.people_needed, one.powered_needed, one.floor),
            )
            for one in found
        ),
    )
