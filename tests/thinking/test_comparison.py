"""A build's accuracies beside the judgments of a study."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from analysis.thinking.labels.comparing import Measure
from annotation.instrument import Verdict
from annotation.models import BatchComment, MembershipRole
from corpus.models import Source
from tasks.exchange.replies import ImportedReply, reply_line
from tests.analysis.studies import Answer, Judged, make_judged_study
from tests.corpus.pages.showing import signed_in
from tests.factories import join, make_researcher, make_source
from tests.thinking.making import make_run, make_sealed_build
from tests.thinking.mmla import answer_labels, make_label_build
from thinking.models import Build
from thinking.selectors.results import (
    current_comparison,
    current_label_comparison,
    current_label_results,
)
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


def make_labelled(count: int, folder: Path) -> tuple[list[Build], Judged]:
    """The same with two sets of MMLA, of eight utterances each."""
    sources = [make_source(f"model-{number}") for number in range(count)]
    judged = make_judged_study(
        videos=2, annotators=count, judge=by_number, ai_sources=sources
    )
    builds = []
    for name in ("MUStARD", "MELD"):
        build = make_label_build(folder / name, name)
        builds.append(build)
        for number, source in enumerate(sources):
            said = {
                item.item_id: item.options[(item.answer + (place > number)) % 2]
                for place, item in enumerate(build.items.order_by("pk"))
            }
            answer_labels(folder, build, said, source=source.key)
    return builds, judged


def test_labels_are_compared_by_accuracy_and_by_f1(tmp_path: Path) -> None:
    builds, judged = make_labelled(8, tmp_path)

    for asked in (builds[:1], builds):
        accuracy, f1 = (
            current_label_comparison(asked, judged.study, measure)
            for measure in Measure
        )

        assert len(accuracy.sources) == len(f1.sources) == 8
        assert accuracy.association.rho == pytest.approx(1)
        results = [current_label_results(build) for build in asked]
        for source in accuracy.sources:
            own = [
                next(one for one in found.runs if one.run.source == source.key)
                for found in results
            ]
            (beside,) = (one for one in f1.sources if one.key == source.key)
            accuracies = [one.accuracy.pct for one in own]
            assert source.score_pct == pytest.approx(sum(accuracies) / len(own))
            f1s = [one.scores.f1 for one in own]
            assert beside.score_pct == pytest.approx(sum(f1s) / len(own), abs=1e-3)
        majorities = [found.majority for found in results]
        assert accuracy.baseline_pct == pytest.approx(
            sum(one.accuracy for one in majorities) / len(results), abs=1e-3
        )
        assert f1.baseline_pct == pytest.approx(
            sum(one.f1 for one in majorities) / len(results), abs=1e-3
        )


def test_without_builds_of_mmla_there_is_nothing_to_compare(tmp_path: Path) -> None:
    _build, judged = make_both(1, tmp_path)

    for measure in Measure:
        assert not current_label_comparison([], judged.study, measure).sources


def test_few_sources_of_labels_are_points_on_both_pages(tmp_path: Path) -> None:
    builds, judged = make_labelled(2, tmp_path)
    researcher = make_researcher()
    join(judged.study, researcher, MembershipRole.RESEARCHER)
    client = Client()
    client.force_login(researcher)
    asked = {"study": judged.study.key, "measure": "f1"}

    for address in (
        reverse("thinking:compare", args=[builds[0].name]),
        reverse("thinking:mmla_compare"),
    ):
        shown = client.get(address, asked).content.decode()
        assert "There is no coefficient" in shown
        assert "Macro F1, %" in shown
        assert shown.count("<circle") == 2
        assert client.get(address).status_code == 200
