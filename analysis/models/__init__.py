"""What is computed once and kept, and what is fixed before a study begins."""

from analysis.models.judges import (
    ChoiceKind,
    JudgeGuess,
    JudgeKind,
    JudgePupil,
    StoredEstimate,
    StudyJudge,
    VideoChance,
    VideoChoice,
)
from analysis.models.preferences import (
    EvaluationOnly,
    LearningRound,
    PreferenceExport,
    PreferenceVideo,
    TrainingConsent,
)
from analysis.models.registrations import Preregistration
from analysis.models.work import (
    TAKEN_FOR_LOST,
    JudgedComment,
    ReportState,
    StoredAudit,
    StoredBundle,
    StoredComparison,
    StoredFigure,
    StoredPlan,
    StoredReport,
    StoredWork,
    StudyStopRule,
)

__all__ = [
    "TAKEN_FOR_LOST",
    "ChoiceKind",
    "EvaluationOnly",
    "JudgeGuess",
    "JudgeKind",
    "JudgePupil",
    "JudgedComment",
    "LearningRound",
    "PreferenceExport",
    "PreferenceVideo",
    "Preregistration",
    "ReportState",
    "StoredAudit",
    "StoredBundle",
    "StoredComparison",
    "StoredEstimate",
    "StoredFigure",
    "StoredPlan",
    "StoredReport",
    "StoredWork",
    "StudyJudge",
    "StudyStopRule",
    "TrainingConsent",
    "VideoChance",
    "VideoChoice",
]
