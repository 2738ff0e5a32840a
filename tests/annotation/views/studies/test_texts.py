"""The texts of a study: versions and preview."""

import pytest
from django.test import Client

from annotation.models import (
    Study,
)
from tests.annotation.views.pages import (
    address,
)

pytestmark = pytest.mark.django_db


def test_a_text_gets_a_new_version_and_the_old_one_stays_readable(
    web: Client, study: Study
) -> None:
    web.post(
        address("study_text_edit", study, "guidelines"), {"text": "Judge **hard**."}
    )

    newest = web.get(address("study_texts", study)).content.decode()
    old = web.get(address("study_text_version", study, "guidelines", 1))
    assert "<strong>hard</strong>" in newest
    assert "<em>text</em>" in old.content.decode()


def test_the_preview_shows_markdown_and_no_script(web: Client, study: Study) -> None:
    response = web.post(
        address("study_text_preview", study), {"text": "*so* <script>alert(1)</script>"}
    )

    text = response.content.decode()
    assert "<em>so</em>" in text
    assert "<script>" not in text
    assert study.documents.count() == 2


@pytest.mark.parametrize("kind", ["", "nonsense"])
def test_a_text_of_an_unknown_kind_is_not_there(
    web: Client, study: Study, kind: str
) -> None:
    url = address("study_texts", study) + f"{kind or 'none'}/"

    assert web.post(url, {"text": "?"}).status_code == 404
