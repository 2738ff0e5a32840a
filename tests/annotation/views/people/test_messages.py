"""Messages from researchers to annotators."""

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Membership, Study, StudyMessage
from annotation.services.people.leaving import leave_study
from tests import factories
from tests.annotation.views.pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(study: Study) -> Study:
    study.documents.all().delete()
    factories.open_study(study)
    return study


@pytest.fixture
def done(study: Study) -> Membership:
    """Who has judged everything."""
    annotator = factories.join(study)
    for _ in range(2):
        factories.submit_all(factories.give_work(annotator))
    return annotator


@pytest.fixture
def new(study: Study) -> Membership:
    return factories.join(study)


def browser_of(annotator: Membership) -> Client:
    client = Client()
    assert annotator.user is not None
    client.force_login(annotator.user)
    return client


def home(annotator: Membership) -> str:
    return browser_of(annotator).get(reverse("annotation:home")).content.decode()


def send(web: Client, study: Study, **fields: object) -> str:
    form = {
        "title": "Closing on Friday",
        "text": "Please finish by then.",
        "audience": "everybody",
        "send": "1",
    }
    response = web.post(address("study_messages", study), form | fields, follow=True)
    return response.content.decode()


@pytest.mark.usefixtures("done", "new")
def test_it_is_looked_at_once_more_before_it_is_sent(web: Client, study: Study) -> None:
    form = {"title": "Hello", "text": "<b>you</b>", "audience": "unfinished"}

    page = web.post(address("study_messages", study), form).content.decode()

    assert "1 annotator would see this" in page
    assert "&lt;b&gt;you&lt;/b&gt;" in page
    assert not study.messages.exists()


def test_annotators_see_it_until_they_have_read_it(
    web: Client, study: Study, done: Membership, new: Membership
) -> None:
    assert "sent to 2 annotators" in send(web, study)
    message = study.messages.get()
    assert "Please finish by then." in home(new)
    factories.give_work(new)
    browser = browser_of(new)
    work = reverse("annotation:work", args=[study.public_id])
    assert "Please finish by then." in browser.get(work).content.decode()

    read = reverse("annotation:message_read", args=[study.public_id, message.public_id])
    browser.post(read, {"work": "1"})

    assert "Please finish by then." not in home(new)
    assert "Please finish by then." in home(done)
    assert (
        "read by 1 of 2" in web.get(address("study_messages", study)).content.decode()
    )
    assert study.events.get(action="message sent").detail["annotators"] == 2
    assert "/judge/" in browser.get(work)["Location"]


def test_only_those_it_is_for_get_it(
    web: Client, study: Study, done: Membership, new: Membership
) -> None:
    send(web, study, audience="unfinished", title="For the others")
    send(web, study, audience="chosen", codes=[done.code], title="For one")

    assert ("For the others" in home(new), "For one" in home(new)) == (True, False)
    assert ("For the others" in home(done), "For one" in home(done)) == (False, True)
    late = factories.join(study)
    assert "For the others" not in home(late)


@pytest.mark.usefixtures("new")
def test_a_message_names_no_source(web: Client, study: Study) -> None:
    source = study.declared_sources[0]

    page = send(web, study, text=f"Watch out for {source.title.upper()}!")

    assert "must not know the sources" in page
    assert not study.messages.exists()


def test_a_withdrawn_message_is_seen_no_more(
    web: Client, study: Study, new: Membership
) -> None:
    send(web, study)
    message = study.messages.get()
    web.post(address("study_message_withdraw", study, message.public_id))

    assert "Please finish by then." not in home(new)
    assert study.events.filter(action="message withdrawn").count() == 1


def test_nobody_reads_or_writes_for_another_study(study: Study) -> None:
    other = Client()
    other.force_login(factories.make_researcher())
    message = StudyMessage.objects.create(
        study=study, title="x", text="y", audience="everybody"
    )
    read = reverse("annotation:message_read", args=[study.public_id, message.public_id])
    stranger = factories.join(factories.make_open_study())

    assert other.get(address("study_messages", study)).status_code == 404
    assert browser_of(stranger).post(read).status_code == 404


def test_who_leaves_takes_along_what_they_read(
    web: Client, study: Study, done: Membership
) -> None:
    send(web, study)
    assert done.user is not None

    leave_study(membership=done, actor=done.user, deletes_answers=False)

    assert not study.messages.get().receipts.exists()
