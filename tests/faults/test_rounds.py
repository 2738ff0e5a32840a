"""A round that is killed, cut off and misled ends as if nothing had been."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.faults.installation import Installation
from tests.specimens.clips import write_clip

pytestmark = pytest.mark.slow

VIDEOS = 8


@pytest.fixture
def study(installation: Installation) -> str:
    """The key of a draft of a few videos."""
    key = f"study-{uuid4().hex[:8]}"
    installation.act("make_study", key, VIDEOS, installation.folder / "clip.mp4")
    return key


def assert_nothing_lost_or_doubled(site: Installation, round_id: int) -> None:
    """Each video has one job that ended, and one comment that stands in its batch."""
    assert site.jobs(round_id) == {"done": VIDEOS}
    counts = site.ask(
        """
        SELECT count(*), count(DISTINCT j.comment_id), count(bc.id),
            max((SELECT count(*) FROM generation_attempt a
                 WHERE a.job_id = j.id AND a.error_reason = '')),
            max((SELECT count(*) FROM corpus_comment c
                 WHERE c.video_id = j.video_id AND c.source_id = j.source_id))
        FROM generation_generationjob j
        JOIN generation_roundsource s ON s.id = j.round_source_id
        LEFT JOIN annotation_batchcomment bc ON bc.comment_id = j.comment_id
        WHERE s.round_id = %s
        """,
        round_id,
    )
    assert counts == [(VIDEOS, VIDEOS, VIDEOS, 1, 1)]


def test_a_worker_killed_in_the_middle_of_a_shard_costs_nothing(
    installation: Installation, study: str
) -> None:
    watcher = installation.start_generate(study, "--watch")
    installation.wait_for(
        lambda: installation.rounds_of(study) != [], "no round is started"
    )
    (round_id,) = installation.rounds_of(study)
    worker = installation.ensure_worker()
    installation.wait_until_written(round_id, 2)

    installation.kill(worker)
    assert installation.jobs(round_id).get("running", 0) > 0
    installation.ensure_worker()

    installation.wait_until_over(round_id)
    assert_nothing_lost_or_doubled(installation, round_id)
    assert f"{VIDEOS}/{VIDEOS}" in watcher.communicate(timeout=30)[0]


@pytest.mark.nightly  # by day it forgets its messages as well
def test_a_broker_that_restarts_costs_nothing(
    installation: Installation, study: str
) -> None:
    round_id = installation.open_round(study)
    installation.ensure_worker()
    installation.wait_until_written(round_id, 1)

    installation.broker.stop()
    installation.broker.start()

    installation.wait_until_over(round_id)
    assert_nothing_lost_or_doubled(installation, round_id)


def test_a_broker_that_forgot_every_message_costs_nothing(
    installation: Installation, study: str
) -> None:
    round_id = installation.open_round(study)
    installation.broker.stop()
    for file in installation.broker.data_folder.rglob("*"):
        if file.is_file():
            file.unlink()
    installation.broker.start()

    installation.ensure_worker()

    installation.wait_until_over(round_id)
    assert_nothing_lost_or_doubled(installation, round_id)


def test_a_database_that_restarts_costs_nothing(
    installation: Installation, study: str
) -> None:
    round_id = installation.open_round(study)
    installation.ensure_worker()
    installation.wait_until_written(round_id, 1)

    installation.postgres.stop()
    installation.postgres.start()

    installation.wait_until_over(round_id)
    assert_nothing_lost_or_doubled(installation, round_id)


def test_a_broken_video_and_a_hanging_decoder_harm_no_other_video(
    installation: Installation, study: str
) -> None:
    broken, hanging = installation.files_of(study)[:2]
    broken.write_bytes(b"no video at all" * 100)
    # Long enough to be caught while it is decoded.
    write_clip(hanging, size=(1280, 720), times_ms=range(0, 12_000, 40))
    # Others may have left a worker that is more patient with decoders.
    installation.settings = {}
    worker = installation.fresh_worker()

    with ThreadPoolExecutor(1) as watcher:
        # From before the start: the file is open for less than a second.
        frozen = watcher.submit(installation.freeze_decoder, worker, hanging)
        round_id = installation.open_round(study)
        frozen.result()

    installation.wait_until_over(round_id)
    # What froze is tried again, as it may pass; what is broken is not.
    assert installation.jobs(round_id) == {"done": VIDEOS - 1, "failed": 1}
    failures = installation.ask(
        """
        SELECT a.number, a.error_reason, a.error, j.state FROM generation_attempt a
        JOIN generation_generationjob j ON j.id = a.job_id
        JOIN generation_roundsource s ON s.id = j.round_source_id
        WHERE s.round_id = %s AND a.error_reason <> '' ORDER BY j.state DESC
        """,
        round_id,
    )
    assert [(number, state) for number, _, _, state in failures] == [
        (1, "failed"),
        (1, "done"),
    ]
    assert {reason for _, reason, _, _ in failures} == {"undecodable"}
    assert "did not finish within 5 s" in failures[1][2]


@pytest.mark.nightly  # by day without real workers
def test_a_round_cancelled_while_it_runs_stops_and_keeps_what_is_written(
    installation: Installation, study: str
) -> None:
    # So many that a quick machine is not done before the cancel has started.
    many = f"{study}-many"
    installation.act("make_study", many, 6 * VIDEOS, installation.folder / "clip.mp4")
    round_id = installation.open_round(many)
    installation.ensure_worker()
    installation.wait_until_written(round_id, 1)

    installation.act("cancel", round_id)

    before = installation.jobs(round_id)
    assert set(before) == {"done", "cancelled"}
    # The worker goes on with what it is given next, and writes nothing more here.
    other = f"{study}-b"
    installation.act("make_study", other, VIDEOS, installation.folder / "clip.mp4")
    installation.wait_until_over(installation.open_round(other))
    assert installation.jobs(round_id) == before


@pytest.mark.nightly  # by day without real workers
def test_the_same_round_started_twice_at_once_is_made_once(
    installation: Installation, study: str
) -> None:
    installation.ensure_worker()

    starts = [installation.start_generate(study) for _ in range(2)]

    words = [start.communicate(timeout=60)[1] for start in starts]
    assert sorted(start.returncode for start in starts) == [0, 1], words
    assert any("another round is doing it" in said for said in words)
    (round_id,) = installation.rounds_of(study)
    installation.wait_until_over(round_id)
    assert_nothing_lost_or_doubled(installation, round_id)
