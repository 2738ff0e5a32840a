"""Errors of the analysis in the reader's language."""

from analysis.errors import AnalysisError
from pages.localising import localised


def error_text(error: AnalysisError) -> str:
    """What went wrong, in the active language where the error was given a phrase."""
    return localised(error.args[0])
