"""Addresses and forms of the researchers' pages."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from annotation.models import (
    Assignment,
    AssignmentState,
    Invitation,
    Membership,
    Study,
)
from annotation.services.judging.assignments import give_batch
from annotation.urls import import_urls, people_urls, preview_urls, study_urls
from corpus.importing.uploads import errors_path, import_folder
from tests import factories

SETTINGS = {
    "human_comment_count": "5",
    "redundancy": "3",
    "required_play_percent": "0",
    "attention_checks_per_batch": "0",
    "repeat_every": "0",
    "lease_minutes": "120",
    "break_after_minutes": "60",
}


def address(name: str, study: Study, *args: object) -> str:
    return reverse(f"annotation:{name}", args=[study.public_id, *args])


def addresses_of(study: Study) -> Iterator[str]:
    """Every address of the study's pages, with fitting arguments."""
    annotator = factories.join(study)
    invitation = Invitation.objects.create(study=study)
    study_import = study.imports.create(file_name="a.csv", has_errors_file=True)
    import_folder(study_import).mkdir(parents=True)
    errors_path(study_import).write_text(
        '{"line": 2, "code": "missing", "reason": "text is missing"}\n'
    )
    arguments: dict[str, object] = {
        "study_id": study.public_id,
        "code": annotator.code,
        "username": "nobody",
        "invitation_id": invitation.public_id,
        "import_id": study_import.public_id,
        "problem_id": invitation.public_id,
        "message_id": invitation.public_id,
        "batch_id": study.batches.values_list("public_id", flat=True).first()
        or invitation.public_id,
        "kind": "guidelines",
        "version": 1,
    }
    for pattern in (*study_urls, *preview_urls, *import_urls, *people_urls):
        names = pattern.pattern.converters
        # Batches are opened again by admins alone.
        if "study_id" in names and pattern.name != "study_reopen":
            yield reverse(
                f"annotation:{pattern.name}",
                kwargs={name: arguments[name] for name in names},
            )


def formset(
    prefix: str, rows: list[dict[str, str]], *, initial: int = 0
) -> dict[str, object]:
    """What a browser sends for a form set."""
    fields: dict[str, object] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def submit(membership: Membership, *, minutes: int) -> Assignment:
    """An assignment, submitted after so many minutes, by its row alone."""
    assignment = give_batch(membership=membership)
    assignment.state = AssignmentState.SUBMITTED
    assignment.submitted_at = assignment.started_at + timedelta(minutes=minutes)
    assignment.save()
    return assignment
