"""What people preferred, as a run learns from it: lines of a preference export."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from corpus.records import VideoRecord
from model.training.config import TrainingConfig
from model.training.corpus_files import read_records
from model.training.errors import TrainingError
from model.training.examples import Example, Examples, gather
from model.training.fingerprints import Fingerprints
from model.training.leakage import Clip, Sides, clips_of, refuse_leaks

_TRAIN, _HELD_OUT = "train.jsonl", "validation.jsonl"


@dataclass(frozen=True, slots=True)
class Preference:
    """Two answers about one video.

    Attributes:
        first: The chosen comment, or the one that people judged.
        second: The rejected comment, or for KTO one of another video, from which it is
            measured how far the network went.
        wanted: Whether people take the first for human.
        weight: How sure that is, 0 to 1.
        flip: Chance that people prefer the second.
    """

    first: Example
    second: Example
    wanted: bool = True
    weight: float = 1.0
    flip: float = 0.0


@dataclass(frozen=True)
class Preferences:
    """An export as a run takes it.

    Attributes:
        training, held_out: For the losses; empty where accepted comments are foreseen.
        examples: Comments that people accepted, to learn; and people's own under the
            held-out videos, to measure on.
        held_out_videos: A prompt with its clip for each held-out video, to write for.
        learnt_texts: Every text of the training lines.
    """

    training: Sequence[Preference]
    held_out: Sequence[Preference]
    examples: Examples
    held_out_videos: Sequence[Example]
    learnt_texts: Sequence[str]


def refuse_other_data(config: TrainingConfig) -> None:
    """Objectives that need preferences get them.

    Raises:
        TrainingError: With what to change.
    """
    is_preferences = config.data.kind == "preferences"
    if config.objective != "sft" and not is_preferences:
        message = (
            f'`objective = "{config.objective}"` learns from preferences: set '
            '`data.kind = "preferences"` and `data.preferences`.'
        )
        raise TrainingError(message)
    if not is_preferences:
        return
    if config.data.questions_a_sequence > 1:
        message = "Preferences are learnt one by one: leave `questions_a_sequence` out."
        raise TrainingError(message)
    if config.objective != "sft" and config.recipe.batch_tokens:
        message = "Preferences come in batches of examples: leave `batch_tokens` out."
        raise TrainingError(message)
    if config.objective != "sft" and config.recipe.dropout:
        message = "Network and reference are compared without dropout: set it to 0."
        raise TrainingError(message)


def read_preferences(config: TrainingConfig) -> Preferences:
    """Read an export.

    Raises:
        TrainingError: It is none, of another kind, without videos, or with one of a
            benchmark.
    """
    folder = Path(config.data.preferences)
    videos = _Videos(config)
    sides = [_rows(folder / name) for name in (_TRAIN, _HELD_OUT)]
    _refuse_kind(sides[0], config)
    learnt, held_out = ([*videos.shown(rows)] for rows in sides)
    if not learnt or not held_out:
        raise TrainingError(_empty(folder, videos, is_training=not learnt))
    videos.refuse_benchmark(learnt, held_out)
    pairs = (
        ([], [])
        if config.objective == "sft"
        else tuple(_preferences(side, config) for side in (learnt, held_out))
    )
    return Preferences(
        training=pairs[0],
        held_out=pairs[1],
        examples=Examples(
            training=[_example(one, _wanted(one.row)) for one in learnt if _is_in(one)],
            held_out=[*_peoples(held_out), *_tasks(config)],
            record_count=len(learnt) + len(held_out),
            refused_line_count=0,
            other_license_count=0,
            without_clip_count=videos.without_clip,
        ),
        held_out_videos=_one_a_video(held_out),
        learnt_texts=[text for one in learnt for text in _texts(one.row)],
    )


@dataclass(frozen=True)
class _Shown:
    """A line with its video's clip."""

    row: dict[str, Any]
    clip: Path | None


