"""Where texts carry no signal, nothing else does: the sharp test of blindness.

By night as many batches as put 0.5 +- 0.03 at four standard errors.
"""

import random
from pathlib import Path

import numpy as np
import pytest
from pytest_django.live_server_helper import LiveServer

from annotation.models import Study
from tests import factories
from tests.blindness.alike import HUMANS, MODELS, make_alike_study
from tests.blindness.recording import Recorder
from tests.blindness.telling import Floats, told_apart
from tests.blindness.traces import Judged, judge_and_measure

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Annotators, batches each, permutations; no two annotators judge the same video.
BY_DAY, BY_NIGHT = (2, 6, 99), (12, 30, 999)
AIM, NIGHT_BATCHES = 0.03, 360


@pytest.mark.parametrize(
    "size", [BY_DAY, pytest.param(BY_NIGHT, marks=pytest.mark.nightly)]
)
def test_comments_that_say_nothing_are_told_by_nothing(
    size: tuple[int, int, int],
    live_server: LiveServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    annotators, batches, permutations = size
    study = make_alike_study(
        annotators * batches,
        seed=annotators,
        checks=4 * annotators * batches,
        redundancy=1,
        batches_per_annotator=batches,
    )

    judged = judge_all(study, live_server, annotators, batches)

    table = np.stack([one.table for one in judged])
    is_human = np.array([one.is_human for one in judged])
    is_check = np.array([one.is_check for one in judged])
    origins = told_apart(*without(table, is_human, is_check), permutations=permutations)
    checks = told_apart(table, is_check, permutations=permutations)
    report = f"origins: {origins}\nattention checks: {checks}\n"
    (tmp_path / "blindness.txt").write_text(report)
    with capsys.disabled():
        print(f"\n{report}", end="")  # noqa: T201
    for told in (origins, checks):
        assert abs(told.area - 0.5) < 4 * told.spread, told
    if len(judged) >= NIGHT_BATCHES:
        assert abs(origins.area - 0.5) < AIM, origins


def test_a_planned_repeat_differs_from_other_batches_in_its_content_alone(
    live_server: LiveServer,
) -> None:
    study = make_alike_study(3, seed=3, checks=6, redundancy=2, repeat_every=2)

    judged = judge_all(study, live_server, 1, 4)

    assert [one.repeats for one in judged] == [False, True, False, True]
    # The first page has the tour, and the last one nothing to go on to.
    _first, repeat, new, _last = (one.skeletons for one in judged)
    assert repeat == new


@pytest.mark.parametrize("trace", ["a byte more for one in five", "a place earlier"])
def test_a_small_trace_would_be_found(trace: str) -> None:
    chance = np.random.default_rng(11)
    table = chance.normal(size=(NIGHT_BATCHES, 29, 40))
    is_human = chance.permuted(np.tile(np.arange(29) < HUMANS, (360, 1)), axis=1)
    if trace == "a byte more for one in five":
        table[:, :, 0] = is_human & (chance.random(is_human.shape) < 0.2)
    else:
        lean = np.argsort(chance.normal(size=is_human.shape) - 0.3 * is_human, axis=1)
        is_human = np.take_along_axis(is_human, lean, axis=1)
        table[:, :, 0] = np.arange(29)

    found = told_apart(table, is_human, permutations=99)

    assert found.area > 0.5 + AIM, found
    assert found.p <= 0.01, found


def judge_all(
    study: Study, server: LiveServer, annotators: int, batches: int
) -> list[Judged]:
    chance = random.Random(1)  # noqa: S311
    found: list[Judged] = []
    for _ in range(annotators):
        user = factories.join(study).user
        assert user
        recorder = Recorder(server, user)
        found += judge_and_measure(recorder, study, batches, chance)
        recorder.close()
    return found


def without(
    table: Floats, is_human: np.ndarray, is_check: np.ndarray
) -> tuple[Floats, np.ndarray]:
    """The comments alone, without the check of each batch."""
    shape = (len(table), HUMANS + MODELS)
    return table[~is_check].reshape(*shape, -1), is_human[~is_check].reshape(shape)
