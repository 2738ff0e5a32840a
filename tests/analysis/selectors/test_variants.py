"""Every prompt, checkpoint and seed that wrote for a source stands in the report."""

import pytest
from django.test import Client
from django.urls import reverse

from analysis.reporting.rendering import as_markdown
from analysis.selectors.variants import variants_of
from analysis.services.reports import study_report
from annotation.models import BatchComment, Study
from corpus.models import Comment
from generation.models import (
    Attempt,
    GenerationJob,
    GenerationRound,
    JobState,
    RoundScope,
    RoundSource,
)
from tests import factories

pytestmark = pytest.mark.django_db


def write(study: Study | None, comment: Comment, *, seed: int, prompt: str) -> None:
    """Record that a model wrote the comment in a round of the study."""
    made = GenerationRound.objects.create(
        study=study, scope=RoundScope.MISSING, seed=seed
    )
    row = RoundSource.objects.create(
        round=made, source=comment.source, entry="tiny", queue="nowhere"
    )
    job = GenerationJob.objects.create(
        round_source=row,
        source=comment.source,
        video=comment.video,
        state=JobState.DONE,
        comment=comment,
    )
    Attempt.objects.create(
        job=job,
        number=1,
        seed=seed + 1,
        prompt_version=prompt,
        prompt_hash="0123456789abcdef",
        engine={"checkpoint": "tiny", "revision": "abc", "content_hash": ""},
        decoding={"temperature": 0.7, "seed": 5},
        comment=comment,
    )


@pytest.fixture
def study() -> Study:
    study = factories.make_study(videos=2)
    factories.open_study(study)
    for _ in range(2):
        factories.submit_all(factories.give_work(factories.join(study)))
    return study


def test_variants_that_were_not_chosen_are_listed_too(study: Study) -> None:
    source = study.declared_sources[0]
    places = BatchComment.objects.filter(batch__study=study, source=source)
    first, second = (place.comment for place in places.order_by("pk"))
    unchosen = factories.make_comment(first.video, source, "another try")
    write(study, first, seed=7, prompt="p1")
    write(study, second, seed=3, prompt="p1")
    # In a study that is deleted since.
    write(None, unchosen, seed=9, prompt="p2")

    mine = [one for one in variants_of(study) if one.source == source.key]

    assert [(one.prompt, one.seeds, one.written, one.judged) for one in mine] == [
        ("p1 0123456789ab", (3, 7), 2, 2),
        ("p2 0123456789ab", (9,), 1, 0),
    ]
    assert {one.checkpoint for one in mine} == {"tiny @ abc"}
    assert {one.decoding for one in mine} == {"temperature 0.7"}


def test_comments_from_files_are_told_apart(study: Study) -> None:
    source = study.declared_sources[0]

    (one,) = (one for one in variants_of(study) if one.source == source.key)

    assert (one.checkpoint, one.seeds, one.written, one.judged) == ("", (), 2, 2)


def test_the_report_lists_them_on_the_page_and_in_files(
    study: Study, client: Client
) -> None:
    source = study.declared_sources[0]
    place = BatchComment.objects.filter(batch__study=study, source=source)[0]
    write(study, place.comment, seed=7, prompt="p1")
    client.force_login(factories.make_admin())

    text = as_markdown(study_report(study, replicates=0))
    page = client.get(reverse("analysis:report", args=[study.public_id])).content

    assert "How the comments of each source came about" in text
    assert "tiny @ abc" in text
    assert "p1 0123456789ab" in text
    assert b"p1 0123456789ab" in page
