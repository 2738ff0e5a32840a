"""What the demo's studies are made of: clips, texts, sources, from `content/`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from corpus.record_files import NumberedRecord
from corpus.record_parsing import parse_record
from demo.clips import CLIPS, CONTENT

PLATFORM: Final = "demo"


@dataclass(frozen=True)
class DemoSource:
    """A made-up AI source: a manner of writing, imitated by hand."""

    key: str
    title: str
    plausibility: float
    """Log-odds of Human in the simulation (`demo.simulate`)."""


@dataclass(frozen=True)
class ModelComment:
    """One comment in the manner of a source."""

    clip: str
    source: str
    text: str


def clip_records() -> Iterator[NumberedRecord]:
    """The clips with their metadata and viewers' comments, in the records format."""
    for line, clip in enumerate(CLIPS, start=1):
        record = json.dumps(content(clip)["record"]).encode()
        yield NumberedRecord(line, parse_record(record))


def demo_sources() -> tuple[DemoSource, ...]:
    """The 24 sources of the demo study."""
    return tuple(
        DemoSource(source["key"], source["title"], source["plausibility"])
        for source in content("sources")["sources"]
    )


def model_comments() -> Iterator[ModelComment]:
    """Every comment in the manner of an AI source, clip by clip."""
    for clip in CLIPS:
        for source, text in content(clip)["model_comments"].items():
            yield ModelComment(clip, source, text)


def external_id(clip: str) -> str:
    """What the clip is called on its platform, `demo`."""
    identifier: str = content(clip)["record"]["external_id"]
    return identifier


@cache
def content(name: str) -> dict[str, Any]:
    """One JSON file of the folder; callers do not change it."""
    parsed: dict[str, Any] = json.loads(_file(f"{name}.json"))
    return parsed


def document(name: str) -> str:
    """One text for annotators, in Markdown."""
    return _file(f"{name}.md")


def _file(name: str) -> str:
    return (CONTENT / name).read_text(encoding="utf-8")
