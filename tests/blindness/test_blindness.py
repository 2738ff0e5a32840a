"""Several annotators judge whole batches; all that reaches them is searched."""

import re

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from annotation.models import Batch, Study
from tests.blindness.conftest import BY_DAY
from tests.blindness.journey import Seen, judge_batches
from tests.blindness.recording import Recorder
from tests.blindness.telltales import assert_no_names_or_ids

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Annotators and batches; more of them show smaller traces.
BY_NIGHT = (3, 5)


@pytest.mark.parametrize(
    "size", [BY_DAY, pytest.param(BY_NIGHT, marks=pytest.mark.nightly)], indirect=True
)
def test_nothing_but_the_text_tells_the_source(
    study: Study, recorders: list[Recorder], size: tuple[int, int]
) -> None:
    seen: list[Seen] = []
    annotators, batches = size

    for recorder in recorders:
        seen += judge_batches(recorder, study, batches)
        wander(recorder, study, batches)

    assert len(seen) == annotators * batches * 29
    assert_no_names_or_ids(recorders)
    assert len({view.row for view in seen}) == 1, "comments differ beyond their text"
    assert_caches_tell_nothing(recorders)
    assert_no_better_than_chance(seen)


def test_the_classifier_would_notice_an_order_by_source() -> None:
    chance = np.random.default_rng(5)
    is_human = np.tile(np.arange(29) < 5, 21)
    groups = np.repeat(np.arange(21), 29)
    position = np.tile(np.arange(29), 21) + chance.normal(0, 2, 21 * 29)

    area = cross_validated_area(position[:, None], is_human, groups)

    assert area > 0.5 + tolerance(is_human)


def wander(recorder: Recorder, study: Study, batches: int) -> None:
    """Go where the pages do not lead: errors, other people's work, files, the end."""
    stranger = "00000000-0000-4000-8000-000000000000"
    others = [
        assignment.public_id
        for batch in Batch.objects.filter(study=study)
        for assignment in batch.assignments.exclude(membership__user=recorder.user)[:1]
    ]
    for assignment in [stranger, *others[:2]]:
        recorder.get(f"/judge/{assignment}/")
        recorder.get(f"/judge/{assignment}/saved/")
        recorder.post(f"/judge/{assignment}/submit/")
    media = [
        match
        for exchange in recorder.exchanges
        for match in re.findall(r'src="(/media/[^"]+)"', exchange.text)
    ]
    assert media, "no page showed a video"
    video = recorder.get(media[0], Range="bytes=0-99")
    assert video.status == 206
    recorder.get(media[0])
    recorder.get("/media/" + "0" * 32 + ".mp4")
    recorder.get("/nowhere/")
    recorder.get(f"/work/{study.public_id}/done/")
    recorder.get(f"/work/{study.public_id}/guidelines/")
    recorder.get(f"/work/{study.public_id}/submitted/")
    for number in range(1, batches + 1):
        own = recorder.get(f"/work/{study.public_id}/submitted/{number}/")
        assert own.status == 200
        assert_answers_look_alike(own.text)
    recorder.post(f"/judge/{stranger}/answers/", {"position": "x"})


def assert_answers_look_alike(page: str) -> None:
    """Rows of finished work differ by position, text and answer alone."""
    rows = re.findall(r"<tr>.*?</tr>", page.split("<tbody>")[1], re.DOTALL)
    assert len(rows) == 30
    bare = {re.sub(r">[^<]+<", "><", re.sub(r"\s+", " ", row)) for row in rows}
    assert len(bare) == 1, bare


def assert_caches_tell_nothing(recorders: list[Recorder]) -> None:
    """Pages carry no validators, and say the same of every batch but their length."""
    kinds: dict[str, set[str]] = {}
    for recorder in recorders:
        for exchange in recorder.exchanges:
            headers = {name.lower(): value for name, value in exchange.headers}
            if exchange.path.startswith("/media/"):
                continue
            assert not {"etag", "last-modified"} & set(headers), exchange.path
            kind = re.sub(r"[0-9a-f-]{36}", "*", exchange.path)
            names = " ".join(sorted(headers))
            kinds.setdefault(f"{exchange.method} {kind} {exchange.status}", set()).add(
                names
            )
    assert all(len(names) == 1 for names in kinds.values()), kinds


def assert_no_better_than_chance(seen: list[Seen]) -> None:
    is_human = np.array([view.is_human for view in seen])
    groups = np.array([view.assignment for view in seen])

    area = cross_validated_area(features(seen), is_human, groups)

    assert abs(area - 0.5) < tolerance(is_human), area


def features(seen: list[Seen]) -> np.ndarray:
    """All that an annotator's client could measure of a comment but its text."""
    return np.array(
        [
            [
                view.position,
                view.position % 2,
                view.offset,
                len(view.row),
                len(view.saved.body),
                sum(len(n) + len(v) for n, v in view.saved.headers),
                view.saved.seconds,
            ]
            for view in seen
        ]
    )


def cross_validated_area(
    table: np.ndarray, is_human: np.ndarray, groups: np.ndarray
) -> float:
    """Area under the ROC curve of a classifier on assignments it never saw."""
    forest = RandomForestClassifier(60, min_samples_leaf=10, random_state=0)
    scores = cross_val_predict(
        forest,
        table,
        is_human,
        groups=groups,
        cv=GroupKFold(5),
        method="predict_proba",
    )
    return float(roc_auc_score(is_human, scores[:, 1]))


def tolerance(is_human: np.ndarray) -> float:
    """Four standard errors of the area when there is nothing to learn."""
    people = int(is_human.sum())
    models = len(is_human) - people
    return float(4 * np.sqrt((people + models + 1) / (12 * people * models)))
