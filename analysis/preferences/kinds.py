"""What preference data are for."""

from enum import StrEnum


class Kind(StrEnum):
    """A file's kind: verdicts, pairs, or every judgment."""

    BINARY = "binary"
    PAIRS = "pairs"
    INDIVIDUAL = "individual"
