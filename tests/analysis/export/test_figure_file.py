"""A figure by itself, drawn in another process."""

import pytest

from analysis.errors import AnalysisError
from analysis.export.figure_file import figure_file


def test_a_figure_that_cannot_be_drawn_is_named() -> None:
    with pytest.raises(AnalysisError, match="judged-as-human could not be drawn"):
        figure_file({"report": {}, "chapters": {}}, "judged-as-human", "svg")
