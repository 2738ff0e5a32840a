"""A file of replies, whoever wrote it."""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from tasks.builds import Build
from tasks.errors import TasksError
from tasks.exchange.lmms_eval import read_samples
from tasks.exchange.replies import ImportedReply, read_reply_lines
from tasks.exchange.vlmevalkit import read_predictions


class ReplyFormat(StrEnum):
    """Who writes such files."""

    LINES = "JSON Lines"
    LMMS_EVAL = "lmms-eval"
    VLMEVALKIT = "VLMEvalKit"


def format_of(path: Path) -> ReplyFormat:
    """Told by the ending, and by the first line.

    Raises:
        TasksError: The file cannot be read as text.
    """
    if path.suffix != ".jsonl":
        return ReplyFormat.VLMEVALKIT
    try:
        with path.open(encoding="utf-8") as file:
            first = json.loads(next((line for line in file if line.strip()), "{}"))
    except (OSError, ValueError) as error:
        message = f"{path.name}, line 1 is no reply: {error}"
        raise TasksError(message) from error
    is_sample = isinstance(first, dict) and {"resps", "filtered_resps"} & first.keys()
    return ReplyFormat.LMMS_EVAL if is_sample else ReplyFormat.LINES


def read_replies(path: Path, build: Build) -> Iterator[ImportedReply]:
    """The replies in a file of any of the formats.

    Raises:
        TasksError: The file has another format, or a line is no reply.
    """
    found = format_of(path)
    if found is ReplyFormat.LMMS_EVAL:
        return read_samples(path, build)
    if found is ReplyFormat.VLMEVALKIT:
        return read_predictions(path, build)
    return read_reply_lines(path)
