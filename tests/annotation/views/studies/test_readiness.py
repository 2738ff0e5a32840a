"""What a draft still lacks before its seal."""

import pytest
from django.test import Client

from annotation.models import (
    Study,
)
from annotation.services.studies.batches import choose_videos
from corpus.models import Origin
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


def test_the_matrix_names_what_is_missing(web: Client, study: Study) -> None:
    batch = study.batches.select_related("video").all()[0]
    batch.batch_comments.filter(source__origin=Origin.AI)[:1].get().delete()

    page = web.get(address("study_readiness", study), {"missing": "1"})

    text = page.content.decode()
    assert batch.video.title in text
    assert study.batches.exclude(pk=batch.pk).get().video.title not in text
    assert text.count('data-is="missing"') == 2  # in the row and in its column's total


def test_warnings_come_as_a_fragment_to_htmx_and_as_a_page_otherwise(
    web: Client, study: Study
) -> None:
    url = address("study_warnings", study)

    fragment = web.get(url, headers={"hx-request": "true"}).content.decode()
    page = web.get(url).content.decode()

    assert "<html" not in fragment
    assert fragment.strip().startswith('<section id="warnings"')
    assert "<html" in page


def test_ineligible_videos_are_listed_and_taken_out_with_one_button(
    web: Client, study: Study
) -> None:
    bare = factories.make_video(title="Without a file")
    choose_videos(study=study, add=[bare.pk])

    page = web.get(address("study_readiness", study)).content.decode()
    web.post(address("study_drop_ineligible", study))

    assert "Without a file</a>: usable human comments: 0 of 2" in page
    assert study.batches.count() == 2
    assert not study.batches.filter(video=bare).exists()


def test_filling_again_shows_the_difference_first(web: Client, study: Study) -> None:
    source = study.sources.all()[0]
    batch = study.batches.all()[0]
    newer = factories.make_comment(batch.video, source, "a newer one")

    page = web.get(address("study_fill", study))
    assert batch.batch_comments.get(source=source).comment != newer
    blind = web.post(address("study_fill", study))
    assert batch.batch_comments.get(source=source).comment != newer
    seen = page.context["preview"].digest
    web.post(address("study_fill", study), {"seen": seen})

    assert "a newer one" in page.content.decode()
    assert blind.status_code == 409
    assert batch.batch_comments.get(source=source).comment == newer


def test_the_complete_batches_are_kept_and_the_rest_is_named_before_it_goes(
    web: Client, study: Study
) -> None:
    lacking, whole = study.batches.order_by("pk")
    source = study.sources.order_by("pk")[0]
    lacking.batch_comments.filter(source=source).delete()

    asked = web.get(address("study_incomplete", study)).content.decode()
    kept = web.post(address("study_incomplete", study))

    assert lacking.video.title in asked
    assert whole.video.title not in asked
    assert f"{source.title} (1)" in asked
    assert kept["Location"] == address("study_seal", study)
    assert [*study.batches.all()] == [whole]


def test_nothing_is_left_out_where_nothing_would_be_left(
    web: Client, study: Study
) -> None:
    for batch in study.batches.all():
        batch.batch_comments.all()[0].delete()

    web.post(address("study_incomplete", study))

    assert study.batches.count() == 2
