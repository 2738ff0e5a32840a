"""Marks: by which a study knows a person again, without knowing who they are.

A mark is a keyed hash of the person within one study. It says nothing without the key
(`PERSON_MARK_KEY`), it is on no row that leads to the person's code once they have
left, and it is another one in every study.
"""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from annotation.models.people import MembershipRole
from annotation.models.studies import Study

_SALT: Final = "annotation.person_mark"


def marks_of(study: Study, user_id: int, participant_id: str = "") -> list[str]:
    """The marks of a login, and of the crowd platform's participant behind it."""
    marks = [_mark(study, "user", str(user_id))]
    if participant_id:
        marks.append(participant_mark(study, participant_id))
    return marks


def participant_mark(study: Study, participant_id: str) -> str:
    return _mark(study, "participant", participant_id)


def _mark(study: Study, kind: str, who: str) -> str:
    value = "\0".join((study.public_id.hex, kind, who))
    digest = salted_hmac(
        _SALT, value, secret=settings.PERSON_MARK_KEY, algorithm="sha256"
    )
    return digest.hexdigest()


class PersonMark(models.Model):
    """That somebody is or was in a study; by a keyed hash, and without their code.

    Triggers write it and keep it: who was a researcher of the study, or left it as an
    annotator, never judges in it (again).
    """

    # Random, as a number would tell the order in which people joined.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, models.CASCADE, related_name="person_marks")
    mark = models.CharField(max_length=64)
    role = models.CharField(max_length=10, choices=MembershipRole.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "mark"],
                name="who_was_in_a_study_never_judges_in_it_again",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values),
                name="person_mark_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark[:8]} in {self.study_id}"
