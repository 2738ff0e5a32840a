"""People before the corpus pages."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Role
from tests.corpus.pages.showing import signed_in


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def researcher() -> Client:
    return signed_in(Role.RESEARCHER)


@pytest.fixture
def admin() -> Client:
    return signed_in(Role.ADMIN)
