"""Comments that came in under an older rule, and today's."""

import pytest
from django.core.management import call_command

from corpus.models import Comment, Video
from tests import factories

pytestmark = pytest.mark.django_db


def test_today_s_rule_is_applied_and_no_text_changes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    video = factories.make_video(usable_comment_count=2)
    human = factories.human_source()
    long = factories.make_comment(video, human, "wow " * 200, unusable_reason="")
    factories.make_comment(video, human, "fine", unusable_reason="too_long")

    call_command("recheck_comments")

    reasons = dict(Comment.objects.values_list("text", "unusable_reason"))
    assert reasons == {long.text: "too_long", "fine": ""}
    assert Video.objects.get().usable_comment_count == 1
    assert "too long: 1" in capsys.readouterr().out