class _Videos:
    """Where the videos of lines are."""

    def __init__(self, config: TrainingConfig) -> None:
        self._config = config
        self.without_clip = 0
        records = read_records(config.data.records, config.data.licenses).records
        self._by_label = {_label(record): record for record in records}

    def shown(self, rows: Sequence[dict[str, Any]]) -> Iterator[_Shown]:
        """Lines whose clip is there; all where texts alone are learnt."""
        for row in rows:
            if not self._config.data.shows_video:
                yield _Shown(row, None)
                continue
            record = self._by_label.get(row["video"])
            clip = Path(self._config.data.clips) / (record.video_path if record else "")
            if record is None or not clip.is_file():
                self.without_clip += 1
            else:
                yield _Shown(row, clip)

    def refuse_benchmark(
        self, learnt: Sequence[_Shown], held_out: Sequence[_Shown]
    ) -> None:
        """Compare with the benchmark's videos by name and look."""
        data = self._config.data
        if not data.benchmark_records:
            return
        records = read_records(data.benchmark_records).records
        benchmark = clips_of(records, Path(data.benchmark_clips))
        sides = [
            [
                Clip(video.replace(":", "/", 1), clip)
                for video, clip in {one.row["video"]: one.clip for one in side}.items()
            ]
            for side in (learnt, held_out)
        ]
        index = Fingerprints(self._config.fingerprint_file)
        refuse_leaks(Sides(sides[0], sides[1], benchmark), index)


def _label(record: VideoRecord) -> str:
    """As exports name a video."""
    return f"{record.platform}:{record.external_id}"


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        message = (
            f"{path} is no file: name a folder that `manage.py export_preferences` "
            "wrote in `data.preferences`."
        )
        raise TrainingError(message)
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _refuse_kind(rows: Sequence[dict[str, Any]], config: TrainingConfig) -> None:
    if not rows:
        return
    is_pairs = "rejected" in rows[0]
    wants_pairs = config.objective == "dpo"
    if is_pairs == wants_pairs and ("label" in rows[0] or is_pairs):
        return
    kind = "pairs" if wants_pairs else "binary"
    message = (
        f'`objective = "{config.objective}"` learns from `--kind {kind}`; '
        f"{config.data.preferences} is of another kind."
    )
    raise TrainingError(message)


def _empty(folder: Path, videos: _Videos, *, is_training: bool) -> str:
    what = _TRAIN if is_training else _HELD_OUT
    return (
        f"{folder / what} has no line that can be used; {videos.without_clip} are on "
        "videos without a clip. Look at `records` and `clips` in the config, or export "
        "more judgments."
    )


def _wanted(row: dict[str, Any]) -> str:
    return str(row["chosen"] if "chosen" in row else row["completion"])


def _texts(row: dict[str, Any]) -> list[str]:
    names = ("chosen", "rejected", "completion")
    return [str(row[name]) for name in names if name in row]


def _is_in(one: _Shown) -> bool:
    """Whether people accept the comment."""
    return bool(one.row.get("label", True))


def _example(one: _Shown, answer: str) -> Example:
    return Example(str(one.row["prompt"]), answer, one.clip)


def _preferences(side: Sequence[_Shown], config: TrainingConfig) -> list[Preference]:
    if config.objective == "dpo":
        return [
            Preference(
                _example(one, one.row["chosen"]),
                _example(one, one.row["rejected"]),
                flip=1 - float(one.row["p"]),
            )
            for one in side
        ]
    others = _strangers(side, config.data.seed)
    return [
        Preference(
            _example(one, one.row["completion"]),
            _example(one, other),
            wanted=bool(one.row["label"]),
            weight=float(one.row["weight"]),
        )
        for one, other in zip(side, others, strict=True)
    ]


def _strangers(side: Sequence[_Shown], seed: int) -> list[str]:
    """For each line a comment of another video, where there is one."""
    random = Random(f"strangers/{seed}")  # noqa: S311
    found = []
    for one in side:
        others = [o for o in side if o.row["video"] != one.row["video"]] or [*side]
        found.append(_wanted(random.choice(others).row))
    return found


def _peoples(side: Sequence[_Shown]) -> list[Example]:
    """People's comments; accepted ones where there are none."""
    own = [
        one
        for one in side
        if "human" in {one.row.get("origin"), one.row.get("chosen_origin")}
    ]
    accepted = [one for one in side if _is_in(one)]
    return [_example(one, _wanted(one.row)) for one in own or accepted or side]


def _tasks(config: TrainingConfig) -> Iterator[Example]:
    """Held-out questions of `task_records`: what must not be unlearnt."""
    if config.data.tasks and config.data.task_records:
        only = replace(config.data, records=(), comment_records=())
        yield from gather(only).examples(is_held_out=True)


def _one_a_video(side: Sequence[_Shown]) -> list[Example]:
    by_video = {one.row["video"]: one for one in side}
    return [_example(one, "") for one in by_video.values()]
