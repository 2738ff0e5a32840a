"""Separate environments: made from committed requirements, tried, found again."""

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from generation import environments
from generation.installation import site
from generation.registry import entry
from generation.runnable import Part, checks_here

TPO = entry("videochat-tpo")


def said(*words: str) -> str:
    out = StringIO()
    call_command("models", "environment", *words, stdout=out)
    return out.getvalue()


@pytest.mark.nightly
def test_an_environment_is_installed_tried_and_found(
    settings: Settings, tmp_path: Path
) -> None:
    """Fetches 3 GB from the package index."""
    settings.GENERATION_ENVIRONMENT_ROOT = tmp_path

    words = said("videochat-tpo")

    record = json.loads((tmp_path / "videochat-tpo" / "environment.json").read_text())
    assert "packages installed and imported" in words
    assert record["packages"]["transformers"].startswith("4.38.")
    assert record["environment"] in words
    assert site().environments["videochat-tpo"].is_file()


def test_the_shipped_program_tries_the_imports_of_any_environment(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GENERATION_ENVIRONMENT_ROOT = tmp_path
    python = tmp_path / "videochat-tpo" / "bin" / "python"
    python.parent.mkdir(parents=True)
    # An environment that was installed before: ours.
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    listed = tmp_path / "requirements.txt"
    listed.write_text("numpy\npillow>=5\n")
    monkeypatch.setattr(environments, "requirements_of", lambda _name: listed)
    monkeypatch.setattr(environments, "_install", lambda *_: [sys.executable, "-V"])

    words = said("videochat-tpo")

    assert "packages installed and imported" in words
    assert site().environments == {"videochat-tpo": python}
    found = {check.part: check.problem for check in checks_here(TPO)}
    assert found[Part.ENVIRONMENT] == ""

    listed.write_text("no-such-package-of-ours\n")
    with pytest.raises(CommandError, match="no-such-package-of-ours is not installed"):
        said("videochat-tpo")
    # What could not be verified is not taken.
    assert site().environments == {}


def test_a_missing_environment_is_named_with_the_command_that_makes_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.GENERATION_ENVIRONMENT_ROOT = tmp_path

    found = {check.part: check.problem for check in checks_here(TPO)}

    assert "manage.py models environment KEY" in found[Part.ENVIRONMENT]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("gpt-4o", "needs no environment of its own"),
        ("video-chatgpt-7b", "has no requirements file in the project"),
    ],
)
def test_what_has_no_environment_of_ours_is_said(key: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        said(key)
