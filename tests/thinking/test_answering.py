"""Models answer items: a real tiny checkpoint, real clips, the rounds' own loop."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from analysis.thinking.bundle import read_bundle, write_bundle
from analysis.thinking.computing import results_of
from analysis.thinking.rendering import as_json
from analysis.thinking.tabulating import tables_of
from generation.engines.base import Answer, EngineError, Identity, Reason
from generation.installation import known_entry
from generation.models import JobState
from generation.services.claims import reap_of
from generation.services.engines import EngineKeeper
from generation.services.outcomes import Maker
from tasks.answering import TEXT_READINGS, Mode, View
from tests.faults.installation import ENTRY, MODEL
from tests.specimens.checkpoints import build as build_checkpoint
from tests.thinking.asking import begin, make_askable_build, work_on, write_entry
from tests.thinking.making import make_item_build, make_sealed_build
from thinking.errors import NotSealedError, RunError
from thinking.models import AnswerJob, AnswerRun, RunState
from thinking.selectors.answers import answered, run_replies
from thinking.selectors.builds import pure_build
from thinking.selectors.previews import Manner
from thinking.selectors.runs import reply_lines, run_progress
from thinking.services.answering import AnswerWork
from thinking.services.runs import cancel_run, retry_run, start_run
from thinking.services.tending import runs_to_announce

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkpoints")
    build_checkpoint("qwen2_5_vl", root / MODEL)
    return root


@pytest.fixture
def keeper() -> Iterator[EngineKeeper]:
    keeper = EngineKeeper()
    yield keeper
    keeper.close()


@pytest.fixture(autouse=True)
def registry(settings: Settings, tmp_path: Path, checkpoints: Path) -> Path:
    """A site's registry with the tiny model; returns its folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAME_CACHE_ROOT = tmp_path / "frames"
    settings.CHECKPOINT_ROOT = checkpoints
    settings.GENERATION_REGISTRY = str(tmp_path)
    settings.GENERATION_DEVICES = ["cpu"]
    write_entry(tmp_path)
    return tmp_path


def tokens_read(run: AnswerRun) -> dict[int, int]:
    rows = run.replies.values_list("item_id", "engine__prompt_token_count")
    return dict(rows)


def test_a_model_answers_in_four_orders_and_is_tabulated(keeper: EngineKeeper) -> None:
    run = begin(make_askable_build(videos=2), rotations=4)

    work_on(run, keeper)

    assert run.state == RunState.DONE
    # Seven items of each of two videos; the others have no file.
    assert run.replies.count() == 14 * 4
    for reply in run.replies.all():
        assert reply.engine is not None
        assert reply.engine["entry"] == MODEL
        assert reply.engine["content_hash"]
        assert "transformers" in reply.engine["engine"]
        assert reply.engine["decoding"]["temperature"] == 0
        assert 0 < reply.engine["token_count"] <= 16
    (found,) = results_of(answered(run.build)).runs
    assert found.total.replies == 56
    assert found.habits.circular_items == 14


def test_a_second_message_asks_nothing_twice_and_greedy_replies_repeat(
    keeper: EngineKeeper,
) -> None:
    build = make_askable_build(videos=1)
    first = work_on(begin(build), keeper)

    again = work_on(first, keeper)
    second = work_on(begin(build), keeper)

    assert again.replies.count() == 7
    assert [*reply_lines(second)] == [*reply_lines(first)]


def test_what_is_shown_is_the_video_black_another_or_nothing(
    keeper: EngineKeeper,
) -> None:
    build = make_askable_build(videos=2)

    seen = {view: work_on(begin(build, view), keeper) for view in View}

    # Without a video, items of videos without a file can be asked as well.
    counts = {view: run.replies.count() for view, run in seen.items()}
    assert counts[View.NONE] == build.item_count
    assert {counts[view] for view in View if view != View.NONE} == {14}
    read = {view: tokens_read(run) for view, run in seen.items()}
    # Black frames and another video take as many tokens; none takes fewer.
    assert read[View.BLACK] == read[View.VIDEO] == read[View.OTHER]
    for item, count in read[View.VIDEO].items():
        assert read[View.NONE][item] < count
    gains = results_of(answered(build)).gains
    assert {gain.view for gain in gains} == {View.NONE, View.BLACK, View.OTHER}


def test_the_likeliest_letter_is_the_answer_and_its_probability_is_kept(
    keeper: EngineKeeper,
) -> None:
    build = make_askable_build(videos=1)

    run = work_on(begin(build, rotations=4, mode=Mode.LIKELIHOOD), keeper)
    work_on(begin(build), keeper)

    assert run.state == RunState.DONE
    assert run.replies.count() == 28
    for reply in run.replies.all():
        assert reply.probabilities is not None
        assert sum(reply.probabilities) == pytest.approx(1)
        assert reply.place == reply.probabilities.index(max(reply.probabilities))
        assert (reply.outcome, reply.text) == ("read", "")
    results = results_of(answered(build))
    assert [one.run.mode for one in results.runs] == [Mode.LIKELIHOOD, Mode.LETTER]
    assert 0 < results.runs[0].brier < 2
    assert results.pairs == ()


def test_the_likeliest_text_is_the_answer_in_three_readings(
    keeper: EngineKeeper, tmp_path: Path
) -> None:
    build = make_askable_build(videos=1)

    run = work_on(begin(build, mode=Mode.TEXTS), keeper)

    assert run.state == RunState.DONE
    assert run.replies.count() == 7
    rows = [*run.replies.select_related("item")]
    for reply in rows:
        likelihoods = reply.likelihoods or []
        assert len(likelihoods) == 4
        totals = [total for total, _count, _alone in likelihoods]
        assert reply.place == totals.index(max(totals))
        assert all(count >= 1 for _total, count, _alone in likelihoods)
        assert all(total < 0 and alone < 0 for total, _count, alone in likelihoods)
    results = results_of(answered(build))
    assert [one.run.mode for one in results.runs] == [
        Mode.TEXTS,
        Mode.TEXTS_PER_TOKEN,
        Mode.TEXTS_INFORMATION,
    ]
    # Never mixed: each reading has a table of its own.
    tables = {table.key for table in tables_of(results)}
    assert {f"accuracy_{mode}" for mode in TEXT_READINGS} <= tables
    bundle = tmp_path / "answers.zip"
    write_bundle(
        bundle, build=pure_build(build), runs=run_replies(build), results=results
    )
    assert as_json(results_of(read_bundle(bundle))) == as_json(results)
    with pytest.raises(RunError, match="one order"):
        begin(build, mode=Mode.TEXTS, rotations=4)


def test_the_checkpoint_that_comes_with_the_project_answers_in_both_modes(
    keeper: EngineKeeper,
) -> None:
    build = make_askable_build(videos=1)
    nano = known_entry("mimic-chat-nano")
    manners = (
        Manner(rotations=4, seed=1),
        Manner(Mode.LIKELIHOOD, rotations=4, seed=1),
        Manner(Mode.LIKELIHOOD, View.BLACK, rotations=4, seed=1),
        Manner(Mode.TEXTS, seed=1),
    )

    runs = [
        work_on(start_run(build=build, entry=nano, manner=manner), keeper)
        for manner in manners
    ]

    assert [run.replies.count() for run in runs] == [28, 28, 28, 7]
    chosen = [[*run.replies.values_list("probabilities", flat=True)] for run in runs]
    # What is seen matters.
    assert chosen[1] != chosen[2]
    # Texts have three readings.
    assert len(results_of(answered(build)).runs) == 6


def test_each_video_is_shown_another_one_always_the_same() -> None:
    build = make_askable_build(videos=3)

    def shown(seed: int) -> dict[int, int]:
        work = AnswerWork(begin(build, View.OTHER, seed=seed))
        claim = work.claim(100)
        assert claim is not None
        wanted = work.wanted(claim, work.entry())
        return {
            one.job.item.video_id: one.video.pk
            for one in wanted
            if one.video is not None
        }

    first, again = shown(1), shown(1)

    assert first == again
    assert all(video != other for video, other in first.items())
    assert sorted(first) == sorted(first.values())


def test_a_cancelled_run_keeps_its_replies_and_asks_nothing_more(
    keeper: EngineKeeper,
) -> None:
    run = begin(make_askable_build(videos=2))
    work = AnswerWork(run)
    claim = work.claim(3)
    assert claim is not None
    one, two, _ = work.wanted(claim, work.entry())
    maker = Maker(Identity("tests", "nowhere"), "tests")
    assert work.store(one, claim, maker, Answer(one.key, "A"))

    assert cancel_run(run=run) == 13
    is_stored = work.store(two, claim, maker, Answer(two.key, "B"))

    assert not is_stored
    work_on(run, keeper)
    assert run.state == RunState.CANCELLED
    assert [*run.replies.values_list("text", flat=True)] == ["A"]
    with pytest.raises(RunError, match="over"):
        cancel_run(run=run)
    with pytest.raises(RunError, match="cancelled"):
        retry_run(run=run)


