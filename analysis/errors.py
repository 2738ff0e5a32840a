"""What goes wrong with judgments handed in for analysis."""


class AnalysisError(Exception):
    """The input cannot be analysed; the message says where and what to do."""
