"""One installation for all tests of faults."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.guard import guard
from tests.faults.installation import MODEL, Installation
from tests.specimens.checkpoints import build
from tests.specimens.clips import write_clip


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="mimic-faults-"))
    folder.chmod(0o755)  # the database's user passes through it
    guard().delete_at_end(folder)
    build("qwen2_5_vl", folder / "checkpoints" / MODEL)
    write_clip(folder / "clip.mp4")
    installation = Installation(folder)
    try:
        installation.begin()
        yield installation
    finally:
        installation.end()
        shutil.rmtree(folder, ignore_errors=True)
