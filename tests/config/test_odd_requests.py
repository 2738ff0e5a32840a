"""Addresses and parameters that no page links to: answered, never a fault of ours."""

import re
from urllib.parse import quote

import pytest
from django.test import Client

from tests.blindness.test_doors import every_address
from tests.factories import make_admin, make_media, make_open_study

pytestmark = pytest.mark.django_db

ODD = ("\0", "9" * 500, "x.json", "'\"<> 𝔘ñí")


@pytest.fixture
def admin() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_admin())
    return client


def faults(client: Client, addresses: list[str]) -> list[str]:
    return [
        address[:80] for address in addresses if client.get(address).status_code >= 500
    ]


def test_odd_values_in_a_path_are_no_fault(admin: Client) -> None:
    study = make_open_study(videos=1, ai_sources=1)
    make_media(study.batches.get().video)
    known = {"uuid": str(study.public_id), "int": str(study.batches.get().video_id)}

    def filled(route: str, odd: str) -> str:
        route = re.sub(r"\(\?P<format>[^)]*\)\??/?\??", "", route)
        route = re.sub(r"\(\?P<(\w+)>\[[^)]*\)", r"<str:\1>", route)
        route = re.sub(r"<uuid:[^>]+>", known["uuid"], route)
        return re.sub(
            r"<(?:(\w+):)?[^>]+>",
            lambda kind: "9" * 30 if kind.group(1) == "int" else quote(odd, safe=""),
            route.translate({ord(sign): None for sign in "^$"}).replace("\\Z", ""),
        ).replace("\\.", ".")

    addresses = [
        filled(route, odd)
        for name, route in every_address()
        if "<" in route and not name.startswith("admin:")
        for odd in ODD
    ]

    assert len(addresses) > 200
    assert faults(admin, addresses) == []


def test_odd_values_of_parameters_are_no_fault(admin: Client) -> None:
    study = make_open_study(videos=1, ai_sources=1)
    names = ("page", "study", "source", "cursor", "score")
    pages = (
        "/corpus/",
        "/studies/",
        f"/studies/{study.public_id}/videos/",
        f"/studies/{study.public_id}/report/",
        f"/studies/{study.public_id}/report/comments/",
        "/api/judgments/",
        "/api/batches/",
    )

    addresses = [
        f"{page}?{name}={quote(odd, safe='')}"
        for page in pages
        for name in names
        for odd in ODD
    ]

    assert faults(admin, addresses) == []


@pytest.mark.parametrize("path", ["progress.json", "progress/"])
def test_the_api_knows_no_other_form_of_an_address(admin: Client, path: str) -> None:
    study = make_open_study(videos=1, ai_sources=1).public_id

    assert admin.get(f"/api/studies/{study}/progress/").status_code == 200
    assert admin.get(f"/api/studies/{study}/progress.json").status_code == 404
    assert admin.get(f"/api/studies/not-a-uuid/{path}").status_code == 404
