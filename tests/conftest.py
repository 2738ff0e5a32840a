"""Fixtures that every package's tests share."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.emptying import empty_quickly
from tests.installed import Installed, installation_in

# The real videos and comments lie beside the repository, or where this says.
_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"
SHARED_DATA = Path(os.environ.get("MIMIC_SHARED_DATA", _BESIDE))
HAS_REAL_DATA = (SHARED_DATA / "mimic_data.jsonl").is_file()


class RecordCounts(NamedTuple):
    """What is in `mimic_data.jsonl`."""

    videos: int
    comments: int
    different_comments: int


@pytest.fixture(scope="session")
def shared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of real videos and comments, or of what stands in for them."""
    if HAS_REAL_DATA:
        return SHARED_DATA
    from tests.stand_ins.folder import make_folder

    return make_folder(tmp_path_factory.mktemp("stand-ins") / "data")


@pytest.fixture(scope="session")
def record_counts(shared_data: Path) -> RecordCounts:
    """The records' numbers: known of the real ones, counted where others stand in."""
    if HAS_REAL_DATA:
        return RecordCounts(41, 3_154, 3_152)
    lines = (shared_data / "mimic_data.jsonl").read_text("utf-8").splitlines()
    comments = sum(len(json.loads(line)["comments"]) for line in lines)
    return RecordCounts(len(lines), comments, comments)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The real folder alone, for what only thousands of people's texts can show."""
    if not HAS_REAL_DATA:
        pytest.skip("it is about real texts (../shared/data), which are not here")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly() -> None:
    """The same hash at the least cost: half a second a person adds up to minutes."""
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1


@pytest.fixture(autouse=True)
def _no_tries_yet() -> Iterator[None]:
    """Failed attempts of one test make no other test wait."""
    yield
    if limits := sys.modules.get("accounts.rate_limits"):
        limits._limiter.cache_clear()


@pytest.fixture(autouse=True)
def _language_as_set() -> Iterator[None]:
    """A page in another language leaves it active in the test's own thread."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _content_types_as_stored() -> Iterator[None]:
    """One that a test wrote and took back would be remembered by the next."""
    yield
    if "django.contrib.contenttypes.models" in sys.modules:
        from django.contrib.contenttypes.models import ContentType

        ContentType.objects.clear_cache()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The project, installed with pip; one for all processes of a test run."""
    folder = tmp_path_factory.getbasetemp()
    is_shared = "PYTEST_XDIST_WORKER" in os.environ
    return installation_in(folder.parent if is_shared else folder)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Cut off whoever still uses the test database, so that it can be dropped.

    A browser that is closed in the middle of a request leaves a thread of the live
    server behind it, and a killed worker its connection, both for a moment.
    """
    with django_db_blocker.unblock():
        empty_quickly()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
