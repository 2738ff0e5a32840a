"""A draft that the demo's annotators judge says that nobody judged it."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from annotation.models import DocumentKind, Judgment, StudyState
from demo.simulate import plausibility_of
from tests.factories import make_document, make_media, make_study, make_video

pytestmark = pytest.mark.django_db


@override_settings(DEMO=True)
def test_simulated_annotators_judge_a_draft_and_it_says_so() -> None:
    videos = [make_video() for _ in range(2)]
    for video in videos:
        make_media(video)
    study = make_study(videos=videos, redundancy=10)
    for kind in DocumentKind:
        make_document(study, kind)

    call_command("simulate_judgments", study.key)

    study.refresh_from_db()
    assert study.is_simulated
    assert study.state == StudyState.CLOSED
    # Seven whole annotators and one who stops halfway, on two videos of four comments.
    assert Judgment.objects.of_study(study).count() == (7 * 2 + 1) * 4
    with pytest.raises(CommandError):
        call_command("simulate_judgments", study.key)


def test_polished_prose_looks_less_human() -> None:
    assert plausibility_of("no way he did that") > plausibility_of(
        "A truly remarkable demonstration of skill and patience."
    )


def test_only_a_demo_simulates() -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("simulate_judgments", "any")
