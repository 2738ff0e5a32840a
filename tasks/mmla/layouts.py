"""The three layouts in which people really have the data, read without guessing.

Published: the data set as downloaded, `<Folder>/{train,dev,test}.tsv` with archives or
folders of clips. Inference: `<set>/test_<dimension>.json`, as the authors' zero-shot
scripts read it. Fine-tuning: files of whole prompts and answers, for frameworks.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from tasks.errors import TasksError
from tasks.mmla.rows import FoundSet, RawRow
from tasks.mmla.sets import SPLITS, LabelSet, all_sets

PUBLISHED, INFERENCE, FINE_TUNING = "published", "inference", "fine-tuning"
_SUFFIX = ".mp4"
_SPLIT_NAMES = {"val": "dev", "valid": "dev", "validation": "dev"}
_TEXT_COLUMNS = ("text", "utterance")
# Greedy: what a speaker says may hold the words that follow it in the template.
_UTTERANCE = re.compile(
    r"speaker says: ?(?P<text>.*)\.\s+Based on the text(?:ual)?\b", re.DOTALL
)
_ANSWER = re.compile(r"\s*(?P<dimension>[\w ]+?)\s*:\s*(?P<label>.+?)\s*", re.DOTALL)
_CLIP_FIELDS = ("videos", "video", "images", "image")


def find_sets(folder: Path) -> list[FoundSet]:
    """Every set in the folder, in whichever layout.

    Raises:
        TasksError: A file cannot be read as what it looks like.
    """
    found: dict[tuple[str, str], FoundSet] = {}
    sets = all_sets()
    for labels, layout, rows in _read(folder, sets):
        key = (labels.name, layout)
        found.setdefault(key, FoundSet(labels, layout)).take(rows)
    order = list(sets)
    return sorted(found.values(), key=lambda one: order.index(one.labels.name))


def _read(
    folder: Path, sets: Mapping[str, LabelSet]
) -> Iterator[tuple[LabelSet, str, Iterable[RawRow]]]:
    by_folder = {_plain(one.folder): one for one in sets.values()}
    by_folder |= {_plain(one.prefix): one for one in sets.values()}
    for path in sorted(folder.rglob("*.tsv")):
        labels = by_folder.get(_plain(path.parent.name))
        if labels and (split := _split_of(path)):
            yield labels, PUBLISHED, _table_rows(path, split, labels)
    for path in sorted([*folder.rglob("*.json"), *folder.rglob("*.jsonl")]):
        owner = by_folder.get(_plain(path.parent.name))
        split, _, dimension = path.stem.partition("_")
        if owner and split in SPLITS and dimension == owner.dimension:
            yield owner, INFERENCE, _inference_rows(path, split, owner)
        else:
            for name, rows in _conversations(path, sets).items():
                yield sets[name], FINE_TUNING, rows


def _plain(name: str) -> str:
    """Names of folders differ in case and punctuation from those in the table."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _split_of(path: Path) -> str:
    """Which split a file is of, by a word of its name; empty if by none."""
    for word in re.split(r"[^a-z]+", path.stem.casefold()):
        split = _SPLIT_NAMES.get(word, word)
        if split in SPLITS:
            return split
    return ""


def clip_name(labels: LabelSet, row_id: str) -> str:
    """What the published data call the clip of a row."""
    return f"{labels.prefix}_{row_id}{_SUFFIX}"


# --- Published ----------------------------------------------------------------------


def _table_rows(path: Path, split: str, labels: LabelSet) -> Iterator[RawRow]:
    """Every cell is text: "NA" is something that people say, and quotes are quotes."""
    lines = _text(path).split("\n")
    header = [name.strip().casefold() for name in lines[0].rstrip("\r").split("\t")]
    text = _column(header, _TEXT_COLUMNS, path)
    label = _column(header, ("label", labels.dimension), path)
    row_id = _column(header, ("id",), path)
    for number, line in enumerate(lines[1:], 2):
        cells = line.rstrip("\r").split("\t")
        if cells == [""]:
            continue
        where = f"{path.name}, line {number}"
        if len(cells) != len(header):
            message = (
                f"{path}, line {number} has {len(cells)} cells instead of "
                f"{len(header)}; separate them by tabs."
            )
            raise TasksError(message)
        name = cells[row_id].strip()
        clip = clip_name(labels, name)
        yield RawRow(split, name, cells[text], cells[label], clip, where)


