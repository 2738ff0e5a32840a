"""Computing every metric of a data set."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.errors import AnalysisError
from analysis.judgments.arrays import Judgments
from analysis.metrics.sources import tally
from analysis.reporting import comparing, findings
from analysis.reporting.assembling import assembled
from analysis.reporting.care import AnnotatorCare
from analysis.reporting.report import Report
from analysis.reporting.results import (
    Compared,
    Exclusion,
    Findings,
    Provenance,
    Registered,
    Withdrawn,
)
from analysis.reporting.stop_rule import StopRule
from analysis.reporting.variants import Variant
from analysis.version import library_versions, software_version

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LEVELS = ("definitions", "inference", "models")
DEFAULT_LEVELS = LEVELS[:2]
DEFAULT_REPLICATES = 1000
_NO_TITLES: Mapping[str, str] = MappingProxyType({})


def report(  # noqa: PLR0913  (keyword-only, each with a default)
    data: "Judgments | pa.Table | pd.DataFrame",
    *,
    levels: Iterable[str] = DEFAULT_LEVELS,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = 0,
    sources: Iterable[str] = (),
    study: str = "",
    protocol_version: str = "",
    excluded: Sequence[Exclusion] = (),
    withdrawn: Sequence[Withdrawn] = (),
    titles: Mapping[str, str] = _NO_TITLES,
    stop_rule: StopRule | None = None,
    registration: Registered | None = None,
    variants: Sequence[Variant] = (),
    everyone: "Judgments | pa.Table | pd.DataFrame | None" = None,
    care: Sequence[AnnotatorCare] = (),
) -> Report:
    """Compute every metric of metrics.md.

    Args:
        data: Judgments, or the long table as pandas DataFrame or Arrow table.
        levels: Which of "definitions", "inference", "models".
        replicates: Bootstrap replicates; 0 leaves the bootstrap intervals undefined.
        seed: Of the bootstrap.
        sources: Sources of the study that may have no rows (only with a table).
        study: Title to show.
        protocol_version: Of the study.
        excluded: Annotators who were left out of `data`.
        withdrawn: What was withdrawn; whether it is in `data` stands beside it.
        titles: What to call sources in tables and figures, by name.
        stop_rule: Set beforehand, to be stated with the figures.
        registration: Made beforehand, with the deviations found, to be stated.
        variants: All ways in which the sources' comments came about.
        everyone: `data` and the judgments of those left out, to show beside the
            figures what they would be with them (`with_excluded/...`).
        care: Attention checks and planned repeats of the annotators in `data`.

    Raises:
        AnalysisError: The data or an argument is wrong; the message says how.
    """
    asked = _checked_levels(levels)
    if replicates < 0 or seed < 0:
        raise AnalysisError("replicates and seed are whole numbers from 0")
    data = _judgments(data, sources)
    return Report(
        found=_found(data, asked, replicates, seed),
        with_excluded=None
        if everyone is None
        else _with_excluded(_judgments(everyone, sources), asked, seed),
        provenance=Provenance(
            study=study,
            protocol_version=protocol_version,
            fingerprint=data.fingerprint,
            software=software_version(),
            libraries=library_versions(),
            seed=seed,
            replicates=replicates,
            levels=asked,
            excluded=tuple(excluded),
            withdrawn=tuple(withdrawn),
            stop_rule=stop_rule,
            titles=_told_apart(titles),
            registration=registration,
            variants=tuple(variants),
        ),
        care=tuple(care),
    )


def _told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """The titles; those that several sources share are followed by the name."""
    shared = Counter(titles.values())
    return {
        name: f"{title} ({name})" if shared[title] > 1 else title
        for name, title in titles.items()
    }


def _judgments(
    data: "Judgments | pa.Table | pd.DataFrame", sources: Iterable[str]
) -> Judgments:
    if isinstance(data, Judgments):
        return data
    if not hasattr(data, "column_names") and not hasattr(data, "columns"):
        raise AnalysisError(
            f"a report takes a pandas DataFrame, an Arrow table or Judgments, not "
            f"{type(data).__name__}; analysis.read_judgments(path) reads a file"
        )
    from analysis.judgments.reading import judgments_from_table

    return judgments_from_table(data, declared_sources=sources)


def _checked_levels(levels: Iterable[str]) -> tuple[str, ...]:
    asked = tuple(levels)
    unknown = [level for level in asked if level not in LEVELS]
    if unknown or not asked:
        raise AnalysisError(
            f"unknown level {', '.join(unknown) or '(none)'}; "
            f"choose from {', '.join(LEVELS)}"
        )
    return tuple(level for level in LEVELS if level in asked)


def _found(
    data: Judgments, levels: tuple[str, ...], replicates: int, seed: int
) -> Findings:
    tallies = tally(data)
    return assembled(
        data,
        findings.define(data, tallies) if "definitions" in levels else None,
        findings.infer(data, tallies, replicates=replicates, seed=seed)
        if "inference" in levels
        else None,
        findings.model(data) if "models" in levels else None,
    )


def _with_excluded(data: Judgments, levels: tuple[str, ...], seed: int) -> Compared:
    """Of everybody's judgments, what is shown beside the report."""
    shown = tuple(level for level in levels if level in DEFAULT_LEVELS)
    return comparing.compared(_found(data, shown, replicates=0, seed=seed))
