"""The annotator's way in Chinese, and in the language that a study fixes."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client

from annotation.models import (
    ComprehensionQuestion,
    DocumentKind,
    Membership,
    Study,
    TrainingItem,
)
from annotation.rules.studies.default_documents import default_document, in_language
from corpus.models import Comment, Origin
from tests.annotation.views.judging.annotator_pages.ways import url
from tests.factories import give_work, make_document, submit_all

pytestmark = pytest.mark.django_db

CHINESE = "zh-hans"
# Names, the way back to English, and what the browser's own controls are called.
ALLOWED = {"MIMIC", "Bench", "English", "AI", "Cookie", "Tab", "Ctrl", "Enter"}


class Words(HTMLParser):
    """What a person reads or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("script", "style", "kbd")
        named = ("aria-label", "title", "alt", "placeholder")
        self.texts += [value or "" for name, value in attrs if name in named]

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("script", "style", "kbd")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.texts.append(data)


def english_in(page: str, *names: str) -> set[str]:
    reader = Words()
    reader.feed(page)
    text = " ".join(reader.texts)
    for name in names:
        text = text.replace(name, "")
    return set(re.findall(r"[A-Za-z]{2,}", text)) - ALLOWED


@pytest.fixture
def chinese(annotator: Client, study: Study, membership: Membership) -> Client:
    annotator.cookies[settings.LANGUAGE_COOKIE_NAME] = CHINESE
    Study.objects.filter(pk=study.pk).update(title="评论研究")
    for kind in DocumentKind:
        make_document(study, kind, default_document(kind, CHINESE))
    ComprehensionQuestion.objects.create(
        study=study, position=1, text="谁写的？", choices=["甲", "乙"], right_choice=0
    )
    TrainingItem.objects.create(
        study=study, position=1, text="练习", origin=Origin.HUMAN, feedback="好"
    )
    assert membership.user is not None
    return annotator


def test_the_whole_way_is_in_chinese(
    chinese: Client, study: Study, membership: Membership
) -> None:
    assert membership.user is not None
    names = (membership.user.username, *Comment.objects.values_list("text", flat=True))
    seen = {}

    def look(where: str) -> None:
        page = chinese.get(url(study, where), follow=True).content.decode()
        assert f'lang="{CHINESE}"' in page
        seen[where or "work"] = english_in(page, *names)

    look("consent/")
    agreed = dict.fromkeys(("guidelines", "consent"), "on")
    versions = {"guidelines_version": "1", "consent_version": "1"}
    chinese.post(url(study, "consent/"), agreed | versions)
    look("comprehension/")
    chinese.post(url(study, "comprehension/"), {"question-1": "1"})
    look("comprehension/")
    chinese.post(url(study, "comprehension/"), {"question-1": "0"})
    look("training/")
    chinese.post(
        url(study, "training/"), {"position": "1", "verdict-1": "ai", "score-1": "0"}
    )
    look("training/?answered=1")
    look("guidelines/")
    look("")
    assignment = give_work(Membership.objects.get(pk=membership.pk))
    look("")
    refused = chinese.post(f"/assignments/{assignment.public_id}/submit/", {})
    seen["incomplete"] = english_in(refused.content.decode(), *names)
    submit_all(assignment)
    look("done/")
    look("leave/")
    seen["home"] = english_in(chinese.get("/").content.decode(), *names)
    seen["password"] = english_in(
        chinese.get("/accounts/password/").content.decode(), *names
    )

    assert {where: words for where, words in seen.items() if words} == {}


def test_a_study_can_fix_the_language_of_its_pages(
    annotator: Client, study: Study, membership: Membership
) -> None:
    Study.objects.filter(pk=study.pk).update(language=CHINESE)
    assert membership.pk

    page = annotator.get(url(study), follow=True).content.decode()
    home = annotator.get("/").content.decode()

    assert f'lang="{CHINESE}"' in page
    assert "此研究的语言" in page
    assert 'name="language"' not in page
    assert 'lang="en"' in home


def test_default_texts_follow_the_language_and_edited_ones_stay() -> None:
    for kind in DocumentKind:
        english = default_document(kind)
        as_sent = english.strip().replace("\n", "\r\n")

        assert in_language(kind, as_sent, CHINESE) == default_document(kind, CHINESE)
        assert in_language(kind, as_sent, CHINESE) != english
        assert in_language(kind, "My own words", CHINESE) == "My own words"
