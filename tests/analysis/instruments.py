"""Studies with another scale, or with another verdict."""

from annotation.instrument import INSTRUMENTS, Verdict
from annotation.models import BatchComment
from tests.analysis.studies import Judged, make_judged_study
from tests.factories import make_source


def to_ten(comment: BatchComment, annotator: int) -> tuple[str, int]:
    """People's comments get 6 to 8, the others 2 to 4 of 10."""
    is_human = comment.source.is_human
    verdict = Verdict.HUMAN if is_human else Verdict.AI
    return verdict.value, (6 if is_human else 2) + annotator


def unsure(comment: BatchComment, annotator: int) -> tuple[str, int]:
    """One annotator in three cannot tell."""
    options = (Verdict.UNSURE, Verdict.HUMAN, Verdict.AI)
    return options[annotator].value, 1 + comment.pk % 5


def judged(key: str) -> Judged:
    judge = to_ten if key == "human-ai-0-10" else unsure
    return make_judged_study(
        instrument=INSTRUMENTS[key], judge=judge, ai_sources=[make_source("bot")]
    )
