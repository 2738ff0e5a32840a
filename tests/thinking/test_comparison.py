"""A build's accuracies beside the judgments of a study."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from annotation.instrument import Verdict
from annotation.models import BatchComment, MembershipRole
from corpus.models import Source
from tasks.exchange.replies import ImportedReply, reply_line
from tests.analysis.studies import Answer, Judged, make_judged_study
from tests.corpus.pages.showing import signed_in
from tests.factories import join, make_researcher, make_source
from tests.thinking.making import make_run, make_sealed_build
from thinking.models import Build
from thinking.selectors.results import current_comparison
from thinking.services.imports import ReplyFile, import_replies, set_run_aside

pytestmark = pytest.mark.django_db


def by_number(comment: BatchComment, annotator: int) -> Answer:
    """Writers with higher numbers pass as human with more annotators."""
    if comment.source.is_human:
        return (Verdict.HUMAN, 5)
    number = int(comment.source.key.rpartition("-")[2])
    return (Verdict.HUMAN, 4) if annotator < number else (Verdict.AI, 1)


def make_both(count: int, folder: Path) -> tuple[Build, Judged]:
    """Sources that answer more items rightly, the more often they pass as human."""
    sources = [make_source(f"model-{number}") for number in range(count)]
    judged = make_judged_study(
        videos=2, annotators=count, judge=by_number, ai_sources=sources
    )
    build = make_sealed_build()
    items = [*build.items.all()]
    for number, source in enumerate(sources):
        path = folder / f"{source.key}.jsonl"
        right = round(len(items) * (number + 1) / (count + 1))
        answer(build, source, path, right)
    return build, judged


def answer(build: Build, source: Source, path: Path, right: int) -> None:
    lines = [
        reply_line(
            ImportedReply(
                item.item_id, "ABCD"[(item.answer + (number * 7 % 105 >= right)) % 4]
            )
        )
        for number, item in enumerate(build.items.all())
    ]
    path.write_text("".join(lines))
    import_replies(build=build, file=ReplyFile(path, path.name, source.key))


def test_eight_sources_in_the_same_order_go_together(tmp_path: Path) -> None:
    build, judged = make_both(8, tmp_path)

    found = current_comparison(build, judged.study)

    assert len(found.sources) == 8
    assert found.association.rho == pytest.approx(1, abs=0.1)
    assert found.association.lo <= found.association.rho
    # Kept, and the same again.
    assert current_comparison(build, judged.study) == found


def test_with_few_sources_there_are_points_and_no_coefficient(tmp_path: Path) -> None:
    build, judged = make_both(2, tmp_path)
    researcher = make_researcher()
    join(judged.study, researcher, MembershipRole.RESEARCHER)
    client = Client()
    client.force_login(researcher)
    address = reverse("thinking:compare", args=[build.name])

    shown = client.get(address, {"study": judged.study.key}).content.decode()

    assert "There is no coefficient" in shown
    assert shown.count("<circle") == 2
    assert (
        address
        in client.get(reverse("thinking:results", args=[build.name])).content.decode()
    )


def test_only_runs_that_count_and_sources_of_both_are_compared(tmp_path: Path) -> None:
    build, judged = make_both(2, tmp_path)
    make_run(tmp_path, "Stranger")
    run = build.runs.get(source__key="model-1")

    set_run_aside(run=run, reason="Wrong checkpoint.")

    found = current_comparison(build, judged.study)
    assert [one.key for one in found.sources] == ["model-0"]


def test_a_study_of_others_is_not_shown(client: Client, tmp_path: Path) -> None:
    build, judged = make_both(1, tmp_path)
    address = reverse("thinking:compare", args=[build.name])
    stranger = signed_in(Role.RESEARCHER)

    shown = stranger.get(address, {"study": judged.study.key}).content.decode()

    assert judged.study.title not in shown
    assert "No study is available to you." in shown
    assert signed_in(Role.ANNOTATOR).get(address).status_code == 403
    assert client.get(address, headers={"accept": "text/html"}).status_code == 302
