"""What the web loads before its first page."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

# Each takes a second of the start, or tens of megabytes in every process.
SLOW = (
    "torch",
    "transformers",
    "pandas",
    "scipy.stats",
    "scipy.optimize",
    "matplotlib",
)
PROGRAM = f"""
import sys
import config.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
print(*(name for name in {SLOW} if name in sys.modules))
"""


def test_the_web_starts_without_what_is_slow_to_load() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == []


# What only pages need; a worker has several processes.
OF_PAGES = ("annotation.urls", "annotation.views", "fido2")
WORKER = f"""
import sys
import config.celery
config.celery.app.loader.import_default_modules()
print(*(name for name in {SLOW + OF_PAGES} if name in sys.modules))
"""


def test_a_worker_starts_without_the_pages() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == []
