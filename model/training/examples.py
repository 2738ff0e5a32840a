"""Records as instructions with their answers: the seven tasks and comment writing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random

from corpus.cleaning import clean_comments, display_text
from corpus.records import VideoRecord
from model.training.config import DataConfig
from model.training.corpus_files import CorpusFiles, is_held_out, read_records
from model.training.errors import TrainingError
from tasks.building import build_items
from tasks.builds import read_build
from tasks.errors import TasksError
from tasks.items import Item, video_key
from tasks.scoring import Question


@dataclass(frozen=True, slots=True)
class Example:
    """One instruction about one video, and what should be answered.

    Attributes:
        clip: The file; None where texts alone are learnt.
        question: The item that is asked; None for a comment.
    """

    prompt: str
    answer: str
    clip: Path | None = None
    question: Question | None = None


@dataclass(frozen=True)
class Examples:
    """All of a corpus, split by video, with what was left out and why."""

    training: Sequence[Example]
    held_out: Sequence[Example]
    record_count: int
    refused_line_count: int
    other_license_count: int
    without_clip_count: int


@dataclass(frozen=True)
class RecordCounts:
    """What the files of records hold, and what was left out; as in `Examples`."""

    record_count: int
    refused_line_count: int
    other_license_count: int
    without_clip_count: int


@dataclass(frozen=True)
class Gathered:
    """The usable records of a config's three kinds of files."""

    config: DataConfig
    full: list[VideoRecord]
    spoken: list[VideoRecord]
    asked: list[VideoRecord]
    counts: RecordCounts

    def examples(self, *, is_held_out: bool) -> Iterator[Example]:
        """Comments, then questions, of one side.

        Options come from the same side, or held-out texts would be seen in training.
        """
        side = partial(_side, config=self.config, held_out=is_held_out)
        full = side(self.full)
        yield from comment_examples([*full, *side(self.spoken)], self.config)
        if self.config.tasks:
            yield from task_examples([*full, *side(self.asked)], self.config)

    def videos(self, *, is_held_out: bool) -> list[tuple[str, Path | None]]:
        """Names and clips of the side's videos."""
        records = {
            video_key(record): record
            for record in (*self.full, *self.spoken, *self.asked)
        }
        side = _side(records.values(), self.config, held_out=is_held_out)
        return [(video_key(record), _clip(record, self.config)) for record in side]


def gather(config: DataConfig) -> Gathered:
    """Read the records that a run learns from or is measured on.

    Raises:
        TrainingError: A file of records is not there.
    """
    names = (config.records, config.comment_records, config.task_records)
    files = [read_records(paths, config.licenses) for paths in names]
    usable = [_with_clips(part, config) for part in files]
    (full, _), (spoken, _), (asked, _) = usable
    counts = RecordCounts(
        record_count=sum(len(records) for records, _ in usable),
        refused_line_count=sum(part.refused_line_count for part in files),
        other_license_count=sum(part.other_license_count for part in files),
        without_clip_count=sum(lost for _, lost in usable),
    )
    return Gathered(config, full, spoken, asked, counts)


def comment_examples(
    records: Iterable[VideoRecord], config: DataConfig
) -> Iterator[Example]:
    """The most liked comments of each video as answers to one instruction."""
    for record in records:
        random = Random(f"{config.seed}/{video_key(record)}")  # noqa: S311
        limit = config.max_comment_chars
        for text in top_comments(record, config.comments_per_video):
            if limit and len(text) > limit:
                continue
            prompt = _titled(record, config, random) + config.comment_prompt
            yield Example(prompt, text, _clip(record, config))


def task_examples(
    records: Sequence[VideoRecord], config: DataConfig
) -> Iterator[Example]:
    """Every item of the config's builds about these records, or that they yield.

    Raises:
        TrainingError: A folder is not a whole build.
    """
    by_key = {video_key(record): record for record in records}
    for item in _items(records, config):
        if item.video not in by_key:
            continue
        record = by_key[item.video]
        random = Random(f"{config.seed}/{item.video}/{item.task}")  # noqa: S311
        prompt = _titled(record, config, random) + item.prompt(config.answer_form)
        answer = item.right_answer(config.answer_form)
        yield Example(prompt, answer, _clip(record, config), item)


def _items(records: Sequence[VideoRecord], config: DataConfig) -> Iterable[Item]:
    if not config.item_builds:
        return build_items(records, seed=config.seed).items
    try:
        builds = [read_build(Path(folder)) for folder in config.item_builds]
    except TasksError as error:
        raise TrainingError(str(error)) from error
    return chain.from_iterable(build.items for build in builds)


def top_comments(record: VideoRecord, count: int) -> list[str]:
    """The usable comments with most likes, unknown likes last, ties as received."""
    cleaned = clean_comments(comment.text for comment in record.comments)
    usable = [
        (-1 if comment.like_count is None else comment.like_count, clean.text)
        for clean, comment in zip(cleaned, record.comments, strict=True)
        if clean.is_usable
    ]
    usable.sort(key=lambda pair: -pair[0])
    return [text for _, text in usable[:count]]


def _titled(record: VideoRecord, config: DataConfig, random: Random) -> str:
    """What goes before an instruction: by the config's share, the title."""
    title = display_text(record.title)
    if title and random.random() < config.title_share:
        return f"{title}\n"
    return ""


def _side(
    records: Iterable[VideoRecord], config: DataConfig, *, held_out: bool
) -> list[VideoRecord]:
    share = config.held_out_share
    return [record for record in records if is_held_out(record, share) == held_out]


def _with_clips(
    corpus: CorpusFiles, config: DataConfig
) -> tuple[list[VideoRecord], int]:
    """The records that can be learnt from, and how many have no file for it."""
    if not config.shows_video:
        return corpus.records, 0
    folder = Path(config.clips)
    there = [
        record
        for record in corpus.records
        if record.video_path and (folder / record.video_path).is_file()
    ]
    return there, len(corpus.records) - len(there)


def _clip(record: VideoRecord, config: DataConfig) -> Path | None:
    return Path(config.clips) / record.video_path if config.shows_video else None
