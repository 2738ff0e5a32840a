"""Generation rounds, their jobs, and how each comment of a model came about."""

from generation.models.jobs import (
    MAX_REGENERATIONS,
    REASON_LABELS,
    Attempt,
    GenerationJob,
    Job,
    JobState,
    job_constraints,
)
from generation.models.rounds import (
    LARGEST_SEED,
    GenerationRound,
    RoundScope,
    RoundSource,
    RoundState,
)
from generation.models.workers import GenerationWorker

__all__ = [
    "LARGEST_SEED",
    "MAX_REGENERATIONS",
    "REASON_LABELS",
    "Attempt",
    "GenerationJob",
    "GenerationRound",
    "GenerationWorker",
    "Job",
    "JobState",
    "RoundScope",
    "RoundSource",
    "RoundState",
    "job_constraints",
]
