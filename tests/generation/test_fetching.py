"""Fetching a checkpoint: the real client of the hub before a hub on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generation.checkpoints import fetch, noted_revision
from generation.errors import GenerationError
from generation.registry import entry
from tests.generation.local_hub import REVISION, Hub, local_hub

QWEN = entry("qwen2.5-vl-7b")
WEIGHTS = "model.safetensors"
FILES = {
    "config.json": b'{"model_type": "tiny"}',
    "sub/notes.txt": b"in a folder",
    # The client goes on from whole pieces of 10 MiB.
    WEIGHTS: bytes(range(256)) * 4096 * 24,
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    hub = Hub(FILES)
    with local_hub(hub) as endpoint:
        # What HF_ENDPOINT sets when the library is loaded.
        place = "huggingface_hub.constants."
        files = "{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(f"{place}ENDPOINT", endpoint)
        monkeypatch.setattr(
            f"{place}HUGGINGFACE_CO_URL_TEMPLATE", f"{endpoint}/{files}"
        )
        yield hub


def contents(folder: Path) -> dict[str, bytes]:
    """What stands in a checkpoint's folder, but for bookkeeping."""
    names = [name for name in FILES if (folder / name).is_file()]
    return {name: (folder / name).read_bytes() for name in names}


def test_every_file_comes_and_the_commit_is_noted(hub: Hub, tmp_path: Path) -> None:
    folder = fetch(QWEN, tmp_path)

    assert contents(folder) == FILES
    assert noted_revision(folder) == REVISION
    assert sorted(name for name, _ in hub.asked) == sorted(FILES)


def test_a_download_that_is_cut_goes_on_from_there(hub: Hub, tmp_path: Path) -> None:
    hub.cut.add(WEIGHTS)

    folder = fetch(QWEN, tmp_path)

    assert contents(folder) == FILES
    starts = [start for name, start in hub.asked if name == WEIGHTS]
    assert starts == [0, 10 * 1024**2]


def test_after_a_failure_only_what_is_missing_is_asked_for(
    hub: Hub, tmp_path: Path
) -> None:
    hub.withheld.add(WEIGHTS)
    with pytest.raises(GenerationError, match="cannot be fetched"):
        fetch(QWEN, tmp_path)
    before = {name for name, _ in hub.asked}
    hub.withheld.clear()
    hub.asked.clear()

    folder = fetch(QWEN, tmp_path)

    assert contents(folder) == FILES
    assert {name for name, _ in hub.asked} == FILES.keys() - before
    assert before


def test_a_file_with_another_content_than_promised_is_removed_and_told(
    hub: Hub, tmp_path: Path
) -> None:
    hub.garbled.add(WEIGHTS)
    with pytest.raises(GenerationError, match="was not what the hub promised"):
        fetch(QWEN, tmp_path)
    folder = tmp_path / QWEN.key
    assert contents(folder).keys() == FILES.keys() - {WEIGHTS}
    assert noted_revision(folder) == ""
    hub.garbled.clear()

    assert contents(fetch(QWEN, tmp_path)) == FILES
