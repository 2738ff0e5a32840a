"""The three layouts of MMLA, with the traps that real files hold."""

import json
from pathlib import Path

import pytest

from tasks.__main__ import main
from tasks.errors import TasksError
from tasks.mmla.builds import read_label_build
from tasks.mmla.checking import check_folder, check_table
from tasks.mmla.layouts import find_sets
from tasks.mmla.rows import FoundSet
from tasks.mmla.sets import all_sets
from tests.tasks.mmla import folders


def _is_what_was_said(found: FoundSet) -> None:
    rows = found.utterances("test")
    labels = found.labels
    assert [row.row_id for row in rows] == folders.row_ids(labels)
    assert [row.text for row in rows] == list(folders.UTTERANCES)
    assert [row.label for row in rows] == folders.gold(labels)
    assert [row.clip for row in rows] == folders.clips(labels)


def test_the_published_layout_is_read_cell_by_cell_as_text(tmp_path: Path) -> None:
    found = find_sets(folders.published(tmp_path))

    assert [one.labels.name for one in found] == [*all_sets()]
    for one in found:
        assert one.layout == "published"
        _is_what_was_said(one)
        assert one.dropped_count == (1 if one.labels.name == "MELD" else 0)


def test_the_layout_of_the_authors_scripts_is_read(tmp_path: Path) -> None:
    checked = check_folder(folders.inference(tmp_path))

    assert [one.found.labels.name for one in checked.sets] == [*all_sets()]
    for one in checked.sets:
        assert one.found.layout == "inference"
        _is_what_was_said(one.found)
        assert one.clips == (len(folders.UTTERANCES), 0, 0)


@pytest.mark.parametrize("framework", folders.FRAMEWORKS)
def test_what_is_asked_and_answered_is_cut_out_of_training_files(
    tmp_path: Path, framework: str
) -> None:
    checked = check_folder(folders.fine_tuning(tmp_path, framework))

    assert [one.found.labels.name for one in checked.sets] == [*all_sets()]
    for one in checked.sets:
        assert one.found.layout == "fine-tuning"
        _is_what_was_said(one.found)
        # The paths are of another machine; the clips are found by their names.
        assert one.clips.missing == 0


def test_clips_in_archives_are_found_without_unpacking(tmp_path: Path) -> None:
    folder = folders.published(tmp_path)

    checked = check_folder(folder)

    for one in checked.sets:
        count = len(folders.UTTERANCES)
        expected = (count, 0, 0) if one.found.labels.has_clips else (0, count, 0)
        assert one.clips == expected, one.found.labels.name
    assert not list(folder.rglob("*.mp4"))


def test_the_check_says_what_is_missing_damaged_and_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.published(tmp_path)
    meld = folder / "MELD"
    text = (meld / "test.tsv").read_text(encoding="utf-8")
    (meld / "test.tsv").write_text(f"{text}1039_100\twell\tbored\n", encoding="utf-8")
    archive = meld / "MELD_video.tar.gz"
    archive.write_bytes(archive.read_bytes()[:60])
    clip = folder / "MOSI" / "MOSI_WKA5OygbEKI$_$0.mp4"
    clip.write_bytes(b"")

    assert main(["check-mmla", str(folder)]) == 0

    said = capsys.readouterr().out
    assert "| MELD | published | 0 (published: 9989) |" in said
    assert "test.tsv, line 11: 'bored' is no label of MELD" in said
    assert f"{archive} is damaged" in said
    mosi = next(line for line in said.splitlines() if line.startswith("| MOSI |"))
    assert mosi.split(" | ")[5:8] == ["0", "7", "1"]


def test_a_whole_set_says_its_sizes_without_comment(tmp_path: Path) -> None:
    labels = all_sets()["MUStARD"]
    folder = tmp_path / "MUStARD"
    folder.mkdir()
    for split, size in zip(("train", "val", "test"), labels.sizes, strict=True):
        rows = [f"{size}{split}_{n}\tsure\tsarcastic" for n in range(size)]
        text = "\n".join(["id\ttext\tlabel", *rows])
        (folder / f"{split}.tsv").write_text(text)

    table = check_table(check_folder(tmp_path))

    assert "| MUStARD | published | 414 | 138 | 138 | 0 | 690 | 0 | 0 | 0 |" in table


def test_an_unknown_label_stops_a_build_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "MOSI"
    folder.mkdir()
    (folder / "test.tsv").write_text("id\ttext\tlabel\na$_$1\tyes\tneutral\n")

    assert main(["build-mmla", str(tmp_path), "--to", str(tmp_path / "out")]) == 2

    assert "test.tsv, line 2: 'neutral'" in capsys.readouterr().err


def test_other_spellings_are_the_same_label(tmp_path: Path) -> None:
    folder = tmp_path / "MIntRec2.0"
    folder.mkdir()
    rows = "1_1\tsorry\tApologize\n1_2\twhat do you think\task for opinions\n"
    (folder / "test.tsv").write_text(f"id\ttext\tlabel\n{rows}")

    labels = [row.label for row in find_sets(tmp_path)[0].utterances("test")]

    assert labels == ["apologise", "asking for opinions"]


def test_a_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "MOSI"
    folder.mkdir()
    (folder / "test.tsv").write_text("id\ttext\tlabel\na\tone\ttwo\tpositive\n")

    with pytest.raises(TasksError, match=r"line 2 has 4 cells instead of 3"):
        find_sets(tmp_path)


def test_two_commands_lead_to_builds_that_are_the_same_from_every_layout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = {
        "published": folders.published(tmp_path),
        "inference": folders.inference(tmp_path),
        "swift": folders.fine_tuning(tmp_path, "swift"),
    }
    for name, folder in sources.items():
        assert main(["check-mmla", str(folder)]) == 0
        assert (
            main(["build-mmla", str(folder), "--to", str(tmp_path / f"{name}s")]) == 0
        )

    assert "mmla-MELD-test-" in capsys.readouterr().out
    for name in all_sets():
        hashes = {read_label_build(tmp_path / f"{s}s" / name).sha256 for s in sources}
        assert len(hashes) == 1


def test_a_build_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = folders.published(tmp_path)
    main(["build-mmla", str(folder), "--to", str(tmp_path / "b"), "--sets", "MOSI"])
    items = tmp_path / "b" / "MOSI" / "items.jsonl"
    manifest = json.loads((items.parent / "build.json").read_text())
    assert manifest["counts"] == {"items": 8}
    assert manifest["cluster_count"] == 1
    assert manifest["majority_pct"] == 50

    items.write_text(items.read_text().replace("positive", "negative"))

    with pytest.raises(TasksError, match="were changed"):
        read_label_build(items.parent)


def test_utterances_of_one_dialogue_belong_together() -> None:
    clusters = {
        ("MELD", "1039_0"): "1039",
        ("MIntRec", "S05_E15_248"): "S05_E15",
        ("IEMOCAP", "Ses01F_impro01_F012"): "Ses01F_impro01",
        ("MOSI", "WKA5OygbEKI$_$20"): "WKA5OygbEKI",
        ("CH-SIMSv2.0", "video_0001_0012"): "video_0001",
        ("Anno-MI-client", "100_124"): "100",
        ("UR-FUNNY-v2", "24"): "24",
    }
    sets = all_sets()

    for (name, row_id), cluster in clusters.items():
        assert sets[name].cluster_of(row_id) == cluster
