"""Parts of pages that are drawn once: nothing of one person stays for the next."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import mark_safe
from django.utils.translation import override


def template(source: str) -> Template:
    return Template("{% load drawing i18n %}" + source)


def test_the_part_knows_only_what_it_names() -> None:
    page = template(
        "{% drawn_once total=total %}{{ total }} of {{ name }}{% enddrawn_once %}"
    )

    first = page.render(Context({"total": 29, "name": "alice"}))
    second = page.render(Context({"total": 29, "name": "bob"}))

    assert first == second == "29 of "


def test_live_parts_are_drawn_for_each_reader() -> None:
    page = template(
        "{% drawn_once total=total %}"
        "<b>{% live %}{{ name }}{% endlive %}</b> of {{ total }}"
        "{% live %}{% if done %}, done{% endif %}{% endlive %}"
        "{% enddrawn_once %}"
    )

    first = page.render(Context({"total": 3, "name": "alice", "done": True}))
    second = page.render(Context({"total": 3, "name": "<bob>", "done": False}))

    assert first == "<b>alice</b> of 3, done"
    assert second == "<b>&lt;bob&gt;</b> of 3"


def test_it_is_drawn_again_for_other_values() -> None:
    page = template("{% drawn_once n=n %}{{ n }}{% enddrawn_once %}")

    # 1 and True are equal, and so are a text and the same text as markup.
    values = [1, True, 2, "<i>", mark_safe("<i>"), 1]

    shown = [page.render(Context({"n": value})) for value in values]
    assert shown == ["1", "True", "2", "&lt;i&gt;", "<i>", "1"]


def test_it_is_drawn_again_for_another_language() -> None:
    page = template("{% drawn_once %}{% translate 'Guidelines' %}{% enddrawn_once %}")

    english = page.render(Context())
    with override("zh-hans"):
        chinese = page.render(Context())

    assert english == "Guidelines"
    assert chinese != english
    assert page.render(Context()) == english


def test_a_part_within_a_part_keeps_its_live_parts() -> None:
    page = template(
        "{% drawn_once a=a %}{{ a }}"
        "{% drawn_once b=a %}{{ b }}{% live %}{{ name }}{% endlive %}"
        "{% enddrawn_once %}{% enddrawn_once %}"
    )

    assert page.render(Context({"a": 1, "name": "alice"})) == "11alice"
    assert page.render(Context({"a": 1, "name": "bob"})) == "11bob"


def test_without_a_part_around_it_live_changes_nothing() -> None:
    page = template("{% live %}{{ name }}{% endlive %}")

    assert page.render(Context({"name": "alice"})) == "alice"


@pytest.mark.parametrize(
    "source",
    [
        "{% drawn_once total %}{% enddrawn_once %}",
        "{% drawn_once %}{% block title %}{% endblock %}{% enddrawn_once %}",
    ],
)
def test_what_could_not_be_right_is_refused(source: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="drawn_once"):
        template(source)
