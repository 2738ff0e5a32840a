"""The judge page over HTTP: answers, submission, and every way that it can go wrong."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from annotation.models import (
    Assignment,
    AssignmentState,
    DocumentKind,
    Judgment,
    Membership,
    Study,
    StudyState,
    Verdict,
)
from annotation.services.assignments import record_playback
from annotation.services.places import lapse_expired_leases
from tests.factories import (
    answer_all,
    give_work,
    join,
    let_lease_run_out,
    make_document,
    make_media,
    make_open_study,
    make_researcher,
    make_user,
    submit_all,
    take_place,
)

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
HTMX = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def assignment() -> Assignment:
    """A new annotator's first assignment: four comments, two batches in the study."""
    return give_work(join(make_open_study(videos=2)))


@pytest.fixture
def annotator(assignment: Assignment, client: Client) -> Client:
    """The annotator's browser."""
    user = assignment.membership.user
    assert user is not None
    client.force_login(user)
    return client


def url(assignment: Assignment, page: str = "") -> str:
    return f"/judge/{assignment.public_id}/{page}"


def answers(*given: tuple[int, str, str]) -> dict[str, list[str]]:
    """The parallel lists of several answers: position, verdict, score."""
    return {
        "position": [str(position) for position, _, _ in given],
        "verdict": [verdict for _, verdict, _ in given],
        "score": [score for _, _, score in given],
        "key": [str(uuid4()) for _ in given],
        "age_ms": ["20"] * len(given),
        "view_ms": ["3000"] * len(given),
    }


def whole_form(verdict: str = "ai", score: str = "1") -> dict[str, str]:
    return {
        f"{name}-{position}": value
        for position in range(1, 5)
        for name, value in (("verdict", verdict), ("score", score))
    }


def lapse(assignment: Assignment) -> None:
    let_lease_run_out(assignment)
    lapse_expired_leases(timezone.now())


def stored(assignment: Assignment) -> Assignment:
    return Assignment.objects.get(pk=assignment.pk)


# --- The page -----------------------------------------------------------------------


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
    assert sheet.resume_position == 2
    assert (sheet.answered_count, sheet.left_count) == (1, 3)


def test_the_verdict_that_stands_first_is_the_annotators_own(client: Client) -> None:
    study = make_open_study()
    for first, expected in ((Verdict.HUMAN, "human"), (Verdict.AI, "ai")):
        membership = join(study, first_verdict=first)
        assert membership.user is not None
        client.force_login(membership.user)

        sheet = client.get(url(give_work(membership))).context["sheet"]

        assert sheet.verdicts[0][0] == expected
        assert {value for value, _ in sheet.verdicts} == {"human", "ai"}


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


# --- Answers ------------------------------------------------------------------------


