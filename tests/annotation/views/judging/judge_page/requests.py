"""What the judge page sends, and where to."""

from uuid import uuid4

from django.utils import timezone

from annotation.models import Assignment
from annotation.services.judging.places import lapse_expired_leases
from tests.factories import let_lease_run_out

FORM = "application/x-www-form-urlencoded"
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


def url(assignment: Assignment, page: str = "") -> str:
    return f"/judge/{assignment.public_id}/{page}"


def answers(*given: tuple[int, str, str]) -> dict[str, list[str]]:
    """The parallel lists of several answers: position, verdict, score."""
    return {
        "position": [str(position) for position, _, _ in given],
        "verdict": [verdict for _, verdict, _ in given],
        "score": [score for _, _, score in given],
        "key": [str(uuid4()) for _ in given],
        "age_ms": ["20"] * len(given),
        "view_ms": ["3000"] * len(given),
    }


def whole_form(verdict: str = "ai", score: str = "1") -> dict[str, str]:
    return {
        f"{name}-{position}": value
        for position in range(1, 5)
        for name, value in (("verdict", verdict), ("score", score))
    }


def lapse(assignment: Assignment) -> None:
    let_lease_run_out(assignment)
    lapse_expired_leases(timezone.now())


def stored(assignment: Assignment) -> Assignment:
    return Assignment.objects.get(pk=assignment.pk)
