"""A study whose ids and names would be noticed, and annotators who keep every byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from annotation.models import Study
from corpus.models import Source
from tests import factories
from tests.blindness.recording import Recorder
from tests.blindness.telltales import FIRST_IDS

# Annotators and batches; more of them show smaller traces.
BY_DAY = (2, 4)


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
