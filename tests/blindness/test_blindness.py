"""Several annotators judge whole batches; all that reaches them is searched."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django.live_server_helper import LiveServer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from annotation.models import Batch, Study
from corpus.models import Source
from tests import factories
from tests.blindness.journey import Seen, judge_batches
from tests.blindness.recording import Recorder

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Annotators and batches; more of them show smaller traces.
BY_DAY, BY_NIGHT = (2, 4), (3, 5)
# Each table counts from a number of its own, so that an id is found wherever it leaks.
FIRST_IDS = {
    "corpus_video": 711_000_001,
    "corpus_videomedia": 712_000_001,
    "corpus_source": 713_000_001,
    "corpus_comment": 714_000_001,
    "annotation_study": 715_000_001,
    "annotation_batch": 716_000_001,
    "annotation_batchcomment": 717_000_001,
    "annotation_membership": 718_000_001,
    "annotation_assignment": 719_000_001,
    "annotation_presentation": 721_000_001,
    "annotation_attentioncheck": 722_000_001,
    "accounts_user": 723_000_001,
}
AN_ID = re.compile(r"(?<![0-9a-f])7[12][0-9]000[0-9]{3}(?![0-9a-f])")


@pytest.fixture
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """How many annotators judge, and how many batches each."""
    found: tuple[int, int] = getattr(request, "param", BY_DAY)
    return found


@pytest.fixture
def study(size: tuple[int, int]) -> Study:
    """A study of 29 comments a batch, with media, and tell-tale names and ids."""
    with connection.cursor() as cursor:
        for table, first in FIRST_IDS.items():
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first]
            )
    annotators, batches = size
    study = factories.make_open_study(
        videos=[factories.make_video() for _ in range(batches)],
        ai_sources=[
            factories.make_source(f"zq-model-{n}", title=f"Zqmodel Nr {n}")
            for n in range(24)
        ],
        humans=5,
        attention_checks=1,
        redundancy=annotators,
    )
    Source.objects.filter(origin="human").update(key="zq-people", title="Zqpeople")
    play = Path(settings.MEDIA_ROOT) / "play"
    play.mkdir(parents=True, exist_ok=True)
    for batch in study.batches.select_related("video"):
        media = factories.make_media(batch.video)
        (play / f"{media.name}.mp4").write_bytes(b"\0" * 5000)
    return study


@pytest.fixture
def recorders(
    study: Study, live_server: LiveServer, size: tuple[int, int]
) -> Iterator[list[Recorder]]:
    people = [factories.join(study).user for _ in range(size[0])]
    made = [Recorder(live_server, user) for user in people if user]
    yield made
    for recorder in made:
        recorder.close()


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


def assert_no_names_or_ids(recorders: list[Recorder]) -> None:
    forbidden = re.compile(r"zq-?(model|people)|origin|like_count|text_received", re.I)
    for recorder in recorders:
        for exchange in recorder.exchanges:
            everything = exchange.everything
            # What browsers and proxies call the sender's own address.
            everything = re.sub(r"(?i)cross-origin\S*|same-origin", "", everything)
            assert not forbidden.search(everything), (exchange.path, everything[:2000])
            assert not AN_ID.search(everything), (
                exchange.path,
                AN_ID.findall(everything),
            )


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


# --- Doors --------------------------------------------------------------------------

OPEN_TO_ANNOTATORS = {
    # The language of the pages.
    "set_language",
    "annotation:home",
    "annotation:join",
    "health",
    "healthz",
    "readyz",
    "accounts:login",
    "accounts:logout",
    "accounts:password",
    "accounts:password_done",
    # For who forgot theirs.
    "accounts:password_reset",
    "accounts:password_reset_sent",
    "accounts:password_set",
    "accounts:password_set_done",
    "admin_login",
}


def every_address() -> Iterator[tuple[str, str]]:
    """Every route of the site: its name, and its path with the parameters in < >."""

    def walk(
        patterns: list[URLPattern | URLResolver], path: str, space: str
    ) -> Iterator[tuple[str, str]]:
        for entry in patterns:
            route = path + str(entry.pattern)
            if isinstance(entry, URLResolver):
                inner = f"{entry.namespace}:" if entry.namespace else ""
                yield from walk(entry.url_patterns, route, space + inner)
            elif isinstance(entry, URLPattern):
                yield space + (entry.name or ""), route

    yield from walk(get_resolver().url_patterns, "/", "")


def test_every_other_door_is_shut_to_annotators(
    study: Study, recorders: list[Recorder]
) -> None:
    from annotation.urls import annotator_urls
    from thinking.urls import annotator_urls as item_urls

    recorder = recorders[0]
    allowed = (
        OPEN_TO_ANNOTATORS
        | {f"annotation:{entry.name}" for entry in annotator_urls}
        | {f"thinking:{entry.name}" for entry in item_urls}
    )
    batch = Batch.objects.filter(study=study)[0]
    values = {
        "study": study.public_id,
        "batch": batch.public_id,
        "key": "zq-model-1",
        "video": batch.video_id,
    }
    opened = []

    for name, route in every_address():
        if name in allowed or name.startswith("admin:"):
            continue
        path = fill(route, {key: str(value) for key, value in values.items()})
        opened += [
            (exchange.method, name, path, exchange.status)
            for exchange in (recorder.get(path), recorder.post(path))
            if exchange.status not in {403, 404, 405}
        ]
    admin = recorder.get("/admin/annotation/study/")

    assert opened == []
    assert admin.status in {302, 403}
    assert_no_names_or_ids([recorder])


def fill(route: str, values: dict[str, str]) -> str:
    """A path of a route, with real ids where they are known."""
    route = re.sub(r"\(\?P<format>[^)]*\)\??/?\??", "", route)
    route = re.sub(r"\(\?P<(\w+)>\[[^)]*\)", r"<str:\1>", route)
    route = route.replace("^", "").replace("\\Z", "").replace("$", "")

    def value(match: re.Match[str]) -> str:
        kind, _, name = match.group(1).rpartition(":")
        for word, known in values.items():
            if word in name and (kind != "uuid" or "-" in known):
                return known
        return {"uuid": values["study"], "int": values["video"]}.get(kind, "1")

    return re.sub(r"<([^>]+)>", value, route).replace("\\.", ".")
