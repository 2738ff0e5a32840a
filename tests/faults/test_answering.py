"""Real workers answer an item build, by the messages that a command sends."""

import pytest

from tests.faults.installation import MODEL, Installation

pytestmark = pytest.mark.slow

# Seven items of each of two videos.
ITEMS = 14


def jobs(site: Installation, run: int) -> dict[str, int]:
    return dict(
        site.ask(
            "SELECT state, count(*) FROM thinking_answerjob WHERE run_id = %s"
            " GROUP BY state",
            run,
        )
    )


def start(site: Installation, *options: str) -> int:
    """Begin a run; its id."""
    if not site.ask("SELECT 1 FROM thinking_build"):
        site.act("make_item_build", 2)
    ((build,),) = site.ask("SELECT name FROM thinking_build")
    site.manage("answer_tasks", "--build", build, "--models", MODEL, *options)
    ((run,),) = site.ask("SELECT max(id) FROM thinking_answerrun")
    return int(run)


def assert_answered_once(site: Installation, run: int, count: int) -> None:
    site.wait_for(
        lambda: (
            site.ask("SELECT state FROM thinking_answerrun WHERE id = %s", run)
            == [("done",)]
        ),
        "the run does not end",
    )
    assert jobs(site, run) == {"done": count}
    replies = site.ask(
        "SELECT count(*), count(DISTINCT (item_id, rotation)) FROM thinking_reply"
        " WHERE run_id = %s",
        run,
    )
    assert replies == [(count, count)]


def test_a_worker_answers_a_build(installation: Installation) -> None:
    installation.ensure_worker()

    run = start(installation)

    assert_answered_once(installation, run, ITEMS)


@pytest.mark.nightly
def test_a_worker_killed_in_the_middle_of_a_run_costs_nothing(
    installation: Installation,
) -> None:
    worker = installation.ensure_worker()
    run = start(installation, "--rotations", "4")
    installation.wait_for(
        lambda: jobs(installation, run).get("done", 0) >= 2, "nothing is answered"
    )

    installation.kill(worker)
    assert jobs(installation, run).get("running", 0) > 0
    installation.ensure_worker()

    assert_answered_once(installation, run, 4 * ITEMS)
