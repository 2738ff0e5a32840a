"""Studies, their batches, who judges what, and what was judged.

The rules of the protocol that a database can hold are constraints here, each named as
the rule it keeps; migration 0002 adds the ones that need a trigger (a sealed batch and
a submitted assignment never change).
"""

from annotation.models.assignments import (
    Assignment,
    AssignmentState,
    Presentation,
    assignment_seed,
)
from annotation.models.batches import (
    AttentionCheck,
    Batch,
    BatchComment,
)
from annotation.models.held_back import HeldBackComment
from annotation.models.imports import StudyImport
from annotation.models.judgments import (
    Judgment,
    JudgmentRevision,
)
from annotation.models.learning import LearnedStudy, LearnedVideo
from annotation.models.marks import PersonMark, marks_of, participant_mark
from annotation.models.messages import Audience, MessageReceipt, StudyMessage
from annotation.models.people import (
    Invitation,
    InvitationKind,
    Membership,
    MembershipRole,
    annotator_code,
    secret_code,
)
from annotation.models.pools import PooledComment
from annotation.models.problems import (
    ProblemKind,
    ProblemReport,
    ProblemSubject,
)
from annotation.models.studies import (
    HUMAN_COMMENT_COUNT,
    DocumentKind,
    Study,
    StudyDocument,
    StudyEvent,
    StudyKind,
    StudyState,
)
from annotation.models.training import (
    COMPREHENSION_ATTEMPTS,
    ComprehensionAttempt,
    ComprehensionQuestion,
    TrainingAnswer,
    TrainingItem,
)
from annotation.models.ways_out import WayOut, WayOutKind
from annotation.models.withdrawals import Withdrawal

__all__ = [
    "COMPREHENSION_ATTEMPTS",
    "HUMAN_COMMENT_COUNT",
    "Assignment",
    "AssignmentState",
    "AttentionCheck",
    "Audience",
    "Batch",
    "BatchComment",
    "ComprehensionAttempt",
    "ComprehensionQuestion",
    "DocumentKind",
    "HeldBackComment",
    "Invitation",
    "InvitationKind",
    "Judgment",
    "JudgmentRevision",
    "LearnedStudy",
    "LearnedVideo",
    "Membership",
    "MembershipRole",
    "MessageReceipt",
    "PersonMark",
    "PooledComment",
    "Presentation",
    "ProblemKind",
    "ProblemReport",
    "ProblemSubject",
    "Study",
    "StudyDocument",
    "StudyEvent",
    "StudyImport",
    "StudyKind",
    "StudyMessage",
    "StudyState",
    "TrainingAnswer",
    "TrainingItem",
    "WayOut",
    "WayOutKind",
    "Withdrawal",
    "annotator_code",
    "assignment_seed",
    "marks_of",
    "participant_mark",
    "secret_code",
]
