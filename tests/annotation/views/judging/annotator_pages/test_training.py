"""Practice comments: one at a time, with feedback."""

import pytest
from django.test import Client

from annotation.models import Membership, Study, TrainingAnswer, TrainingItem
from annotation.selectors.people.access import may_watch_video
from corpus.media_files import playback_url
from corpus.models import Origin
from tests.annotation.views.judging.annotator_pages.ways import url, where
from tests.factories import make_media, make_user, make_video

pytestmark = pytest.mark.django_db


def answer(position: int, verdict: str) -> dict[str, str]:
    """What the form sends: the row of the judge page, for one comment."""
    return {"position": str(position), "verdict-1": verdict, "score-1": "2"}


@pytest.fixture
def items(study: Study) -> None:
    for position, origin in ((1, Origin.HUMAN), (2, Origin.AI)):
        TrainingItem.objects.create(
            study=study,
            position=position,
            text=f"practice {position}",
            origin=origin,
            feedback=f"Because of {position}.",
        )


@pytest.mark.usefixtures("items")
def test_practice_shows_one_comment_at_a_time_without_its_author(
    annotator: Client, study: Study
) -> None:
    assert where(annotator, study) == url(study, "training/")
    page = annotator.get(url(study, "training/")).content.decode()

    assert "practice 1" in page
    assert "practice 2" not in page
    assert "right answer" not in page
    assert "Because of" not in page


@pytest.mark.usefixtures("items")
def test_practice_gives_feedback_after_each_answer(
    annotator: Client, study: Study
) -> None:
    response = annotator.post(url(study, "training/"), answer(1, "ai"), follow=True)

    page = response.content.decode()
    assert "Not this time" in page
    assert "You answered AI. The right answer is Human." in page
    assert "Because of 1." in page
    assert "Next comment" in page


@pytest.mark.usefixtures("items")
def test_feedback_is_not_to_be_had_before_the_answer(
    annotator: Client, study: Study
) -> None:
    page = annotator.get(url(study, "training/") + "?answered=2").content.decode()

    assert "practice 2" not in page
    assert "Because of" not in page


@pytest.mark.usefixtures("items")
def test_the_first_answer_on_a_practice_comment_stays(
    annotator: Client, study: Study, membership: Membership
) -> None:
    for verdict in ("ai", "human"):
        annotator.post(url(study, "training/"), answer(1, verdict))

    stored = membership.training_answers.get()
    assert (stored.verdict, stored.realism_score) == ("ai", 2)


@pytest.mark.usefixtures("items")
def test_after_the_last_practice_comment_work_begins(
    annotator: Client, study: Study, membership: Membership
) -> None:
    for position in (1, 2):
        annotator.post(url(study, "training/"), answer(position, "ai"))

    membership.refresh_from_db()
    assert membership.training_done_at is not None
    assert where(annotator, study) == "here"


@pytest.mark.usefixtures("items")
def test_practice_asks_for_both_answers(annotator: Client, study: Study) -> None:
    half = answer(1, "ai") | {"score-1": ""}

    for given in ({"position": "1"}, half, answer(1, "ai") | {"score-1": "9"}):
        response = annotator.post(url(study, "training/"), given, follow=True)

        assert "Answer both questions" in response.content.decode()
    assert TrainingAnswer.objects.count() == 0


@pytest.mark.usefixtures("items")
def test_the_clip_of_a_practice_comment_is_for_who_practises(
    annotator: Client, study: Study, membership: Membership
) -> None:
    media = make_media(make_video())
    study.training_items.update(video=media.video)
    assert membership.user is not None

    page = annotator.get(url(study, "training/")).content.decode()

    assert playback_url(media) in page
    assert may_watch_video(membership.user, media.video_id)
    assert not may_watch_video(make_user(), media.video_id)
