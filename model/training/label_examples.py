"""MMLA's utterances as instructions: a published prompt, and the label as answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from model.training.config import DataConfig
from model.training.errors import TrainingError
from model.training.examples import Example, RecordCounts
from tasks.builds import MANIFEST_FILE
from tasks.errors import TasksError
from tasks.mmla.builds import read_label_build
from tasks.mmla.clip_files import archives_in, unpacked_clips
from tasks.mmla.items import LabelItem
from tasks.mmla.layouts import find_sets
from tasks.mmla.prompts import Wording
from tasks.mmla.rows import Utterance
from tasks.mmla.sets import LabelSet, all_sets

_LEARNT, _HELD_OUT = "train", "dev"
_ROWS = (".tsv", ".json", ".jsonl")


class _Row(NamedTuple):
    """An utterance of one of the two splits, and its clip where there is one."""

    labels: LabelSet
    split: str
    utterance: Utterance
    clip: Path | None

    @property
    def key(self) -> str:
        """Names its video, as on the platform."""
        return f"mmla:{self.labels.name}/{self.split}/{self.utterance.row_id}"


@dataclass(frozen=True)
class GatheredLabels:
    """The rows of a config's sets that can be learnt from or measured on."""

    config: DataConfig
    rows: list[_Row]
    counts: RecordCounts

    def examples(self, *, is_held_out: bool) -> Iterator[Example]:
        """The rows of one side, set by set."""
        shows_video = self.config.shows_video
        wording = Wording(self.config.wording)
        for row in self._side(is_held_out=is_held_out):
            item = LabelItem(row.labels, row.utterance, wording)
            prompt = item.prompt_at(0, shows_video=shows_video)
            yield Example(prompt, item.right_answer, row.clip, item)

    def videos(self, *, is_held_out: bool) -> list[tuple[str, Path | None]]:
        """Names and clips of one side."""
        return [(row.key, row.clip) for row in self._side(is_held_out=is_held_out)]

    def _side(self, *, is_held_out: bool) -> list[_Row]:
        split = _HELD_OUT if is_held_out else _LEARNT
        return [row for row in self.rows if row.split == split]


def gather_labels(config: DataConfig) -> GatheredLabels:
    """Read the train and dev rows of the config's sets.

    Raises:
        TrainingError: A folder or a set is not there, or a label is unknown.
    """
    folders = _folders(config)
    found: dict[tuple[str, str, str], _Row] = {}
    clips = _clips(config, folders)
    for labels, split, utterances in _splits(folders, config.sets):
        for one in utterances:
            clip = clips.get(one.clip.casefold())
            # One set may lie there in several layouts.
            key = (labels.name, split, one.row_id)
            found.setdefault(key, _Row(labels, split, one, clip))
    rows = list(found.values())
    missing = sorted({*config.sets} - {row.labels.name for row in rows})
    if missing:
        message = (
            f"No rows of {', '.join(missing)} are in the train and dev splits of "
            f"{', '.join(config.mmla)}: `python -m tasks check-mmla FOLDER` says what "
            "a folder holds."
        )
        raise TrainingError(message)
    usable = [row for row in rows if row.clip or not config.shows_video]
    if rows and not usable:
        raise TrainingError(_no_clips(folders))
    order = list(all_sets())
    usable.sort(key=lambda row: (order.index(row.labels.name), row.utterance.row_id))
    counts = RecordCounts(len(usable), 0, 0, len(rows) - len(usable))
    return GatheredLabels(config, usable, counts)


def files_of_rows(config: DataConfig) -> list[Path]:
    """Files and folders whose change changes the examples."""
    if config.kind != "mmla":
        return []
    return sorted(
        path
        for folder in map(Path, config.mmla)
        for path in (folder, *folder.rglob("*"))
        if path.is_dir() or path.suffix in _ROWS
    )


def plain_label_item(item: LabelItem) -> dict[str, Any]:
    """As JSON takes it."""
    return {
        "set": item.labels.name,
        "utterance": asdict(item.utterance),
        "wording": item.wording,
    }


def read_label_item(values: Mapping[str, Any]) -> LabelItem:
    """What `plain_label_item` wrote."""
    return LabelItem(
        all_sets()[values["set"]],
        Utterance(**values["utterance"]),
        Wording(values["wording"]),
    )


def _folders(config: DataConfig) -> list[Path]:
    folders = [Path(name) for name in config.mmla]
    if not folders:
        message = "Name a folder of MMLA's data, or of builds, in `data.mmla`."
        raise TrainingError(message)
    for folder in folders:
        if not folder.is_dir():
            message = f"{folder} is no folder; correct `data.mmla` in the config."
            raise TrainingError(message)
    return folders


def _clips(config: DataConfig, folders: list[Path]) -> dict[str, Path]:
    """By name in lower case; none where texts alone are learnt."""
    if not config.shows_video:
        return {}
    return unpacked_clips([Path(config.clips), *folders] if config.clips else folders)


def _no_clips(folders: list[Path]) -> str:
    packed = archives_in(folders)
    lie = f" The clips in {packed[0]} must be unpacked first." if packed else ""
    return (
        f"No clip of these sets was found.{lie} Name their folder in `data.clips`, or "
        "set `shows_video = false` to learn from what is said alone."
    )


def _splits(
    folders: Iterable[Path], names: Iterable[str]
) -> Iterator[tuple[LabelSet, str, Iterable[Utterance]]]:
    """The rows that are learnt or held out, of the sets of these names or of all."""
    wanted = {*names} or {*all_sets()}
    try:
        for folder in folders:
            builds = [path.parent for path in sorted(folder.rglob(MANIFEST_FILE))]
            for build in map(read_label_build, builds):
                if build.labels.name in wanted and build.split in (_LEARNT, _HELD_OUT):
                    yield build.labels, build.split, build.utterances
            for found in [] if builds else find_sets(folder):
                if found.labels.name in wanted:
                    for split in (_LEARNT, _HELD_OUT):
                        yield found.labels, split, found.utterances(split)
    except TasksError as error:
        raise TrainingError(str(error)) from error
