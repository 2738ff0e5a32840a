"""The report page as a researcher opens it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from annotation.models import MembershipRole, Study
from tests.analysis.studies import Judged, make_judged_study
from tests.factories import (
    join,
    make_researcher,
    make_source,
)


def researcher_of(study: Study) -> User:
    person = make_researcher()
    join(study, person, MembershipRole.RESEARCHER)
    return person


def page(client: Client, study: Study, person: User | None = None) -> str:
    client.force_login(person or researcher_of(study))
    response = client.get(reverse("analysis:report", args=[study.public_id]))
    assert response.status_code == 200
    return response.content.decode()


def judged_study(**fields: Any) -> Judged:  # noqa: ANN401  (of the study)
    return make_judged_study(
        ai_sources=[make_source("alpha", title="Alpha One"), make_source("beta")],
        **fields,
    )
