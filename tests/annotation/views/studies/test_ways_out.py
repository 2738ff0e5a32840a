"""Researchers set how their study ends for people."""

import pytest
from django.test import Client

from annotation.models import Study, WayOut, WayOutKind
from annotation.services.studies.study import copy_study
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


def test_codes_links_and_texts_are_set_and_logged(web: Client, study: Study) -> None:
    page = address("study_ways_out", study)

    response = web.post(
        page,
        {
            "completed-code": "C1A2",
            "completed-redirect_url": "https://app.example/complete?cc={code}",
            "full-message": "We are full.",
        },
    )

    assert response.status_code == 303
    done = study.ways_out.get(kind=WayOutKind.COMPLETED)
    assert (done.code, done.has_personal_codes) == ("C1A2", False)
    assert study.ways_out.get(kind=WayOutKind.FULL).message == "We are full."
    assert study.ways_out.count() == 2
    event = study.events.get(action="ways out changed")
    assert event.detail == {"kinds": ["completed", "full"]}
    assert "C1A2" in web.get(page).content.decode()


def test_emptied_fields_bring_the_default_back_and_nothing_changed_is_not_logged(
    web: Client, study: Study
) -> None:
    page = address("study_ways_out", study)
    web.post(page, {"completed-code": "C1A2"})

    web.post(page, {"completed-code": "C1A2"})
    web.post(page, {"completed-code": " "})

    assert not study.ways_out.exists()
    assert study.events.filter(action="ways out changed").count() == 2


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "/studies/", "app.example", "ftp://a.example", "https://"],
)
def test_a_link_back_is_a_whole_web_address(
    web: Client, study: Study, link: str
) -> None:
    response = web.post(
        address("study_ways_out", study), {"completed-redirect_url": link}
    )

    assert response.status_code == 422
    assert "Enter a whole web address" in response.content.decode()
    assert not WayOut.objects.exists()


def test_personal_codes_take_the_place_of_a_shared_one(
    web: Client, study: Study
) -> None:
    web.post(
        address("study_ways_out", study),
        {"completed-code": "C1A2", "completed-has_personal_codes": "on"},
    )

    way = study.ways_out.get()
    assert (way.code, way.has_personal_codes) == ("", True)


def test_a_copy_has_the_same_endings(study: Study) -> None:
    WayOut.objects.create(study=study, kind=WayOutKind.FULL, code="F1")

    copy = copy_study(study=study, actor=None)

    assert copy.ways_out.get().code == "F1"
    assert study.ways_out.count() == 1
