"""What the judge page shows, and what it never does."""

import pytest
from django.test import Client

from annotation.instrument import Verdict
from annotation.models import Assignment, DocumentKind, Membership, Study
from tests.annotation.views.judging.judge_page.requests import answers, url, whole_form
from tests.factories import give_work, join, make_document, make_media, make_open_study

pytestmark = pytest.mark.django_db


def test_the_page_shows_every_comment_in_the_stored_order(
    annotator: Client, assignment: Assignment
) -> None:
    response = annotator.get(url(assignment))

    sheet = response.context["sheet"]
    texts = assignment.presentations.order_by("position").values_list(
        "batch_comment__comment__text", flat=True
    )
    assert [comment.text for comment in sheet.comments] == list(texts)
    assert [comment.position for comment in sheet.comments] == [1, 2, 3, 4]


def test_the_page_comes_back_with_the_answers_where_one_left(
    annotator: Client, assignment: Assignment
) -> None:
    annotator.post(
        url(assignment, "answers/"), answers((1, "ai", "0"), (2, "human", ""))
    )

    sheet = annotator.get(url(assignment)).context["sheet"]

    given = [(comment.verdict, comment.score) for comment in sheet.comments]
    assert given == [("ai", "0"), ("human", ""), ("", ""), ("", "")]
    assert (sheet.answered_count, sheet.left_count) == (1, 3)


def test_the_verdict_that_stands_first_is_the_annotators_own(client: Client) -> None:
    study = make_open_study()
    for first, expected in ((Verdict.HUMAN, "human"), (Verdict.AI, "ai")):
        membership = join(study, first_verdict=first)
        assert membership.user is not None
        client.force_login(membership.user)

        sheet = client.get(url(give_work(membership))).context["sheet"]

        assert sheet.verdicts[0].value == expected
        assert {option.value for option in sheet.verdicts} == {"human", "ai"}


def test_title_and_description_are_shown_only_if_the_study_says_so(
    annotator: Client, assignment: Assignment
) -> None:
    hidden = annotator.get(url(assignment)).context["sheet"].video
    Study.objects.update(shows_metadata=True)
    shown = annotator.get(url(assignment)).context["sheet"].video

    assert hidden.title == hidden.description == ""
    assert shown.title == assignment.batch.video.title


def test_how_many_comments_people_wrote_is_told_only_if_the_study_says_so(
    annotator: Client, assignment: Assignment
) -> None:
    untold = annotator.get(url(assignment)).context["sheet"].human_count
    Study.objects.update(tells_human_count=True)
    told = annotator.get(url(assignment)).context["sheet"].human_count

    assert (untold, told) == (None, 2)


def test_the_video_is_named_by_its_opaque_file(
    annotator: Client, assignment: Assignment
) -> None:
    media = make_media(assignment.batch.video, width=640, height=360)

    video = annotator.get(url(assignment)).context["sheet"].video

    assert media.name in video.url
    assert media.name in video.poster_url
    assert (video.width, video.height) == (640, 360)


def test_the_guidelines_agreed_to_are_at_hand(
    annotator: Client, assignment: Assignment
) -> None:
    document = make_document(assignment.batch.study, text="Judge *the text* alone.")
    make_document(assignment.batch.study, text="A newer version.")
    Membership.objects.update(guidelines=document)

    html = annotator.get(url(assignment)).context["sheet"].guidelines_html

    assert html == "<p>Judge <em>the text</em> alone.</p>\n"


def test_the_tour_is_shown_until_it_is_seen_or_skipped(
    annotator: Client, assignment: Assignment
) -> None:
    before = annotator.get(url(assignment)).context["sheet"].shows_tour
    response = annotator.post(url(assignment, "tour/"))
    after = annotator.get(url(assignment)).context["sheet"].shows_tour

    assert (before, response.status_code, after) == (True, 204, False)


def test_comment_text_is_text_whatever_it_contains(client: Client) -> None:
    study = make_open_study(attention_checks=1)
    study.attention_checks.update(text="<script>alert(1)</script> & 'more'")
    membership = join(study)
    assert membership.user is not None
    client.force_login(membership.user)

    page = client.get(url(give_work(membership))).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#x27;more&#x27;" in page


def test_no_response_may_be_stored_or_compared(
    annotator: Client, assignment: Assignment
) -> None:
    responses = [
        annotator.get(url(assignment)),
        annotator.post(url(assignment, "answers/"), answers((1, "ai", "0"))),
        annotator.get(url(assignment, "saved/")),
        annotator.post(url(assignment, "submit/"), whole_form()),
    ]

    for response in responses:
        assert "no-store" in response["Cache-Control"]
        assert not response.has_header("ETag")
        assert not response.has_header("Last-Modified")


def test_the_consent_text_is_no_guideline(
    annotator: Client, assignment: Assignment
) -> None:
    make_document(assignment.batch.study, DocumentKind.CONSENT, "We store answers.")

    page = annotator.get(url(assignment)).content.decode()

    assert "We store answers." not in page
