"""Checkpoints on disk: hashes that follow the content, and what is said of gaps."""

import json
import re
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from safetensors.numpy import save_file

from generation.checkpoints import content_hash, fetch, noted_revision, verify
from generation.errors import GenerationError
from generation.registry import entry, read_registry

QWEN = entry("qwen2.5-vl-7b")
# Its processor is its program's concern: only files are looked at.
REMOTE = entry("internvl2-8b")
DOCS = Path(__file__).parents[2] / "docs" / "generation.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint in two parts."""
    folder = tmp_path / REMOTE.key
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    parts = {"a": "one.safetensors", "b": "two.safetensors"}
    index = json.dumps({"weight_map": parts})
    (folder / "model.safetensors.index.json").write_text(index)
    for name in parts.values():
        save_file({name: np.ones(4)}, folder / name)
    return folder


class TestContentHash:
    def test_it_changes_with_a_byte_and_comes_back_with_it(self, folder: Path) -> None:
        before = content_hash(folder)
        original = (folder / "one.safetensors").read_bytes()
        (folder / "one.safetensors").write_bytes(b"changed")
        changed = content_hash(folder)
        (folder / "one.safetensors").write_bytes(original)

        assert changed != before
        assert content_hash(folder) == before

    def test_our_notes_and_the_hub_s_are_no_part_of_it(self, folder: Path) -> None:
        before = content_hash(folder)
        (folder / "revision.txt").write_text("abc")
        (folder / ".cache").mkdir()
        (folder / ".cache" / "lock").write_text("x")

        assert content_hash(folder) == before

    def test_a_renamed_file_is_another_checkpoint(self, folder: Path) -> None:
        before = content_hash(folder)
        (folder / "one.safetensors").rename(folder / "three.safetensors")

        assert content_hash(folder) != before


class TestVerify:
    def test_a_whole_checkpoint_has_no_problems(self, folder: Path) -> None:
        verdict = verify(REMOTE, folder.parent)

        assert verdict.problems == ()
        assert verdict.file_count == 4
        assert verdict.content_hash == content_hash(folder)

    def test_missing_parts_are_named(self, folder: Path) -> None:
        (folder / "two.safetensors").unlink()
        (folder / "config.json").unlink()

        assert verify(REMOTE, folder.parent).problems == (
            "config.json is missing.",
            "two.safetensors is missing.",
        )

    def test_a_folder_that_is_not_there_is_one_problem(self, tmp_path: Path) -> None:
        (problem,) = verify(QWEN, tmp_path).problems

        assert str(tmp_path / QWEN.key) in problem

    def test_files_of_another_revision_are_told(self, folder: Path) -> None:
        (folder / "revision.txt").write_text("b" * 40 + "\n")
        pinned = replace(REMOTE, revision="a" * 40)

        (problem,) = verify(pinned, folder.parent).problems

        assert noted_revision(folder) == "b" * 40
        assert "a" * 40 in problem

    def test_a_file_that_was_cut_off_is_named(self, folder: Path) -> None:
        cut = folder / "two.safetensors"
        cut.write_bytes(cut.read_bytes()[:-5])

        (problem,) = verify(REMOTE, folder.parent).problems

        assert problem.startswith("two.safetensors is damaged")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole checkpoint, to be copied."""
    from tests.specimens.checkpoints import build

    return build("qwen2_5_vl", tmp_path_factory.mktemp("tiny") / QWEN.key)


@pytest.mark.slow
class TestVerifyTheProcessor:
    """In a process of its own, on real checkpoints."""

    def test_one_that_takes_a_video_is_named(self, tiny: Path) -> None:
        verdict = verify(QWEN, tiny.parent)

        assert verdict.problems == ()
        assert verdict.trial.processor.startswith("Qwen2_5_VLProcessor")

    @pytest.mark.parametrize(
        ("gone", "words"),
        [
            ("processor_config.json", "Can't load image processor"),
            pytest.param("tokenizer.json", "tokenizer", marks=pytest.mark.nightly),
            pytest.param(
                *("chat_template.jinja", "does not have a chat template"),
                marks=pytest.mark.nightly,
            ),
        ],
    )
    def test_one_that_lacks_a_file_says_what_it_misses(
        self, tiny: Path, tmp_path: Path, gone: str, words: str
    ) -> None:
        folder = Path(copytree(tiny, tmp_path / QWEN.key))
        (folder / gone).unlink()

        (problem,) = verify(QWEN, tmp_path).problems

        assert problem.startswith("The processor does not take a video")
        assert words in problem

    def test_a_child_that_dies_is_one_problem(
        self, tiny: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONMALLOC", "no such allocator")

        (problem,) = verify(QWEN, tiny.parent).problems

        assert problem.startswith("The trial died")


class TestFetch:
    def test_where_no_hub_is_reached_it_says_where_files_go(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")

        with pytest.raises(GenerationError) as error:
            fetch(QWEN, tmp_path)

        assert str(tmp_path / QWEN.key) in str(error.value)
        assert QWEN.repository in str(error.value)

    def test_without_a_repository_there_is_nothing_to_fetch(
        self, tmp_path: Path
    ) -> None:
        with pytest.raises(GenerationError, match="has no repository"):
            fetch(entry("mimic-chat-8b"), tmp_path)


def test_the_example_in_the_documentation_is_a_valid_entry(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(# my-model.+?)```", DOCS.read_text(), re.DOTALL)
    (tmp_path / "my-model.toml").write_text(blocks[0])

    mine = read_registry(tmp_path).entries["my-model"]

    assert mine.options["family"] == "qwen2_5_vl"