def test_saved_answers_are_acknowledged_by_position_and_key(
    annotator: Client, assignment: Assignment
) -> None:
    data = answers((1, "ai", "0"), (3, "human", "5"))

    response = annotator.post(url(assignment, "answers/"), data, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('data-state="saved"') == 2
    for position, key in ((1, data["key"][0]), (3, data["key"][1])):
        assert f'id="state-{position}"' in page
        assert f'data-key="{key}"' in page
    assert Judgment.objects.count() == 2


def test_a_script_may_ask_for_json(annotator: Client, assignment: Assignment) -> None:
    data = answers((1, "ai", "0"))

    response = annotator.post(url(assignment, "answers/"), data, headers=JSON)

    body = response.json()
    assert list(body["saved"]) == data["key"]
    assert (body["left"], body["state"]) == (3, "active")


def test_malformed_answers_store_nothing_and_are_named(
    annotator: Client, assignment: Assignment
) -> None:
    data = answers((1, "ai", "0"), (2, "robot", "0"))

    response = annotator.post(url(assignment, "answers/"), data, headers=JSON)

    assert response.status_code == 422
    assert "answer 2: 'robot' is no verdict" in response.json()["error"]
    assert not Judgment.objects.exists()


def test_a_position_that_does_not_exist_is_malformed(
    annotator: Client, assignment: Assignment
) -> None:
    response = annotator.post(url(assignment, "answers/"), answers((5, "ai", "0")))

    assert response.status_code == 422


def test_answers_after_submission_are_refused(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    response = annotator.post(
        url(assignment, "answers/"), answers((1, "ai", "0")), headers=JSON
    )

    assert response.status_code == 409
    assert response.json()["state"] == "submitted"


def test_answers_whose_place_is_gone_say_so_and_are_kept(client: Client) -> None:
    assignment = give_work(join(make_open_study(redundancy=1)))
    lapse(assignment)
    take_place(assignment.batch)
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)

    response = client.post(
        url(assignment, "answers/"), answers((1, "ai", "0")), headers=JSON
    )

    assert response.status_code == 410
    assert response.json()["state"] == "lapsed"
    assert Judgment.objects.count() == 1


def test_a_login_that_expired_is_told_to_scripts_and_never_redirected(
    assignment: Assignment, client: Client
) -> None:
    page = url(assignment)
    headers = {"HX-Current-URL": f"http://testserver{page}", **HTMX}

    response = client.post(f"{page}answers/", answers((1, "ai", "0")), headers=headers)

    assert response.status_code == 401
    assert response["X-Login"] == f"/accounts/login/?next={page.replace('/', '%2F')}"
    assert not Judgment.objects.exists()


def test_a_login_that_expired_is_told_in_json(
    assignment: Assignment, client: Client
) -> None:
    response = client.get(url(assignment, "saved/"), headers=JSON)

    assert response.status_code == 401
    assert response.json()["login"] == response["X-Login"]


def test_a_page_without_login_redirects_to_it_and_back(
    assignment: Assignment, client: Client
) -> None:
    response = client.get(url(assignment))

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={url(assignment)}"


def test_a_form_from_elsewhere_is_refused(assignment: Assignment) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert assignment.membership.user is not None
    browser.force_login(assignment.membership.user)

    response = browser.post(url(assignment, "answers/"), answers((1, "ai", "0")))

    assert response.status_code == 403
    assert not Judgment.objects.exists()


# --- What the server has ------------------------------------------------------------


def test_a_tab_that_is_behind_asks_what_is_saved(
    annotator: Client, assignment: Assignment
) -> None:
    data = answers((2, "ai", "0"), (4, "human", ""))
    annotator.post(url(assignment, "answers/"), data)

    body = annotator.get(url(assignment, "saved/")).json()

    assert body == {
        "answers": {
            "2": {"verdict": "ai", "score": "0", "key": data["key"][0]},
            "4": {"verdict": "human", "score": "", "key": data["key"][1]},
        },
        "state": "active",
    }


def test_what_is_saved_can_be_asked_after_submission(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    body = annotator.get(url(assignment, "saved/")).json()

    assert body["state"] == "submitted"
    assert len(body["answers"]) == 4


def test_asking_what_is_saved_takes_a_lapsed_batch_up_again(
    annotator: Client, assignment: Assignment
) -> None:
    lapse(assignment)

    body = annotator.get(url(assignment, "saved/")).json()

    assert body["state"] == "active"
    assert stored(assignment).is_active


# --- Submitting ---------------------------------------------------------------------


def next_page(response: HttpResponseBase) -> str:
    assert response.status_code == 303
    return response["Location"]


def test_after_submitting_the_next_batch_is_there(
    annotator: Client, assignment: Assignment
) -> None:
    response = annotator.post(url(assignment, "submit/"), whole_form())

    following = assignment.membership.assignments.get(number=2)
    assert next_page(response) == url(following)
    assert stored(assignment).is_submitted


def test_after_the_last_batch_come_the_thanks(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)
    last = give_work(assignment.membership)

    response = annotator.post(url(last, "submit/"), whole_form())

    assert next_page(response) == f"/work/{last.batch.study.public_id}/done/"


def test_submitting_twice_goes_to_the_same_next_batch(
    annotator: Client, assignment: Assignment
) -> None:
    first = annotator.post(url(assignment, "submit/"), whole_form())

    again = annotator.post(url(assignment, "submit/"), whole_form())

    assert next_page(first) == next_page(again)
    assert assignment.membership.assignments.count() == 2


def test_what_is_missing_is_named_and_nothing_else_is_lost(
    annotator: Client, assignment: Assignment
) -> None:
    form = whole_form()
    del form["score-2"], form["verdict-4"], form["score-4"]

    response = annotator.post(url(assignment, "submit/"), form)

    assert response.status_code == 422
    sheet = response.context["sheet"]
    assert sheet.missing == (2, 4)
    assert sheet.left_count == 2
    assert sheet.comments[1].verdict == "ai"
    assert stored(assignment).is_active


def test_a_missing_score_of_zero_is_not_taken_for_given(
    annotator: Client, assignment: Assignment
) -> None:
    form = whole_form(score="0")

    response = annotator.post(url(assignment, "submit/"), form)

    next_page(response)
    scores = Judgment.objects.values_list("realism_score", flat=True)
    assert set(scores) == {0}


def test_a_video_that_was_not_played_is_asked_for(
    annotator: Client, assignment: Assignment
) -> None:
    make_media(assignment.batch.video)
    Study.objects.update(required_play_percent=50)

    refused = annotator.post(url(assignment, "submit/"), whole_form())
    played = annotator.post(
        url(assignment, "playback/"), {"seconds": "5", "percent": "60"}
    )
    accepted = annotator.post(url(assignment, "submit/"), whole_form())

    assert refused.status_code == 422
    assert "Watch at least 50 %" in refused.context["sheet"].refusal
    assert played.status_code == 204
    next_page(accepted)


def test_playback_that_is_no_number_is_refused(
    annotator: Client, assignment: Assignment
) -> None:
    record_playback(assignment=assignment, seconds=1, percent=5)

    response = annotator.post(url(assignment, "playback/"), {"seconds": "all"})

    assert response.status_code == 422
    assert stored(assignment).played_percent == 5


def test_an_unsent_answer_that_comes_after_submission_is_told(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    response = annotator.post(
        url(assignment, "submit/"), answers((1, "ai", "0")) | whole_form("human", "3")
    )

    assert response.status_code == 409
    assert "stays as it is" in response.content.decode()


def test_a_late_submission_whose_place_is_gone_says_so(client: Client) -> None:
    assignment = give_work(join(make_open_study(redundancy=1)))
    lapse(assignment)
    take_place(assignment.batch)
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)

    response = client.post(url(assignment, "submit/"), whole_form())

    assert response.status_code == 410
    assert "Your answers are kept" in response.content.decode()


# --- Coming back --------------------------------------------------------------------


def test_coming_back_after_the_lease_ran_out_says_so_and_goes_on(
    annotator: Client, assignment: Assignment
) -> None:
    in_time = annotator.get(url(assignment)).context["sheet"].is_late
    lapse(assignment)

    late = annotator.get(url(assignment)).context["sheet"].is_late

    assert (in_time, late) == (False, True)
    assert stored(assignment).is_active


def test_coming_back_when_somebody_else_has_the_place_offers_the_next_batch(
    client: Client,
) -> None:
    assignment = answer_all(give_work(join(make_open_study(redundancy=1))))
    lapse(assignment)
    take_place(assignment.batch)
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)

    response = client.get(url(assignment))

    assert response.status_code == 410
    assert f"/work/{assignment.batch.study.public_id}/" in response.content.decode()
    assert stored(assignment).state == AssignmentState.LAPSED


def test_a_submitted_batch_leads_to_what_comes_next(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    response = annotator.get(url(assignment), follow=True)

    assert response.redirect_chain[0][0] == (
        f"/work/{assignment.batch.study.public_id}/"
    )
    assert "This batch is submitted" in response.content.decode()


def test_looking_at_the_page_renews_the_lease(
    annotator: Client, assignment: Assignment
) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    Assignment.objects.update(leased_until=soon)

    annotator.get(url(assignment))

    assert stored(assignment).leased_until > soon + timedelta(minutes=30)


def test_pausing_leads_home_and_loses_nothing(
    annotator: Client, assignment: Assignment
) -> None:
    annotator.post(url(assignment, "answers/"), answers((1, "ai", "0")))

    response = annotator.post(url(assignment, "pause/"), follow=True)

    assert response.redirect_chain == [("/", 303)]
    assert "120 minutes" in response.content.decode()
    assert Judgment.objects.count() == 1


def test_a_closed_study_takes_no_answers(
    annotator: Client, assignment: Assignment
) -> None:
    Study.objects.update(state=StudyState.CLOSED)

    page = annotator.get(url(assignment))
    saving = annotator.post(
        url(assignment, "answers/"), answers((1, "ai", "0")), headers=JSON
    )

    assert page["Location"] == f"/work/{assignment.batch.study.public_id}/"
    assert saving.status_code == 409
    assert "closed" in saving.json()["error"]


# --- Who may ------------------------------------------------------------------------

PAGES = [
    ("get", ""),
    ("post", "answers/"),
    ("post", "submit/"),
    ("post", "playback/"),
    ("post", "pause/"),
    ("post", "tour/"),
    ("get", "saved/"),
]


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_somebody_elses_assignment_does_not_exist(
    assignment: Assignment, client: Client, method: str, page: str
) -> None:
    client.force_login(make_user())

    response = getattr(client, method)(url(assignment, page))

    assert response.status_code == 404


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_who_can_see_sources_never_judges(
    assignment: Assignment, client: Client, method: str, page: str
) -> None:
    client.force_login(make_researcher())

    response = getattr(client, method)(url(assignment, page))

    assert response.status_code == 403


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_who_has_left_the_study_sees_none_of_it(
    annotator: Client, assignment: Assignment, method: str, page: str
) -> None:
    Membership.objects.update(left_at=timezone.now())

    response = getattr(annotator, method)(url(assignment, page))

    assert response.status_code == 404


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_every_address_answers_to_its_own_method_alone(
    annotator: Client, assignment: Assignment, method: str, page: str
) -> None:
    other = annotator.post if method == "get" else annotator.get

    assert other(url(assignment, page)).status_code == 405


def test_the_consent_text_is_no_guideline(
    annotator: Client, assignment: Assignment
) -> None:
    make_document(assignment.batch.study, DocumentKind.CONSENT, "We store answers.")

    page = annotator.get(url(assignment)).content.decode()

    assert "We store answers." not in page