def test_what_failed_is_asked_again(
    keeper: EngineKeeper, settings: Settings, tmp_path: Path, checkpoints: Path
) -> None:
    run = begin(make_askable_build(videos=1))
    settings.CHECKPOINT_ROOT = tmp_path / "empty"
    work_on(run, keeper)
    assert run.state == RunState.DONE
    (failure,) = run_progress(run).failures
    assert failure.job_count == 7
    assert "No checkpoint in" in failure.message

    settings.CHECKPOINT_ROOT = checkpoints
    assert retry_run(run=run) == 7
    work_on(run, keeper)

    assert run.state == RunState.DONE
    assert run.replies.count() == 7
    with pytest.raises(RunError, match="has failed"):
        retry_run(run=run)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [(Reason.REFUSED, "refused"), (Reason.EMPTY, "unreadable")],
)
def test_a_model_that_answers_nothing_has_answered_wrongly(
    reason: Reason, outcome: str
) -> None:
    run = begin(make_askable_build(videos=1))
    work = AnswerWork(run)
    claim = work.claim(1)
    assert claim is not None
    (one,) = work.wanted(claim, work.entry())
    error = EngineError(reason, "The server blocked it.")

    maker = Maker(Identity("tests", "nowhere"), "tests")
    work.store(one, claim, maker, Answer(one.key, error=error))

    reply = run.replies.get()
    assert (reply.outcome, reply.place, reply.text) == (outcome, None, "")
    assert reply.engine is not None
    assert reply.engine["note"] == "The server blocked it."
    # A bundle says so as well.
    (line,) = reply_lines(run)
    assert ('"refused": true' in line) is (reason is Reason.REFUSED)


def test_errors_that_may_pass_are_tried_again_and_then_said() -> None:
    run = begin(make_askable_build(videos=1))
    work = AnswerWork(run)
    maker = Maker(Identity("tests", "nowhere"), "tests")
    error = EngineError(Reason.RATE_LIMITED, "Too many requests.")

    for _ in range(3):
        AnswerJob.objects.update(due_at=None)
        claim = work.claim(1)
        assert claim is not None
        (one,) = work.wanted(claim, work.entry())
        work.store(one, claim, maker, Answer(one.key, error=error))

    job = run.jobs.order_by("pk")[0]
    assert (job.state, job.error) == (JobState.FAILED, "Too many requests.")
    assert not run.replies.exists()


def test_questions_of_a_vanished_worker_are_announced_again() -> None:
    run = begin(make_askable_build(videos=1))
    claim = AnswerWork(run).claim(100)
    assert claim is not None
    run.jobs.update(leased_until=timezone.now() - timedelta(seconds=1))

    (work,) = runs_to_announce(queue_length=lambda _: 0)

    assert (work.owner_id, work.queue, work.job_count) == (run.pk, run.queue, 7)
    # It was told just now.
    assert runs_to_announce(queue_length=lambda _: 0) == []
    assert reap_of(AnswerJob.objects.all()) == 0


def test_what_cannot_be_asked_is_refused_with_what_to_do(registry: Path) -> None:
    build = make_sealed_build()
    with pytest.raises(RunError, match="has a file"):
        begin(build)
    with pytest.raises(NotSealedError):
        begin(make_item_build(seed=2))
    chat = ENTRY.replace('"transformers"', '"mimic_chat"').partition("[options]")[0]
    (registry / "tiny-chat.toml").write_text(chat)
    with pytest.raises(RunError, match="Choose black frames"):
        start_run(
            build=build,
            entry=known_entry("tiny-chat"),
            manner=Manner(view=View.NONE),
        )
    with pytest.raises(RunError, match="does not tell likelihoods"):
        start_run(
            build=build,
            entry=known_entry("gpt-4o"),
            manner=Manner(mode=Mode.LIKELIHOOD),
        )


def test_one_video_alone_has_no_other() -> None:
    build = make_askable_build(videos=1)

    with pytest.raises(RunError, match="no other video"):
        begin(build, View.OTHER)

    assert not AnswerRun.objects.exists()


def test_the_command_starts_runs(capsys: pytest.CaptureFixture[str]) -> None:
    build = make_askable_build(videos=1)

    options = {"build": build.name, "models": MODEL, "seed": 3, "rotations": 4}
    call_command("answer_tasks", preview=True, **options)
    assert not AnswerRun.objects.exists()
    call_command("answer_tasks", **options)

    previewed, started = capsys.readouterr().out.splitlines()
    assert (previewed, started) == (
        "Tiny: 28 questions",
        "Tiny: 28 questions (seed 3)",
    )
    assert AnswerRun.objects.get().state == RunState.OPEN
    with pytest.raises(CommandError, match="No build is called nothing"):
        call_command("answer_tasks", build="nothing", models=MODEL)
    with pytest.raises(CommandError, match="No model is called nothing"):
        call_command("answer_tasks", build=build.name, models="nothing")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "odd"}, "answer_job_state_is_known"),
        ({"state": "running"}, "answer_job_is_claimed_while_it_runs"),
        ({"state": "failed"}, "failed_answer_job_and_no_other_says_why"),
        ({"state": "done"}, "done_answer_job_has_a_reply"),
    ],
)
def test_the_database_refuses_what_is_no_question(
    change: dict[str, str], name: str
) -> None:
    run = begin(make_askable_build(videos=1))

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        run.jobs.update(**change)


def test_an_item_is_asked_once_in_one_order() -> None:
    job = begin(make_askable_build(videos=1)).jobs.all()[0]
    job.pk = None

    with (
        pytest.raises(IntegrityError, match="one_answer_job_per_run_item"),
        transaction.atomic(),
    ):
        job.save(force_insert=True)