def _column(header: list[str], names: Iterable[str], path: Path) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    message = f"{path} has no column {' or '.join(names)}; its header is {header}."
    raise TasksError(message)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8: {error}. Save it as UTF-8."
        raise TasksError(message) from error


# --- Inference ----------------------------------------------------------------------


def _inference_rows(path: Path, split: str, labels: LabelSet) -> Iterator[RawRow]:
    for number, entry in enumerate(_entries(path), 1):
        where = f"{path.name}, entry {number}"
        try:
            text, label = (turn["value"] for turn in entry["conversations"])
            clip = _file_name(entry["video"])
        except (KeyError, TypeError, ValueError) as error:
            message = (
                f"{path}, entry {number} is not a question with its label: {error}"
            )
            raise TasksError(message) from error
        yield RawRow(split, _row_id(clip, labels), text, label, clip, where)


def _row_id(clip: str, labels: LabelSet) -> str:
    return clip.removeprefix(f"{labels.prefix}_").removesuffix(_SUFFIX)


def _file_name(path: str) -> str:
    """The last part of a path of any machine."""
    kind = PureWindowsPath if "\\" in path else PurePosixPath
    return kind(path).name


# --- Fine-tuning --------------------------------------------------------------------


def _conversations(path: Path, sets: Mapping[str, LabelSet]) -> dict[str, list[RawRow]]:
    """Rows by set; a file without our prompts has none."""
    rows: dict[str, list[RawRow]] = defaultdict(list)
    split = _split_of(path) or "train"
    for number, entry in enumerate(_entries(path), 1):
        asked, answered = _turns(entry)
        match, answer = _UTTERANCE.search(asked), _ANSWER.fullmatch(answered)
        if match is None or answer is None:
            continue
        clip = _file_name(_clip_path(entry))
        labels = _set_of(clip, answer["dimension"], sets)
        if labels is None:
            continue
        where = f"{path.name}, entry {number}"
        row = RawRow(
            split, _row_id(clip, labels), match["text"], answer["label"], clip, where
        )
        rows[labels.name].append(row)
    return rows


def _turns(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Question and answer of an entry, in any framework's spelling."""
    if "query" in entry:
        return str(entry["query"]), str(entry.get("response", ""))
    turns = entry.get("conversations") or entry.get("messages") or []
    texts = [str(turn.get("value", turn.get("content", ""))) for turn in turns]
    return (texts[-2], texts[-1]) if len(texts) > 1 else ("", "")


def _clip_path(entry: Mapping[str, Any]) -> str:
    for name in _CLIP_FIELDS:
        if value := entry.get(name):
            return str(value[0] if isinstance(value, list) else value)
    return ""


def _set_of(clip: str, dimension: str, sets: Mapping[str, LabelSet]) -> LabelSet | None:
    """The set that a clip is of: the longest prefix, as one begins like another."""
    asked = _plain(dimension).replace("behaviour", "behavior")
    matching = [
        one
        for one in sets.values()
        if clip.startswith(f"{one.prefix}_") and _plain(one.dimension) == asked
    ]
    return max(matching, key=lambda one: len(one.prefix), default=None)


def _entries(path: Path) -> list[Mapping[str, Any]]:
    text = _text(path)
    entries: Any
    try:
        if path.suffix == ".jsonl":
            entries = [json.loads(line) for line in text.split("\n") if line.strip()]
        else:
            entries = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"{path} is not JSON: {error}"
        raise TasksError(message) from error
    if not isinstance(entries, list):
        return []
    return [entry for entry in entries if isinstance(entry, dict)]
