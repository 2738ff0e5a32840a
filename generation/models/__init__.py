"""Generation rounds, their jobs, and how each comment of a model came about."""

from generation.models.jobs import (
    MAX_REGENERATIONS,
    Attempt,
    GenerationJob,
    JobState,
)
from generation.models.rounds import (
    GenerationRound,
    RoundScope,
    RoundSource,
    RoundState,
)
from generation.models.workers import GenerationWorker

__all__ = [
    "MAX_REGENERATIONS",
    "Attempt",
    "GenerationJob",
    "GenerationRound",
    "GenerationWorker",
    "JobState",
    "RoundScope",
    "RoundSource",
    "RoundState",
]
