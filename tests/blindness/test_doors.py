"""Every address of the site, asked for by an annotator with arguments that resolve."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.live_server_helper import LiveServer

from annotation.models import (
    Audience,
    Batch,
    ComprehensionQuestion,
    DocumentKind,
    Invitation,
    InvitationKind,
    Study,
    TrainingItem,
)
from annotation.selectors.people.invitation_links import invitation_token
from annotation.services.people.messages import send_message
from annotation.urls import annotator_urls
from tests import factories
from tests.blindness.recording import Exchange, Recorder
from tests.blindness.telltales import assert_no_names_or_ids
from thinking.urls import annotator_urls as item_urls

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OPEN_TO_ANNOTATORS = {
    # The language of the pages.
    "set_language",
    "annotation:home",
    "annotation:join",
    "health",
    "healthz",
    "readyz",
    "accounts:login",
    "accounts:logout",
    # The same page; the code after the password, for who isn't in yet.
    "account_login",
    "mfa_authenticate",
    "accounts:password",
    "accounts:password_done",
    "accounts:email",
    "accounts:email_confirm",
    # For who forgot theirs.
    "accounts:password_reset",
    "accounts:password_reset_sent",
    "accounts:password_set",
    "accounts:password_set_done",
    "admin_login",
}


def every_address() -> Iterator[tuple[str, str]]:
    """Every route of the site: its name, and its path with the parameters in < >."""

    def walk(
        patterns: list[URLPattern | URLResolver], path: str, space: str
    ) -> Iterator[tuple[str, str]]:
        for entry in patterns:
            route = path + str(entry.pattern)
            if isinstance(entry, URLResolver):
                inner = f"{entry.namespace}:" if entry.namespace else ""
                yield from walk(entry.url_patterns, route, space + inner)
            elif isinstance(entry, URLPattern):
                yield space + (entry.name or ""), route

    yield from walk(get_resolver().url_patterns, "/", "")


def test_every_other_door_is_shut_to_annotators(
    study: Study, recorders: list[Recorder]
) -> None:
    recorder = recorders[0]
    allowed = (
        OPEN_TO_ANNOTATORS
        | {f"annotation:{entry.name}" for entry in annotator_urls}
        | {f"thinking:{entry.name}" for entry in item_urls}
    )
    batch = Batch.objects.filter(study=study)[0]
    values = {
        "study": study.public_id,
        "batch": batch.public_id,
        "key": "zq-model-1",
        "video": batch.video_id,
    }
    opened = []

    for name, route in every_address():
        if name in allowed or name.startswith("admin:"):
            continue
        path = fill(route, {key: str(value) for key, value in values.items()})
        opened += [
            (exchange.method, name, path, exchange.status)
            for exchange in (recorder.get(path), recorder.post(path))
            if exchange.status not in {403, 404, 405}
        ]
    admin = recorder.get("/admin/annotation/study/")

    assert opened == []
    assert admin.status in {302, 403}
    assert_no_names_or_ids([recorder])


def fill(route: str, values: dict[str, str]) -> str:
    """A path of a route, with real ids where they are known."""
    route = re.sub(r"\(\?P<format>[^)]*\)\??/?\??", "", route)
    route = re.sub(r"\(\?P<(\w+)>\[[^)]*\)", r"<str:\1>", route)
    route = route.replace("^", "").replace("\\Z", "").replace("$", "")

    def value(match: re.Match[str]) -> str:
        kind, _, name = match.group(1).rpartition(":")
        for word, known in values.items():
            if word in name and (kind != "uuid" or "-" in known):
                return known
        return {"uuid": values["study"], "int": values.get("video", "1")}.get(kind, "1")

    return re.sub(r"<([^>]+)>", value, route).replace("\\.", ".")


def test_the_way_from_the_link_to_leaving_tells_no_source(
    study: Study, live_server: LiveServer
) -> None:
    link = prepare(study)
    user = factories.make_user()
    recorder = Recorder(live_server, user)
    work = f"/work/{study.public_id}"

    statuses = [answer.status for answer in go_in(recorder, link, work)]
    place = recorder.post(f"{work}/next/").location
    opened = open_every_page(recorder, study, place)
    goodbye = [
        recorder.get(f"{work}/leave/"),
        recorder.post(f"{work}/leave/", {"answers": "?"}),
        recorder.post(f"{work}/leave/", {"answers": "keep", "sure": "on"}),
        recorder.get(f"{work}/done/"),
        recorder.get(link),
    ]
    recorder.close()

    assert statuses == [200, 303, 200, 422, 303, 200, 422, 303, 303, 200, 303, 303]
    never = {entry.name for entry in annotator_urls} - opened
    # For crowd workers alone: test_crowd_doors.py.
    assert never == {"other_device"}
    assert [answer.status for answer in goodbye[:2]] == [200, 422]
    assert_no_names_or_ids([recorder])


def prepare(study: Study) -> str:
    """Give the study all that may come before the first batch; its link."""
    for kind in DocumentKind:
        factories.make_document(study, kind)
    ComprehensionQuestion.objects.create(
        study=study, position=1, text="Who?", choices=["A", "B"], right_choice=1
    )
    TrainingItem.objects.create(
        study=study, position=1, text="so cute", origin="human", feedback="A slip"
    )
    invitation = Invitation.objects.create(
        study=study,
        kind=InvitationKind.LINK,
        label="zq-people",
        created_by=factories.make_researcher(),
    )
    return f"/join/{invitation_token(invitation)}/"


def go_in(recorder: Recorder, link: str, work: str) -> list[Exchange]:
    """Join, agree, answer the check and practise: first wrong, then right."""
    agreed: dict[str, object] = {kind.value: "on" for kind in DocumentKind}
    agreed |= {f"{kind.value}_version": 1 for kind in DocumentKind}
    return [
        recorder.get(link),
        recorder.post(link),
        recorder.get(f"{work}/consent/"),
        recorder.post(f"{work}/consent/"),
        recorder.post(f"{work}/consent/", agreed),
        recorder.get(f"{work}/comprehension/"),
        recorder.post(f"{work}/comprehension/"),
        recorder.post(f"{work}/comprehension/", {"question-1": 0}),
        recorder.post(f"{work}/comprehension/", {"question-1": 1}),
        recorder.get(f"{work}/training/"),
        recorder.post(f"{work}/training/", {"position": 1}),
        recorder.post(
            f"{work}/training/", {"position": 1, "verdict-1": "ai", "score-1": 2}
        ),
    ]


def open_every_page(recorder: Recorder, study: Study, place: str) -> set[str]:
    """Ask for each annotator's address with the own ids; names of those that answer."""
    own = {"assignment": place.split("/")[2], "number": "1"}
    own["study"] = str(study.public_id)
    message = send_message(
        study=study,
        title="We close on Friday",
        text="Please finish by then.",
        audience=Audience.EVERYBODY,
        actor=factories.make_researcher(),
    )
    own["message"] = str(message.public_id)
    assert "Please finish by then." in recorder.get("/").text
    opened = set()
    for name, route in every_address():
        short = name.removeprefix("annotation:")
        if short == name or short not in {entry.name for entry in annotator_urls}:
            continue
        path = fill(route, own)
        answers = [recorder.get(path)]
        # Each of these would end the walk; a wrong body is a 422.
        if short not in {"submit", "next_batch", "leave", "consent"}:
            answers.append(recorder.post(path, {"position": "x", "answers": "?"}))
        if {answer.status for answer in answers} & {200, 204, 302, 303, 422}:
            opened.add(str(short))
    submitted = recorder.post(f"{place}submit/", every_answer())
    assert submitted.status == 303, submitted
    own_work = f"/work/{study.public_id}/submitted/1/"
    assert recorder.get(own_work).status == 200
    return opened | {"submit", "next_batch", "submitted_batch"}


def every_answer() -> dict[str, object]:
    """The page's whole form, filled."""
    positions = range(1, 31)
    return {
        **{f"verdict-{position}": "human" for position in positions},
        **{f"score-{position}": position % 6 for position in positions},
    }
