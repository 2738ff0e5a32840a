"""A server that answers as a judge, and a site that may ask it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_django import Settings

from tests.analysis.judge.studies import STYLES
from tests.generation.chat_server import Handler, Seen, chat_server

MODEL = "asked"
ENTRY = """
title = "Asked model"
group = "site"
licence = "none"
engine = "openai_http"
memory_gib = 0
prompt = "comment-1"

[frames]
kind = "uniform"
count = 2
max_short_side = 64

[decoding]
max_new_tokens = 80
temperature = 0.7

[options]
base_url = "{url}"
model = "some-model"
usd_per_million_input_tokens = 1.0
usd_per_million_output_tokens = 2.0
input_tokens_per_frame = 100
"""
_LINE = re.compile(r"^(\d+)\. (\".*\")$", re.MULTILINE)


def prompt_of(server: Handler) -> str:
    return str(server.body["messages"][-1]["content"][-1]["text"])


def comments_in(prompt: str) -> dict[str, str]:
    """The comments that are asked about, by their number."""
    return {number: json.loads(text) for number, text in _LINE.findall(prompt)}


def opinion(text: str) -> int:
    """From 0 to 100, by the style of a made-up text."""
    for style, odds in STYLES.items():
        if text.startswith(style.partition("{n}")[0].strip()):
            return round(50 + 25 * odds)
    return 50


def judge_well(server: Handler, _number: int) -> None:
    """Answer as asked."""
    found = comments_in(prompt_of(server))
    server.say(json.dumps({number: opinion(text) for number, text in found.items()}))


@contextmanager
def asked_site(
    settings: Settings, folder: Path, behave: object = judge_well
) -> Iterator[Seen]:
    """A site whose registry has a model behind a real server; what the server saw."""
    with chat_server(behave) as (url, seen):  # type: ignore[arg-type]
        (folder / f"{MODEL}.toml").write_text(ENTRY.replace("{url}", url))
        settings.GENERATION_REGISTRY = str(folder)
        settings.GENERATION_HTTP_BASE_URLS = [url]
        settings.GENERATION_HTTP_ATTEMPTS = 1
        settings.GENERATION_RETRY_SECONDS = 0
        yield seen
