"""Fixtures that every package's tests share."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

from tests.installed import Installed, installation_in

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real videos and comments beside the repository."""
    if not (SHARED_DATA / "mimic_data.jsonl").is_file():
        pytest.skip("real data (../shared/data) is not on this machine")
    return SHARED_DATA


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
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
