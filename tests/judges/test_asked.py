"""A model behind a real server is asked as annotators are, and becomes a judge."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from analysis.models import JudgeKind, StudyJudge
from analysis.services.judges import card_in, study_estimate
from annotation.models import DocumentKind, Study
from corpus.media_files import stored
from generation.installation import known_entry
from generation.models import JobState
from generation.services.claims import claim_of, due
from generation.services.engines import EngineKeeper
from judges.errors import JudgeError
from judges.models import JudgeRun, RunMode, RunState, RunView
from judges.selectors.previews import Manner, preview_run
from judges.services.asking import ask_judge
from judges.services.runs import cancel_run, fit_again, retry_run, start_run
from judges.services.tending import judges_to_fit, runs_to_announce
from tests.analysis.judge.studies import make_half_judged_study
from tests.factories import make_document, make_media, make_study
from tests.generation.chat_server import Handler
from tests.judges.servers import MODEL, asked_site, comments_in, judge_well
from tests.specimens.clips import write_clip

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Iterator[EngineKeeper]:
    keeper = EngineKeeper()
    yield keeper
    keeper.close()


def small_study() -> Study:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    make_document(study, DocumentKind.GUIDELINES, "Beware of *em dashes*. {question}")
    return study


def begin(study: Study, manner: Manner | None = None) -> JudgeRun:
    return start_run(
        study=study, entry=known_entry(MODEL), manner=manner or Manner(seed=3)
    )


def work_on(run: JudgeRun, keeper: EngineKeeper) -> JudgeRun:
    """What a worker does with one message."""
    ask_judge(run_id=run.pk, worker="tests@here", keeper=keeper)
    return JudgeRun.objects.select_related("judge", "study").get(pk=run.pk)


def test_a_model_is_asked_about_every_batch_and_becomes_a_judge(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    study = small_study()
    with asked_site(settings, tmp_path) as seen:
        run = work_on(begin(study), keeper)

    judge = run.judge
    assert judge is not None
    assert judge.is_done, judge.error
    assert run.state == RunState.DONE
    assert len(seen.bodies) == 8
    assert judge.guesses.count() == 8 * 3
    # Its opinion is what made the verdicts, so it is better than chance.
    assert card_in(judge).videos.auc.value > 0.6
    assert judge.provenance["revision"] == "served-2025-01-01"
    assert judge.provenance["prompt_hash"] == run.prompt_hash
    assert judge.provenance["unread"] == 0
    assert study_estimate(judge, replicates=0).judge == "Asked model"


def test_it_gets_the_guidelines_and_never_an_origin(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    study = small_study()
    with asked_site(settings, tmp_path) as seen:
        work_on(begin(study), keeper)

    for body in seen.bodies:
        prompt = body["messages"][-1]["content"][-1]["text"]
        assert "Beware of *em dashes*. Was it written by a human or by AI?" in prompt
        sent = json.dumps(body)
        for source in study.sources.all():
            assert source.key not in sent
            assert source.title not in sent
        assert "origin" not in sent
        assert "image_url" not in sent
    # Shuffled: the stored order, people first, would tell.
    stored = {
        tuple(row.comment.text for row in batch.batch_comments.order_by("pk"))
        for batch in study.batches.all()
    }
    sent_orders = {
        tuple(comments_in(body["messages"][-1]["content"][-1]["text"]).values())
        for body in seen.bodies
    }
    assert {tuple(sorted(one)) for one in sent_orders} == {
        tuple(sorted(one)) for one in stored
    }
    assert len(sent_orders - stored) > 3


def test_unread_answers_are_counted_and_their_comments_have_no_guess(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    def behave(server: Handler, number: int) -> None:
        if number == 1:
            server.say("I would rather not.")
        else:
            judge_well(server, number)

    study = small_study()
    with asked_site(settings, tmp_path, behave):
        run = work_on(begin(study), keeper)

    judge = run.judge
    assert judge is not None
    assert (judge.provenance["unread"], judge.provenance["asked"]) == (3, 24)
    assert judge.guesses.count() == 7 * 3


def test_a_model_that_never_answers_as_asked_gives_no_judge(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    with asked_site(settings, tmp_path, lambda server, _: server.say("No.")):
        run = work_on(begin(small_study()), keeper)

    assert run.state == RunState.DONE
    assert run.judge is None
    assert not StudyJudge.objects.exists()


def test_a_run_goes_on_where_a_worker_left_it(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    def behave(server: Handler, number: int) -> None:
        if number > 3:
            server.fail(503)
        else:
            judge_well(server, number)

    study = small_study()
    with asked_site(settings, tmp_path, behave):
        run = work_on(begin(study), keeper)
        for _try in range(2):
            run = work_on(run, keeper)
    kept = {job.pk: job.reply for job in run.jobs.filter(state=JobState.DONE)}
    assert len(kept) == 3
    assert run.judge is not None  # on what there is; the rest is missing

    with asked_site(settings, tmp_path) as seen:
        keeper.close()
        assert retry_run(run=run) == 5
        run = work_on(run, keeper)

    assert len(seen.bodies) == 5
    assert run.state == RunState.DONE
    assert {pk: run.jobs.get(pk=pk).reply for pk in kept} == kept
    assert run.judge is not None
    assert run.judge.guesses.count() == 24


def test_batches_of_a_vanished_worker_wait_again_and_are_announced(
    settings: Settings, tmp_path: Path
) -> None:
    with asked_site(settings, tmp_path):
        run = begin(small_study())
        claim = claim_of(waiting=due(run.jobs.all()), limit=4)
        assert claim is not None
        ago = timezone.now() - timedelta(minutes=5)
        claim.held.update(leased_until=ago)

        found = runs_to_announce(queue_length=lambda _queue: 0)

    assert [(one.owner_id, one.job_count) for one in found] == [(run.pk, 8)]
    assert run.jobs.filter(state=JobState.WAITING).count() == 8


def test_a_judge_that_no_worker_fitted_is_fitted_later(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    settings.GENERATION_WAKE_AGAIN_SECONDS = 0
    with asked_site(settings, tmp_path):
        run = work_on(begin(small_study()), keeper)
    assert judges_to_fit(JudgeKind.ASKED) == []

    StudyJudge.objects.all().delete()
    run.refresh_from_db()
    assert fit_again(run=run)
    run.refresh_from_db()

    assert judges_to_fit(JudgeKind.ASKED) == [run.judge_id]


def test_several_samples_come_in_other_orders_and_are_averaged(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    def first_is_human(server: Handler, _number: int) -> None:
        server.say('{"1": 100, "2": 0, "3": 0}')

    study = small_study()
    with asked_site(settings, tmp_path, first_is_human) as seen:
        run = work_on(begin(study, Manner(samples=4, seed=1)), keeper)

    assert len(seen.bodies) == 32
    assert {body["temperature"] for body in seen.bodies} == {1.0}
    judge = run.judge
    assert judge is not None
    assert judge.given is not None
    assert {*judge.given.values()} <= {0, 0.25, 0.5, 0.75, 1}
    assert len({*judge.given.values()}) > 2


def test_what_cannot_be_asked_is_said(settings: Settings, tmp_path: Path) -> None:
    with asked_site(settings, tmp_path):
        entry = known_entry(MODEL)
        study = small_study()
        for of, manner, words in (
            (make_study(), Manner(), "Seal the study first"),
            (study, Manner(RunView.FRAMES), "No video of this study has a file"),
            (study, Manner(samples=11), "1 to 10 times"),
            (study, Manner(mode=RunMode.LIKELIHOOD), "does not tell likelihoods"),
        ):
            with pytest.raises(JudgeError, match=words):
                start_run(study=of, entry=entry, manner=manner)
        begin(study)
        with pytest.raises(JudgeError, match="being asked already"):
            begin(study)
        preview = preview_run(study=study, entry=entry, manner=Manner())
    assert preview.question_count == 8
    assert preview.cost is not None
    assert preview.cost.usd is not None
    assert 0 < preview.cost.usd < 1
    assert "Beware of" in preview.example


def test_a_cancelled_run_asks_nothing_and_gives_no_judge(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    with asked_site(settings, tmp_path) as seen:
        run = begin(small_study())
        assert cancel_run(run=run) == 8
        run = work_on(run, keeper)

    assert (seen.bodies, run.state, run.judge) == ([], RunState.CANCELLED, None)
    with pytest.raises(JudgeError, match="isn't done"):
        fit_again(run=run)


def test_a_done_job_has_chances(settings: Settings, tmp_path: Path) -> None:
    with asked_site(settings, tmp_path):
        run = begin(small_study())

    with (
        pytest.raises(IntegrityError, match="done_judge_job_has_chances"),
        transaction.atomic(),
    ):
        run.jobs.update(state=JobState.DONE)


def test_the_command_asks_and_then_prints_the_card(
    settings: Settings,
    tmp_path: Path,
    keeper: EngineKeeper,
    capsys: pytest.CaptureFixture[str],
) -> None:
    study = small_study()
    with asked_site(settings, tmp_path) as seen:
        call_command("judge", study.key, "--with", MODEL)
        assert "asking about 8 batches" in capsys.readouterr().out
        call_command("judge", study.key, "--with", MODEL)
        assert "0 of 8 batches answered" in capsys.readouterr().out
        work_on(JudgeRun.objects.get(), keeper)
        call_command("judge", study.key, "--with", MODEL)
        with pytest.raises(CommandError, match="No model is called nobody"):
            call_command("judge", study.key, "--with", "nobody")

    text = capsys.readouterr().out
    for words in (
        "# Judge card: Asked model",
        "- Prompt version: judge-1",
        "- Answers without a readable number: 0 of 24",
        "served-2025-01-01",
        "Bias by source",
    ):
        assert words in text
    assert len(seen.bodies) == 8
    assert StudyJudge.objects.get().kind == JudgeKind.ASKED


def test_frames_go_along_where_they_are_wanted(
    settings: Settings, tmp_path: Path, keeper: EngineKeeper
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    study = small_study()
    for number, batch in enumerate(study.batches.select_related("video")[:2]):
        media = make_media(batch.video, sha256=f"{number:064x}")
        file = stored(media.original)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_clip(file)

    with asked_site(settings, tmp_path) as seen:
        run = work_on(begin(study, Manner(RunView.FRAMES)), keeper)

    assert run.jobs.count() == 2
    for body in seen.bodies:
        kinds = [part["type"] for part in body["messages"][0]["content"]]
        assert kinds.count("image_url") == 2
        assert "You see frames of the video." in json.dumps(body)
