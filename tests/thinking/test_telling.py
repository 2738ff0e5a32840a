"""Nobody judges comments blind after a study that showed which are people's."""

import pytest

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.services.people.leaving import leave_study
from annotation.services.people.memberships import add_annotator
from annotation.services.studies.lifecycle import close_study
from corpus.models import Video
from tests import factories
from tests.thinking.people import make_open_item_study
from thinking.models import ItemStudy

pytestmark = pytest.mark.django_db


@pytest.fixture
def item_study() -> ItemStudy:
    return make_open_item_study()


def _comments_on_the_same(item_study: ItemStudy) -> Study:
    item = item_study.build.items.filter(task="CoM").first()
    assert item is not None
    return _comments_on(item.video)


def _comments_on(video: Video) -> Study:
    study = factories.make_study(videos=[video], ai_sources=0)
    return factories.open_study(study)


def _join(study: Study, user: User) -> None:
    add_annotator(study=study, user=user, actor=user)


def test_who_was_asked_about_the_videos_judges_no_comments_on_them(
    item_study: ItemStudy,
) -> None:
    user = factories.make_user()
    study = _comments_on_the_same(item_study)
    _join(item_study.study, user)

    with pytest.raises(AnnotationError, match="another study that shows which"):
        _join(study, user)

    # To leave makes nobody forget.
    membership = item_study.study.memberships.get(user=user)
    leave_study(membership=membership, actor=user, deletes_answers=True)
    with pytest.raises(AnnotationError, match="another study that shows which"):
        _join(study, user)
    _join(_comments_on(factories.make_video()), user)


def test_who_judges_comments_is_asked_about_the_videos_when_that_is_over(
    item_study: ItemStudy,
) -> None:
    user = factories.make_user()
    study = _comments_on_the_same(item_study)
    _join(study, user)

    with pytest.raises(AnnotationError, match="when the other one is closed"):
        _join(item_study.study, user)

    close_study(study=study, actor=factories.make_researcher())
    _join(item_study.study, user)
