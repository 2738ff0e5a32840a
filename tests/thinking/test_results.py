"""The results of a build on the platform, and again without it."""

import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from analysis.__main__ import main
from analysis.thinking.computing import results_of
from analysis.thinking.rendering import as_json, as_markdown
from tests.corpus.pages.showing import signed_in
from tests.thinking.making import make_run, make_sealed_build
from thinking.models import Build
from thinking.selectors.answers import answered
from thinking.selectors.results import current_results
from thinking.services.imports import ReplyFile, import_replies, set_run_aside

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher() -> Client:
    return signed_in(Role.RESEARCHER)


def answer_without_video(build: Build, folder: Path) -> None:
    path = folder / "blind.jsonl"
    path.write_text(
        "".join(
            json.dumps({"item_id": item.item_id, "text": "ABCD"[item.answer]}) + "\n"
            for item in build.items.all()
        )
    )
    file = ReplyFile(path, path.name, "Model One", view="none")  # type: ignore[arg-type]
    import_replies(build=build, file=file)


def test_the_zip_gives_every_number_of_the_platform_again(
    researcher: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build = make_sealed_build()
    make_run(tmp_path, "Model One", text="B")
    make_run(tmp_path, "Model Two", text="No idea")
    answer_without_video(build, tmp_path)
    said = researcher.get(reverse("thinking:file", args=[build.name, "json"]))

    response = researcher.get(reverse("thinking:bundle", args=[build.name]))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    (tmp_path / "answers.zip").write_bytes(content)
    status = main(["thinking", str(tmp_path / "answers.zip"), "--format", "json"])

    assert status == 0
    again = capsys.readouterr().out
    assert again == said.content.decode()
    assert ZipFile(io.BytesIO(content)).read("results.json").decode() == again
    results = json.loads(again)["results"]
    assert [run["run"]["source"] for run in results["runs"]] == [
        "model-one",
        "model-one",
        "model-two",
    ]
    assert results["runs"][1]["macro"]["pct"] == 100
    assert results["runs"][2]["total"]["unreadable"] == build.item_count


def test_the_page_shows_each_run_beside_chance_and_the_published(
    researcher: Client, tmp_path: Path
) -> None:
    build = make_sealed_build()
    make_run(tmp_path, "Model <One>")
    answer_without_video(build, tmp_path)

    response = researcher.get(reverse("thinking:results", args=[build.name]))

    text = response.content.decode()
    assert "Model &lt;One&gt;" in text
    for words in ("best rule without the video", "What the video adds", "Gemini 2.5"):
        assert words in text
    assert "not computed here" in text
    detail = researcher.get(reverse("thinking:build", args=[build.name]))
    assert reverse("thinking:results", args=[build.name]) in detail.content.decode()


def test_a_run_that_was_left_out_is_in_no_table(
    researcher: Client, tmp_path: Path
) -> None:
    run = make_run(tmp_path)
    set_run_aside(run=run, reason="Wrong checkpoint.")

    response = researcher.get(reverse("thinking:results", args=[run.build.name]))

    text = response.content.decode()
    assert "1 run was left out." in text
    assert "No answers yet." in text
    assert results_of(answered(run.build)).runs == ()


@pytest.mark.parametrize("kind", ["csv", "md", "latex"])
def test_tables_are_downloaded_in_the_formats_of_papers(
    kind: str, researcher: Client, tmp_path: Path
) -> None:
    run = make_run(tmp_path)

    response = researcher.get(reverse("thinking:file", args=[run.build.name, kind]))

    assert "Model One" in response.content.decode()
    assert f'results.{kind}"' in response["Content-Disposition"]
    wrong = reverse("thinking:file", args=[run.build.name, "xls"])
    assert researcher.get(wrong).status_code == 404


def test_annotators_see_no_results(client: Client, tmp_path: Path) -> None:
    name = make_run(tmp_path).build.name
    annotator = signed_in(Role.ANNOTATOR)

    for url in (
        reverse("thinking:results", args=[name]),
        reverse("thinking:file", args=[name, "json"]),
        reverse("thinking:bundle", args=[name]),
    ):
        assert annotator.get(url).status_code == 403
        assert client.get(url, headers={"accept": "text/html"}).status_code == 302


def test_reading_the_answers_takes_one_query_a_run(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    build = make_sealed_build()
    for name in ("One", "Two"):
        make_run(tmp_path, name)

    with django_assert_num_queries(5):
        found = answered(build)

    assert len(found.runs) == 2


def test_results_are_computed_once_for_each_state_of_the_answers(
    tmp_path: Path,
) -> None:
    run = make_run(tmp_path, "One", text="B")
    build = run.build
    first = current_results(build)

    # The state of the answers alone is looked at, and the cache.
    with CaptureQueriesContext(connection) as again:
        kept = current_results(build)
    make_run(tmp_path, "Two", text="C")
    both = current_results(build)
    set_run_aside(run=run, reason="Wrong checkpoint.")
    one = current_results(build)

    assert not [q for q in again if '"thinking_item"' in q["sql"]]
    assert as_json(kept) == as_json(first)
    assert as_markdown(kept) == as_markdown(first)
    assert [len(found.runs) for found in (both, one)] == [2, 1]
