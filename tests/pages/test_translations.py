"""The check that keeps the catalogues complete."""

import ast
import re
from pathlib import Path

import pytest

from pages.translations import KEYWORDS, faults, sources, update

TEMPLATE = """{% load i18n %}<a title="{% translate "Skip to main content" %}">
{% blocktranslate trimmed count n=n %}
  {{ n }} comment
{% plural %}
  {{ n }} comments
{% endblocktranslate %}
{{ _("Sign in") }} it's {# {% translate "Never extracted" %} #}</a>"""
ROOT = Path(__file__).resolve().parents[2]
FRENCH = "locale/fr/LC_MESSAGES/django.po"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "base.html").write_text(TEMPLATE)
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "forms.py").write_text('label = _("Records of %(name)s")')
    update(tmp_path, "fr")
    return tmp_path


def translate(project: Path, text: str, translation: str) -> None:
    catalogue = project / FRENCH
    before = f'{text}"\nmsgstr ""'
    assert before in catalogue.read_text()
    after = f'{text}"\nmsgstr "{translation}"'
    catalogue.write_text(catalogue.read_text().replace(before, after))


def complete(project: Path) -> None:
    translate(project, "Skip to main content", "Aller au contenu")
    translate(project, "Sign in", "Se connecter")
    catalogue = project / FRENCH
    text = catalogue.read_text()
    catalogue.write_text(re.sub(r'(msgstr\[.\]) ""', r'\1 "%(n)s commentaires"', text))
    update(project, "fr")


def test_every_text_of_templates_and_python_gets_into_the_catalogue(
    project: Path,
) -> None:
    catalogue = (project / FRENCH).read_text()

    for text in (
        'msgid "Skip to main content"',
        'msgid "%(n)s comment"\nmsgid_plural "%(n)s comments"',
        'msgid "Sign in"',
        'msgid "Records of %(name)s"',
    ):
        assert text in catalogue
    assert "Never extracted" not in catalogue


def test_a_gap_is_a_fault_only_where_annotators_see_it(project: Path) -> None:
    found = "\n".join(faults(project, "fr"))

    assert found.count("not translated, and annotators see it") == 3
    assert "Records of" not in found


def test_a_complete_catalogue_has_no_faults(project: Path) -> None:
    complete(project)

    assert list(faults(project, "fr")) == []


def test_a_text_that_changed_makes_the_catalogue_out_of_date(project: Path) -> None:
    complete(project)
    template = project / "templates" / "base.html"
    template.write_text(TEMPLATE.replace("Sign in", "Log in"))

    assert "older than the sources" in "\n".join(faults(project, "fr"))


def test_a_translation_that_was_not_compiled_is_a_fault(project: Path) -> None:
    complete(project)
    catalogue = project / FRENCH
    catalogue.write_text(catalogue.read_text().replace("Se connecter", "Connexion"))

    assert "compiled catalogue is older" in "\n".join(faults(project, "fr"))


def test_placeholders_must_survive_the_translation_everywhere(project: Path) -> None:
    complete(project)
    translate(project, "Records of %(name)s", "Enregistrements de %(nom)s")
    update(project, "fr")

    assert "placeholders" in "\n".join(faults(project, "fr"))


def test_an_update_keeps_what_is_translated(project: Path) -> None:
    complete(project)
    (project / "templates" / "_header.html").write_text('{% translate "Corpus" %}')

    update(project, "fr")

    catalogue = (project / FRENCH).read_text()
    assert "Se connecter" in catalogue
    assert 'msgid "Corpus"' in catalogue


def test_no_sentence_is_put_together_around_a_translation() -> None:
    """What ruff's INT rules leave: a translation inside an f-string."""
    found = [
        f"{path}:{node.lineno}"
        for path in sources(ROOT)
        if path.suffix == ".py"
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KEYWORDS
    ]

    assert found == []
