"""What was found in a data set, and what the figures rest on."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.metrics.undefined import Undefined
from analysis.reporting.stop_rule import StopRule


@dataclass(frozen=True)
class Exclusion:
    """An annotator whom a researcher left out, and why."""

    annotator: str
    reason: str
    judgments: int


@dataclass(frozen=True)
class Provenance:
    """What the figures rest on: the same data and seed give the same digits.

    Attributes:
        study: Title of the study, or the name of the file.
        protocol_version: Of the study; empty for a file.
        fingerprint: SHA-256 of the data in canonical form.
        software: Version of this project.
        libraries: Versions of what computed the figures.
        seed, replicates, levels: How the report was asked for.
        excluded: Annotators left out.
        stop_rule: Of the study, if one was set.
    """

    study: str
    protocol_version: str
    fingerprint: str
    software: str
    libraries: Mapping[str, str]
    seed: int
    replicates: int
    levels: tuple[str, ...]
    excluded: tuple[Exclusion, ...]
    stop_rule: StopRule | None = None


@dataclass(frozen=True)
class Results:
    """All figures of a data set.

    Attributes:
        metrics: By the names of metrics.md, in a stable order; a NaN is undefined.
        errors: Standard errors that tables show and metrics.md does not name.
        sources: Name of each source, and whether people wrote its comments.
        annotators: Their ids.
        provenance: What the figures rest on.
    """

    metrics: Mapping[str, float]
    errors: Mapping[str, float]
    sources: Mapping[str, bool]
    annotators: tuple[str, ...]
    provenance: Provenance

    @property
    def scores(self) -> list[int]:
        """The values of the realism scale, from the lowest."""
        exactly, ending = "score_eq_", "_pct"
        shares = {n.split("/")[0] for n in self.metrics if n.startswith(exactly)}
        return sorted(int(n.removeprefix(exactly).removesuffix(ending)) for n in shares)

    def reason(self, name: str) -> str:
        """Why a figure is undefined; empty where it is defined."""
        figure = self.metrics[name]
        return figure.reason if isinstance(figure, Undefined) else ""

    @property
    def reasons(self) -> dict[str, str]:
        """The reason of every undefined figure."""
        return {name: self.reason(name) for name in self.metrics if self.reason(name)}
