"""A study's pages in phases: what there is, and where an address is."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from analysis.urls import urlpatterns
from annotation.rules.studies.phases import (
    DRAFT_PHASES,
    SEALED_PHASES,
    Phase,
    phases_of,
    place_of,
)


@pytest.mark.parametrize("phases", [DRAFT_PHASES, SEALED_PHASES])
def test_a_name_is_one_page_and_each_page_exists(phases: tuple[Phase, ...]) -> None:
    pages = [page for phase in phases for page in phase.pages]
    study = uuid4()

    assert len({str(page.title) for page in pages}) == len(pages)
    assert len({reverse(page.url_name, args=[study]) for page in pages}) == len(pages)


def test_the_seal_makes_one_protocol_of_design_and_content() -> None:
    draft = [str(phase.title) for phase in phases_of(is_draft=True, is_admin=True)]
    sealed = [str(phase.title) for phase in phases_of(is_draft=False, is_admin=True)]

    assert draft == ["Overview", "Design", "Content", "People", "Results"]
    assert sealed == ["Overview", "Protocol", "People", "Results"]


def test_the_overview_of_an_item_study_is_its_own_page() -> None:
    phases = phases_of(is_draft=True, is_admin=True, is_of_comments=False)

    assert place_of("thinking:item_study", phases).is_page
    assert not place_of("annotation:study_seal", phases).is_page


def test_rounds_are_for_admins() -> None:
    rounds = "generation:study_rounds"

    assert place_of(rounds, phases_of(is_draft=True, is_admin=True)).is_page
    with pytest.raises(LookupError, match="has no place"):
        place_of(rounds, phases_of(is_draft=True, is_admin=False))


def test_a_page_beneath_another_is_found_in_its_phase() -> None:
    place = place_of("annotation:study_import", DRAFT_PHASES)

    assert (str(place.phase.title), str(place.page.title)) == ("Content", "Sources")
    assert not place.is_page


@pytest.mark.parametrize("phases", [DRAFT_PHASES, SEALED_PHASES])
def test_every_page_of_a_study_has_its_place(phases: tuple[Phase, ...]) -> None:
    fragments = {"bundle_state", "figure_state"}
    pages = [
        f"analysis:{pattern.name}"
        for pattern in urlpatterns
        if re.fullmatch(r"studies/.*(?<!again)/", str(pattern.pattern))
        and pattern.name not in fragments
    ]

    assert len(pages) > 5
    for name in pages:
        assert place_of(name, phases).page.title, name
