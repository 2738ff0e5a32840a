"""Judges in the database: kept apart from judgments, one version each; the command."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from analysis.errors import AnalysisError
from analysis.models import (
    ChoiceKind,
    JudgeGuess,
    JudgeKind,
    JudgePupil,
    ReportState,
    StoredEstimate,
    StudyJudge,
    VideoChance,
    VideoChoice,
)
from analysis.reporting.storing import from_plain, to_plain
from analysis.selectors.database import judgments_of
from analysis.services.judges import (
    Wanted,
    card_in,
    compute_estimate,
    compute_judge,
    estimate_in,
    record_choice,
    record_pupil,
    request_estimate,
    request_judge,
    study_estimate,
)
from annotation.models import Batch, BatchComment, Judgment, Membership, Study
from annotation.services.judging.withdrawals import withdraw_video
from annotation.services.people.exclusions import exclude_annotator
from corpus.models import Source
from generation.models import (
    Attempt,
    GenerationJob,
    GenerationRound,
    JobState,
    RoundScope,
    RoundSource,
)
from tests.analysis.judge.studies import make_half_judged_study
from tests.factories import make_admin, make_open_study

pytestmark = pytest.mark.django_db


def fitted(study: Study, wanted: Wanted | None = None) -> StudyJudge:
    judge, must_compute = request_judge(study=study, wanted=wanted or Wanted())
    if must_compute:
        compute_judge(stored_id=judge.pk)
        judge.refresh_from_db()
    assert judge.is_done, judge.error
    return judge


def gates(judge: StudyJudge, source: str = "human") -> list[str]:
    found = study_estimate(judge, replicates=0)
    (one,) = [one for one in found.sources if one.source == source]
    return [refusal.gate for refusal in one.refusals]


def test_a_judge_is_fitted_once_for_a_state_of_the_data() -> None:
    study = make_half_judged_study(videos=8, judged=6)

    first, again = fitted(study), fitted(study)

    assert first.pk == again.pk
    assert len(first.version) == len(first.training_hash) == 64
    assert first.training_hash == judgments_of(study).fingerprint
    assert JudgeGuess.objects.filter(judge=first).count() == 8 * 3
    assert JudgeGuess.objects.filter(judge=first, fold=None).count() == 2 * 3
    card = card_in(first)
    assert to_plain(card) == to_plain(from_plain(type(card), to_plain(card)))


def test_guesses_are_no_judgments() -> None:
    study = make_half_judged_study(videos=8, judged=6)
    before = (Judgment.objects.count(), judgments_of(study).fingerprint)

    fitted(study)

    assert (Judgment.objects.count(), judgments_of(study).fingerprint) == before


def test_a_judge_that_is_done_never_changes_and_takes_no_guess() -> None:
    judge = fitted(make_half_judged_study(videos=8, judged=6))
    guess = JudgeGuess.objects.filter(judge=judge).first()
    assert guess is not None
    place = guess.batch_comment_id
    guess.delete()

    with (
        pytest.raises(IntegrityError, match="judge_never_changes"),
        transaction.atomic(),
    ):
        StudyJudge.objects.filter(pk=judge.pk).update(version="f" * 64)
    with (
        pytest.raises(IntegrityError, match="guess_is_made_with_its_judge"),
        transaction.atomic(),
    ):
        JudgeGuess.objects.create(judge=judge, batch_comment_id=place, chance=0.5)
    with (
        pytest.raises(IntegrityError, match="guess_never_changes"),
        transaction.atomic(),
    ):
        JudgeGuess.objects.filter(judge=judge).update(chance=0.5)


def test_a_guess_is_of_a_comment_of_its_study_and_comes_once() -> None:
    study = make_half_judged_study(videos=8, judged=6)
    other = make_open_study()
    judge, _must = request_judge(study=study, wanted=Wanted())
    StudyJudge.objects.filter(pk=judge.pk).update(state=ReportState.COMPUTING)

    def guess(of: Study, chance: float = 0.5) -> None:
        batch = of.batches.all()[0]
        place = batch.batch_comments.all()[0]
        with transaction.atomic():
            JudgeGuess.objects.create(judge=judge, batch_comment=place, chance=chance)

    with pytest.raises(IntegrityError, match="guess_is_of_a_comment_of_its_study"):
        guess(other)
    with pytest.raises(IntegrityError, match="guess_is_a_chance"):
        guess(study, chance=1.5)
    guess(study)
    with pytest.raises(IntegrityError, match="comment_is_guessed_once"):
        guess(study)


def test_an_estimate_has_one_judge_with_a_card() -> None:
    study = make_half_judged_study(videos=8, judged=6)
    waiting, _must = request_judge(study=study, wanted=Wanted())

    with (
        pytest.raises(IntegrityError, match="estimate_has_one_measured_judge"),
        transaction.atomic(),
    ):
        StoredEstimate.objects.create(judge=waiting, stamp="x")
    with (
        pytest.raises(IntegrityError, match="done_judge_has_a_card_and_a_version"),
        transaction.atomic(),
    ):
        StudyJudge.objects.filter(pk=waiting.pk).update(state=ReportState.DONE)
    compute_judge(stored_id=waiting.pk)
    estimate, _must = request_estimate(judge=StudyJudge.objects.get(pk=waiting.pk))
    given = {f"c{row.comment_id}": 0.5 for row in _places(study)}
    other = fitted(study, Wanted(JudgeKind.GIVEN, "other", given))
    with (
        pytest.raises(IntegrityError, match="estimate_has_one_measured_judge"),
        transaction.atomic(),
    ):
        StoredEstimate.objects.filter(pk=estimate.pk).update(judge=other)


def _places(study: Study):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return [row for batch in study.batches.all() for row in batch.batch_comments.all()]


def test_rows_that_make_no_sense_are_refused() -> None:
    study = make_open_study()
    batch = Batch.objects.get(study=study)
    now = timezone.now()
    source = Source.objects.all()[0]

    def refused(name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
        return pytest.raises(IntegrityError, match=name)

    with refused("judge_kind_is_known"), transaction.atomic():
        StudyJudge.objects.create(study=study, stamp="a", kind="oracle", name="x")
    with refused("judge_of_given_guesses_has_them"), transaction.atomic():
        StudyJudge.objects.create(study=study, stamp="a", kind="given", name="x")
    with refused("choice_of_videos_is_known"), transaction.atomic():
        VideoChoice.objects.create(study=study, kind="whim", recorded_at=now)
    choice = VideoChoice.objects.create(
        study=study, kind="probabilities", recorded_at=now
    )
    with refused("chance_of_a_video_is_above_0_to_1"), transaction.atomic():
        VideoChance.objects.create(choice=choice, batch=batch, chance=0)
    pupil = {"study": study, "source": source, "recorded_at": now}
    with refused("pupils_judge_is_known"), transaction.atomic():
        JudgePupil.objects.create(kind="oracle", **pupil)
    record_pupil(study=study, source=source, kind=JudgeKind.SURFACE)
    with refused("pupil_is_recorded_once"), transaction.atomic():
        JudgePupil.objects.create(kind="surface", **pupil)


def test_estimates_are_kept_and_follow_the_data() -> None:
    study = make_half_judged_study()
    judge = fitted(study)
    stored, must_compute = request_estimate(judge=judge)
    assert must_compute
    compute_estimate(stored_id=stored.pk)
    stored.refresh_from_db()

    found = estimate_in(stored)

    assert stored.is_done, stored.error
    assert (found.judged_videos, found.videos, found.choice) == (32, 40, "random")
    assert found.version == judge.version
    for one in found.sources:
        assert one.powered is not None, one.refusals
        assert one.powered.lo < one.powered.pct < one.powered.hi
    assert request_estimate(judge=judge) == (stored, False)
    record_choice(study=study, kind=ChoiceKind.BY_HAND)
    assert request_estimate(judge=judge)[1]


def test_gates_see_what_the_database_knows() -> None:
    study = make_half_judged_study()
    judge = fitted(study)
    assert gates(judge) == []

    record_choice(study=study, kind=ChoiceKind.BY_HAND)
    assert gates(judge) == ["not random"]
    labels = [batch.video.label for batch in study.batches.all()]
    record_choice(
        study=study,
        kind=ChoiceKind.PROBABILITIES,
        chances=dict.fromkeys(labels[:-1], 0.8),
    )
    assert gates(judge) == ["not random"]  # of one video it is not known
    record_choice(
        study=study, kind=ChoiceKind.PROBABILITIES, chances=dict.fromkeys(labels, 0.8)
    )
    assert gates(judge) == []
    source = study.sources.all()[0]
    record_pupil(study=study, source=source, kind=JudgeKind.SURFACE)
    assert gates(judge, source.key) == ["pupil"]
    assert gates(judge) == []
    person = Membership.objects.filter(study=study, role="annotator")[0]
    exclude_annotator(membership=person, actor=make_admin(), reason="asleep")
    assert "exclusions" in gates(judge)
    assert "exclusions" not in gates(fitted(study))


def test_other_settings_under_other_videos_are_refused() -> None:
    study = make_half_judged_study()
    judge = fitted(study)
    writer = study.declared_sources[0]
    made = GenerationRound.objects.create(study=study, scope=RoundScope.MISSING)
    row = RoundSource.objects.create(
        round=made, source=writer, entry="tiny", queue="nowhere"
    )
    places = BatchComment.objects.filter(batch__study=study, source=writer)
    judged = {batch.pk for batch in study.batches.order_by("pk")[:32]}

    def write(temperature_of_others: float) -> None:
        Attempt.objects.all().delete()
        GenerationJob.objects.all().delete()
        for place in places.select_related("batch", "comment"):
            job = GenerationJob.objects.create(
                round_source=row,
                source=writer,
                video_id=place.batch.video_id,
                state=JobState.DONE,
                comment=place.comment,
            )
            heat = 0.7 if place.batch_id in judged else temperature_of_others
            Attempt.objects.create(
                job=job,
                number=1,
                seed=place.pk,
                decoding={"temperature": heat},
                comment=place.comment,
            )

    write(0.7)
    assert gates(judge, writer.key) == []
    write(1.0)
    assert gates(judge, writer.key) == ["settings"]
    assert gates(judge) == []


def test_small_studies_are_refused() -> None:
    judge = fitted(make_half_judged_study(videos=8, judged=6, annotators=4))

    assert gates(judge) == ["few videos", "few annotators"]


def test_guesses_of_another_judge_are_calibrated_or_refused() -> None:
    study = make_half_judged_study()
    given = {
        f"c{row.comment_id}": 0.9 if row.source.is_human else 0.4
        for row in _places(study)
    }

    honest = fitted(study, Wanted(JudgeKind.GIVEN, "mine", given))
    peeked = fitted(
        study, Wanted(JudgeKind.GIVEN, "mine", given, is_cross_fitted=False)
    )
    part = dict([*given.items()][: len(given) // 2])
    partial = fitted(study, Wanted(JudgeKind.GIVEN, "half", part))

    assert gates(honest) == []
    assert gates(peeked) == ["not cross-fitted"]
    assert gates(partial) == ["missing"]
    assert len({honest.version, peeked.version, partial.version}) == 3


def test_a_choice_of_videos_is_recorded_whole() -> None:
    study = make_open_study()

    for kind, chances, words in (
        (ChoiceKind.PROBABILITIES, {}, "Give the probability of every video"),
        (ChoiceKind.RANDOM, {"v": 0.5}, "Give the probability of every video"),
        (ChoiceKind.PROBABILITIES, {"v": 0.5}, "has no video v"),
        (
            ChoiceKind.PROBABILITIES,
            {study.batches.all()[0].video.label: 2.0},
            "above 0 and at most 1",
        ),
    ):
        with pytest.raises(AnalysisError, match=words):
            record_choice(study=study, kind=kind, chances=chances)


def test_withdrawn_videos_are_outside() -> None:
    study = make_half_judged_study(videos=8, judged=6)
    batch = study.batches.order_by("pk")[0]
    withdraw_video(batch=batch, reason="not ours", counts=False, actor=make_admin())

    judge = fitted(study)

    assert judge.excluded_videos == [batch.video.label]
    assert study_estimate(judge).videos == 7


def test_the_command_prints_card_and_estimates(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study = make_half_judged_study()
    file = tmp_path / "guesses.csv"

    call_command("judge", study.key, "--export", str(file))

    text = capsys.readouterr().out
    judge = StudyJudge.objects.get()
    for words in (
        "# Judge card: surface features",
        f"- Version: {judge.version}",
        f"- Training judgments: {judge.training_hash}",
        "## Bias by source",
        "# Judged-as-Human, by people and with a judge",
        "Prediction-powered: people's verdicts on 32 of 40 videos",
    ):
        assert words in text
    lines = [*csv.DictReader(io.StringIO(file.read_text()))]
    assert len(lines) == 120
    assert {line["version"] for line in lines} == {judge.version}

    call_command(
        "judge",
        study.key,
        "--guesses",
        str(file),
        "--name",
        "again",
        "--format",
        "json",
    )
    content = json.loads(capsys.readouterr().out)
    assert content["judge"] == "again"
    assert content["sources"][0]["people"]["pct"] > 0


def test_the_command_takes_known_chances_from_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study = make_half_judged_study()
    labels = [batch.video.label for batch in study.batches.select_related("video")]
    file = tmp_path / "chances.csv"
    file.write_text("video,chance\n" + "".join(f"{one},0.8\n" for one in labels))

    choice = ("--choice", "probabilities", "--chances", str(file))
    call_command("judge", study.key, *choice, "--format", "json")

    assert json.loads(capsys.readouterr().out)["choice"] == "probabilities"
    assert VideoChance.objects.filter(chance=0.8).count() == len(labels)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--guesses", "nowhere.csv"], "can't be read"),
        (["--pupil", "nobody"], "No source has the key nobody"),
        ([], "at least 5 videos"),
    ],
)
def test_the_command_explains_what_is_wrong(words: list[str], complaint: str) -> None:
    study = make_open_study()

    with pytest.raises(CommandError, match=complaint) as caught:
        call_command("judge", study.key, *words)

    assert caught.value.returncode == 2
