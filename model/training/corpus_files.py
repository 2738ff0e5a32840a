"""Records for training: read, filtered by licence, split from those held out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from corpus.record_files import NumberedRecord, RecordFile
from corpus.records import VideoRecord
from model.training.errors import TrainingError
from tasks.items import video_key

_HASH_RANGE = 2**64


@dataclass(frozen=True)
class CorpusFiles:
    """What the files hold, and what was left out of it."""

    records: list[VideoRecord]
    refused_line_count: int
    other_license_count: int


def read_records(files: Iterable[str], licenses: Sequence[str] = ()) -> CorpusFiles:
    """The records of all files; with `licenses`, only those under one of them.

    Raises:
        TrainingError: A file is not there.
    """
    records: list[VideoRecord] = []
    refused = other = 0
    for name in files:
        path = Path(name)
        if not path.is_file():
            message = f"{name} is no file; correct `records` in the config."
            raise TrainingError(message)
        with RecordFile(path) as lines:
            for line in lines:
                if not isinstance(line, NumberedRecord):
                    refused += 1
                elif licenses and line.record.extra.get("license") not in licenses:
                    other += 1
                else:
                    records.append(line.record)
    return CorpusFiles(records, refused, other)


def is_held_out(record: VideoRecord, share: float) -> bool:
    """Whether a video is kept for evaluation; depends on its name alone."""
    digest = blake2b(video_key(record).encode(), digest_size=8).digest()
    return int.from_bytes(digest) < share * _HASH_RANGE
