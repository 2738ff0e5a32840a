"""Expected rates as people write them, such as "human=87, strong=40"."""

import re

from analysis.errors import AnalysisError
from analysis.planning.simulation import SimulatedSource
from pages.phrases import phrase as _

_HUMAN_COMMENTS = 5


def sources_of(text: str) -> tuple[SimulatedSource, ...]:
    """The sources of NAME=PERCENT pairs between commas or line breaks.

    Raises:
        AnalysisError: A part is no such pair, or a source is named twice.
    """
    sources = tuple(_source(part) for part in re.split(r"[,\r\n]+", text.strip()))
    if len({source.name for source in sources}) < len(sources):
        raise AnalysisError(_("Each source can have only one rate."))
    return sources


def _source(part: str) -> SimulatedSource:
    name, _equals, rate = (word.strip() for word in part.partition("="))
    is_human = name == "human"
    comments = _HUMAN_COMMENTS if is_human else 1
    try:
        return SimulatedSource(name, is_human, float(rate), comments)
    except ValueError:
        raise AnalysisError(
            _("“%(part)s” isn't NAME=PERCENT, such as human=87.", part=part.strip())
        ) from None
