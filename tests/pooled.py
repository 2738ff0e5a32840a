"""The database as a thread of the web server has it: by a kept session of a pool."""

import os
from collections.abc import Iterator

import pytest
from django.db import connections
from django.db.utils import load_backend

from config import settings


@pytest.fixture
def web_session(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything in the test's own thread uses one pooled connection."""
    monkeypatch.setenv("DATABASE_POOL_SIZE", "1")
    own = connections["default"]
    pooled = settings._database(os.environ["DATABASE_URL"])
    described = own.settings_dict | pooled | {"NAME": own.settings_dict["NAME"]}
    backend = load_backend(str(described["ENGINE"]))
    connections["default"] = web = backend.DatabaseWrapper(described, "default")
    yield
    web.close()
    web.close_pool()
    connections["default"] = own
