"""Two studies side by side: the same sources, or new versions of them. No Django."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.errors import AnalysisError
from analysis.judgments.arrays import Judgments
from analysis.metrics.clusters import answers
from analysis.metrics.sources import NO_SCORES, NO_VERDICTS
from analysis.metrics.two_studies import Differences, differences, side
from analysis.metrics.undefined import Figures, Undefined
from analysis.reporting.rendering import (
    csv_table,
    html_table,
    latex_table,
    markdown_table,
)
from analysis.reporting.reproduced_studies import reproduction_of_studies
from analysis.reporting.reproduction import ReproducedSource, Reproduction, measured
from analysis.reporting.reproduction_tables import as_json
from analysis.reporting.rounding import short, significant
from analysis.reporting.tables import Cell, Column, Table
from analysis.version import software_version
from pages.phrases import phrase as _

_NO_TITLES: Mapping[str, str] = MappingProxyType({})
NO_PEOPLE = _("needs one human source in both studies")


@dataclass(frozen=True)
class Gap:
    """A difference, first study minus second: 95 % interval, p as is and by Holm."""

    diff: float
    se: float
    lo: float
    hi: float
    p: float
    p_holm: float


@dataclass(frozen=True)
class ComparedPair:
    """One source of either study.

    Attributes:
        first, second: The sources, by name.
        first_title, second_title: What they are called.
        is_human: Whether people wrote both.
        first_pct, second_pct: Judged-as-Human in either study.
        rate: Their difference, in points.
        against_people: The same after human comments of the same study are subtracted.
        first_mean, second_mean: Mean realism scores.
        score: Their difference.
    """

    first: str
    second: str
    first_title: str
    second_title: str
    is_human: bool
    first_pct: float
    second_pct: float
    rate: Gap
    against_people: Gap
    first_mean: float
    second_mean: float
    score: Gap

    @property
    def title(self) -> str:
        """Of the source, or of both where they differ."""
        if self.first_title == self.second_title:
            return self.first_title
        return f"{self.first_title} / {self.second_title}"


@dataclass(frozen=True)
class StudyComparison:
    """Two studies, and what they rest on.

    Attributes:
        studies: Their titles.
        fingerprints: SHA-256 of their data.
        videos: How many each has.
        shared_videos: How many of them are the same.
        software: Version of this project.
        pairs: In the order in which they were asked for.
        reproduction: How far the second's results are those of the first.
    """

    studies: tuple[str, str]
    fingerprints: tuple[str, str]
    videos: tuple[int, int]
    shared_videos: int
    software: str
    pairs: tuple[ComparedPair, ...]
    reproduction: Reproduction


def common_sources(one: Judgments, other: Judgments) -> list[tuple[str, str]]:
    """Sources of the same name and origin, in the order of the first study."""
    origins = dict(zip(other.sources, other.source_is_human.tolist(), strict=True))
    return [
        (name, name)
        for name, is_human in zip(
            one.sources, one.source_is_human.tolist(), strict=True
        )
        if origins.get(name) == is_human
    ]


def compare_studies(
    one: Judgments,
    other: Judgments,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    studies: tuple[str, str] = ("1", "2"),
    titles: tuple[Mapping[str, str], Mapping[str, str]] = (_NO_TITLES, _NO_TITLES),
) -> StudyComparison:
    """Differences of Judged-as-Human and of the mean score, source by source.

    Args:
        one: The judgments of the first study.
        other: Those of the second.
        pairs: Names of a source of either; those of the same name if not said.
        studies: What the studies are called.
        titles: What their sources are called, by name.

    Raises:
        AnalysisError: A source is not there, or the scales differ.
    """
    named = common_sources(one, other) if pairs is None else list(pairs)
    for data, place in ((one, 0), (other, 1)):
        unknown = [pair[place] for pair in named if pair[place] not in data.sources]
        if unknown:
            raise AnalysisError(
                f"study {studies[place]!r} has no source {', '.join(unknown)}; it has "
                f"{', '.join(data.sources)}"
            )
    scales = {(*data.instrument.scale.scores,) for data in (one, other)}
    if len(scales) > 1:
        raise AnalysisError("the studies have different realism scales")
    places = [(one.sources.index(a), other.sources.index(b)) for a, b in named]
    found = {video: number for number, video in enumerate(other.videos)}
    shared = [(n, found[v]) for n, v in enumerate(one.videos) if v in found]
    compared = _pairs(one, other, named, places, shared, titles)
    return StudyComparison(
        studies=studies,
        fingerprints=(one.fingerprint, other.fingerprint),
        videos=(len(one.videos), len(other.videos)),
        shared_videos=len(shared),
        software=software_version(),
        pairs=compared,
        reproduction=reproduction_of_studies(
            one, other, places, _reproduced(compared, one.instrument.scale.lowest)
        ),
    )


def _reproduced(
    pairs: Sequence[ComparedPair], lowest: int
) -> tuple[ReproducedSource, ...]:
    return tuple(
        ReproducedSource(
            title=pair.title,
            is_human=pair.is_human,
            rate=measured(pair.first_pct, pair.second_pct),
            score=measured(pair.first_mean, pair.second_mean, lowest),
        )
        for pair in pairs
    )


def _pairs(
    one: Judgments,
    other: Judgments,
    named: Sequence[tuple[str, str]],
    places: Sequence[tuple[int, int]],
    shared: Sequence[tuple[int, int]],
    titles: tuple[Mapping[str, str], Mapping[str, str]],
) -> tuple[ComparedPair, ...]:
    verdicts = [
        side(answers(data, data.called_human), NO_VERDICTS, 100)
        for data in (one, other)
    ]
    scores = [side(answers(data, data.score), NO_SCORES, 1) for data in (one, other)]
    people = [np.flatnonzero(data.source_is_human) for data in (one, other)]
    rate = differences(verdicts[0], verdicts[1], places, shared)
    score = differences(scores[0], scores[1], places, shared)
    relative = (
        differences(
            verdicts[0],
            verdicts[1],
            places,
            shared,
            references=(int(people[0][0]), int(people[1][0])),
        )
        if all(len(one_of) == 1 for one_of in people)
        else None
    )
    rates = [100 * found.covariance.mean for found in verdicts]
    means = [found.covariance.mean for found in scores]
    return tuple(
        ComparedPair(
            first=a,
            second=b,
            first_title=titles[0].get(a, a),
            second_title=titles[1].get(b, b),
            is_human=bool(one.source_is_human[first] and other.source_is_human[second]),
            first_pct=_mean(rates[0][first], NO_VERDICTS),
            second_pct=_mean(rates[1][second], NO_VERDICTS),
            rate=_gap(rate, number),
            against_people=_gap(relative, number),
            first_mean=_mean(means[0][first], NO_SCORES),
            second_mean=_mean(means[1][second], NO_SCORES),
            score=_gap(score, number),
        )
        for number, ((a, b), (first, second)) in enumerate(
            zip(named, places, strict=True)
        )
    )


def _mean(value: float, nothing: str) -> float:
    return Undefined(nothing) if np.isnan(value) else short(float(value))


def _gap(found: Differences | None, number: int) -> Gap:
    if found is None:
        return Gap(*[Undefined(NO_PEOPLE)] * 6)
    sizes: tuple[Figures, ...] = (found.diff, found.se, found.lo, found.hi)
    return Gap(
        *(short(column[number]) for column in sizes),
        *(significant(column[number]) for column in (found.p, found.p_holm)),
    )


def comparison_table(found: StudyComparison) -> Table:
    """One row a pair of sources."""
    first, second = found.studies
    columns = (
        Column("source", _("Source")),
        Column("first_pct", _("Judged-as-Human, %%: %(study)s", study=first)),
        Column("second_pct", _("Judged-as-Human, %%: %(study)s", study=second)),
        *_gap_columns("rate", _("Difference, points"), 1),
        *_gap_columns("against_people", _("Against human comments, points"), 1),
        Column("first_mean", _("Mean score: %(study)s", study=first), 2),
        Column("second_mean", _("Mean score: %(study)s", study=second), 2),
        *_gap_columns("score", _("Difference of scores"), 2),
    )
    rows = tuple(
        (
            pair.title,
            *(pair.first_pct, pair.second_pct),
            *_gap_cells(pair.rate),
            *(("",) * 4 if pair.is_human else _gap_cells(pair.against_people)),
            *(pair.first_mean, pair.second_mean),
            *_gap_cells(pair.score),
        )
        for pair in found.pairs
    )
    return Table("comparison", comparison_title(found), _note(found), columns, rows)


def comparison_title(found: StudyComparison) -> str:
    """Which study minus which."""
    return _(
        "%(first)s minus %(second)s", first=found.studies[0], second=found.studies[1]
    )


def _note(found: StudyComparison) -> str:
    return _(
        "Differences are those of the first study minus the second, with 95 %% "
        "confidence intervals. %(shared)s videos are in both studies, and differences "
        "are paired by them. Annotators are taken for different people. “Against human "
        "comments” first subtracts the rate of human comments in the same study, so "
        "that more lenient annotators don't look like better sources. Read p after "
        "Holm's correction over the sources.",
        shared=found.shared_videos,
    )


def _gap_columns(key: str, heading: str, decimals: int) -> tuple[Column, ...]:
    return (
        Column(f"{key}_diff", heading, decimals),
        Column(f"{key}_ci_lo", _("95 % CI from"), decimals),
        Column(f"{key}_ci_hi", _("to"), decimals),
        Column(f"p_{key}_holm", _("p, Holm"), 4),
    )


def _gap_cells(gap: Gap) -> tuple[Cell, ...]:
    return (gap.diff, gap.lo, gap.hi, gap.p_holm)


def as_markdown(found: StudyComparison) -> str:
    """The table in GitHub's Markdown, with its note and the fingerprints."""
    table = comparison_table(found)
    prints = "\n".join(f"- SHA-256: {one}" for one in found.fingerprints)
    parts = [f"# {table.title}", table.note, markdown_table(table), prints]
    return "\n\n".join(parts) + "\n"


FORMATS: Mapping[str, Callable[[StudyComparison], str]] = {
    "csv": lambda found: csv_table(comparison_table(found)),
    "md": as_markdown,
    "html": lambda found: html_table(comparison_table(found)) + "\n",
    "latex": lambda found: latex_table(comparison_table(found)) + "\n",
    "json": as_json,
}


def source_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of names such as "model-v1=model-v2,other=other", CSV between commas."""
    words = next(csv.reader(io.StringIO(text), skipinitialspace=True), [])
    pairs = []
    for word in words:
        first, equals, second = word.partition("=")
        if not (first.strip() and equals and second.strip()):
            raise AnalysisError(f"{word!r} is not a pair of sources such as old=new")
        pairs.append((first.strip(), second.strip()))
    return tuple(pairs)
