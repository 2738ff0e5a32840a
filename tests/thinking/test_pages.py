"""The pages of item builds and of replies, and who sees them."""

import hashlib
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from tests.corpus.pages.showing import signed_in
from tests.thinking.making import (
    make_flagged_build,
    make_item_build,
    make_run,
    make_sealed_build,
    reply_file,
)
from thinking.models import AnswerRun, Build

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher() -> Client:
    return signed_in(Role.RESEARCHER)


def _pages(build: Build) -> list[str]:
    return [
        reverse("thinking:builds"),
        reverse("thinking:build", args=[build.name]),
        reverse("thinking:build_items", args=[build.name]),
    ]


def test_annotators_see_nothing_of_items_and_strangers_are_led_to_the_login(
    client: Client,
) -> None:
    build = make_item_build()
    annotator = signed_in(Role.ANNOTATOR)

    for url in _pages(build):
        assert annotator.get(url).status_code == 403
        led = client.get(url, headers={"accept": "text/html"})
        assert led["Location"].startswith(reverse("accounts:login"))
    seal = reverse("thinking:build_seal", args=[build.name])
    assert annotator.post(seal).status_code == 403
    build.refresh_from_db()
    assert not build.is_sealed


def test_without_builds_the_list_says_how_to_make_one(researcher: Client) -> None:
    shown = researcher.get(reverse("thinking:builds")).content.decode()

    assert "manage.py build_tasks" in shown


def test_the_list_leads_to_a_builds_report(researcher: Client) -> None:
    build = make_item_build()

    listed = researcher.get(reverse("thinking:builds")).content.decode()
    shown = researcher.get(reverse("thinking:build", args=[build.name]))

    assert reverse("thinking:build", args=[build.name]) in listed
    text = shown.content.decode()
    assert build.sha256 in text
    assert "Most often right elsewhere" in text
    for task in ("TiS", "DeS", "TaM", "ToM", "CaM", "CoM", "CoP"):
        assert f'<th scope="row">{task}</th>' in text


def test_the_download_is_what_the_hash_is_over(researcher: Client) -> None:
    build = make_item_build()

    response = researcher.get(reverse("thinking:build_items", args=[build.name]))

    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == build.sha256
    assert f'"{build.name}.jsonl"' in response["Content-Disposition"]


def test_a_build_is_sealed_with_one_button(researcher: Client) -> None:
    build = make_item_build()
    seal = reverse("thinking:build_seal", args=[build.name])

    response = researcher.post(seal)

    assert response.status_code == 303
    build.refresh_from_db()
    assert build.is_sealed
    shown = researcher.post(seal, follow=True).content.decode()
    assert "This build is sealed already." in shown
    assert "Seal build" not in shown


def test_a_flagged_build_asks_for_a_reason_in_red(researcher: Client) -> None:
    build = make_flagged_build()
    seal = reverse("thinking:build_seal", args=[build.name])

    refused = researcher.post(seal, {"reason": ""})

    assert refused.status_code == 422
    text = refused.content.decode()
    assert "CaM: longest option is right in 60.0 % of items" in text
    assert "notice danger" in text
    assert "Say why you use this build all the same." in text
    assert researcher.post(seal, {"reason": "To show it."}).status_code == 303
    shown = researcher.get(reverse("thinking:build", args=[build.name]))
    assert "To show it." in shown.content.decode()


def test_a_file_of_replies_is_imported_read_and_left_out(
    researcher: Client, tmp_path: Path
) -> None:
    build = make_sealed_build()
    item = build.items.first()
    assert item is not None
    path = reply_file(tmp_path, build, **{item.item_id: "<b>No idea</b>"})
    address = reverse("thinking:import", args=[build.name])
    sent = {"source": "Model One", "view": "video", "note": "v2"}

    form = researcher.get(address)
    with path.open("rb") as file:
        response = researcher.post(address, {**sent, "file": file})

    assert form.status_code == 200
    assert response.status_code == 303
    run = AnswerRun.objects.get()
    assert response["Location"] == reverse("thinking:run", args=[run.public_id])
    shown = researcher.get(response["Location"]).content.decode()
    assert f"{build.item_count} of {build.item_count}" in shown
    assert "Unreadable (1)" in shown
    unread = researcher.get(response["Location"], {"outcome": "unreadable"})
    assert "&lt;b&gt;No idea&lt;/b&gt;" in unread.content.decode()
    listed = researcher.get(reverse("thinking:build", args=[build.name]))
    assert response["Location"] in listed.content.decode()
    file_address = reverse("thinking:run_replies", args=[run.public_id])
    replies = researcher.get(file_address)
    content = b"".join(replies.streaming_content)  # type: ignore[attr-defined]
    assert content == path.read_bytes()
    aside = reverse("thinking:run_set_aside", args=[run.public_id])
    assert researcher.post(aside, {"reason": ""}).status_code == 422
    assert researcher.post(aside, {"reason": "A test."}).status_code == 303
    shown = researcher.get(response["Location"]).content.decode()
    assert "A test." in shown
    assert aside not in shown


def test_an_import_that_fails_says_why_and_keeps_what_was_entered(
    researcher: Client, tmp_path: Path
) -> None:
    build = make_sealed_build()
    address = reverse("thinking:import", args=[build.name])
    path = tmp_path / "mine.jsonl"
    path.write_text("nonsense\n")

    with path.open("rb") as file:
        sent = {"source": "Model One", "view": "none", "file": file}
        response = researcher.post(address, sent)

    assert response.status_code == 422
    text = response.content.decode()
    assert "mine.jsonl, line 1 is no reply" in text
    assert "Model One" in text
    assert not AnswerRun.objects.exists()
    assert researcher.post(address, {}).status_code == 422


def test_annotators_see_nothing_of_replies(client: Client, tmp_path: Path) -> None:
    run = make_run(tmp_path)
    annotator = signed_in(Role.ANNOTATOR)
    pages = [
        reverse("thinking:import", args=[run.build.name]),
        reverse("thinking:run", args=[run.public_id]),
        reverse("thinking:run_replies", args=[run.public_id]),
    ]

    for url in pages:
        assert annotator.get(url).status_code == 403
        assert client.get(url, headers={"accept": "text/html"}).status_code == 302
    aside = reverse("thinking:run_set_aside", args=[run.public_id])
    assert annotator.post(aside, {"reason": "No."}).status_code == 403
    run.refresh_from_db()
    assert not run.is_set_aside
