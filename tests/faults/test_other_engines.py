"""Rounds over HTTP and through a program, where the other side misbehaves."""

import sys
import threading
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.installation import Installation
from tests.generation.chat_server import Handler, Seen, chat_server
from tests.generation.remote_checkpoint import build_remote
from tests.specimens.clips import write_clip

pytestmark = pytest.mark.slow

# Nothing else in the installation reads like it.
KEY = "sk-loopback-5b1fd0c2e7a94c08"
ENTRY = """
title = "{title}"
group = "site"
licence = "none"
engine = "{engine}"
{weights}
prompt = "comment-1"
frames = {{ kind = "uniform", count = 4, max_short_side = 64 }}
decoding = {{ max_new_tokens = 8, temperature = 0.7, top_p = 0.9 }}

[options]
{options}
"""


_ERRORS = {
    "busy": (429, "rate_limit", "Slowly."),
    "failing": (500, "", f"{KEY} met a worker that is gone."),
    "blocked": (400, "content_policy_violation", f"Blocked for {KEY}."),
    "spent": (429, "insufficient_quota", f"{KEY} is spent."),
}


class Misbehaving:
    """Answers each video in its own way; which video gets which does not matter."""

    # Once, then well.
    PASSING = ("busy", "failing", "empty", "unterminated", "stalling")
    # Whenever it is asked.
    LASTING = ("blocked", "thinking", "spent")

    def __init__(self) -> None:
        self._manners = iter([*self.PASSING, *self.LASTING])
        self._by_video: dict[str, str] = {}
        self._lock = threading.Lock()

    def __call__(self, handler: Handler, number: int) -> None:
        video = handler.body["messages"][-1]["content"][1]["image_url"]["url"]
        with self._lock:
            if video not in self._by_video:
                self._by_video[video] = next(self._manners, "well")
            manner = self._by_video[video]
            if manner in self.PASSING:
                self._by_video[video] = "well"
        self._answer(handler, manner, number)

    def _answer(self, handler: Handler, manner: str, number: int) -> None:
        if manner in _ERRORS:
            status, code, words = _ERRORS[manner]
            handler.fail(status, code, words, Retry_After="1")
        elif manner in ("unterminated", "stalling"):
            self._begin(handler)
            if manner == "stalling":
                handler.rfile.read(1)  # until the other side has had enough
            handler.close_connection = True
        elif manner in ("empty", "thinking"):
            handler.say("", finish="length" if manner == "thinking" else "stop")
        else:
            handler.say(f"did not see number {number} coming")

    def _begin(self, handler: Handler) -> None:
        """An answer whose end does not come."""
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"choices": [{"message": {"content": "half a')
        handler.wfile.flush()


@pytest.fixture
def served() -> Iterator[tuple[str, Seen]]:
    with chat_server(Misbehaving()) as server:
        yield server


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    """Ten short clips, of which no two look alike."""
    return [
        write_clip(tmp_path / f"{number}.mp4", size=(64 + 16 * number, 48))
        for number in range(10)
    ]


def make_study(site: Installation, clips: Sequence[Path]) -> str:
    """The key of a draft with a video of each clip."""
    key = f"study-{uuid4().hex[:8]}"
    site.act("make_study", key, len(clips), *clips)
    return key


def failures_of(site: Installation, round_id: int) -> dict[str, str]:
    """What happened to the failed jobs, by reason; each reason stands once."""
    rows = site.ask(
        """
        SELECT j.error_reason, j.error FROM generation_generationjob j
        JOIN generation_roundsource s ON s.id = j.round_source_id
        WHERE s.round_id = %s AND j.state = 'failed'
        """,
        round_id,
    )
    assert len({reason for reason, _ in rows}) == len(rows), rows
    return dict(rows)


def pages_of(site: Installation, round_id: int, folder: Path) -> dict[str, str]:
    """What an admin sees of a round, by page."""
    folder.mkdir()
    site.act("save_pages", round_id, folder)
    return {page.stem: page.read_text() for page in folder.iterdir()}


def assert_every_failure_is_explained(
    pages: dict[str, str], failures: dict[str, str]
) -> None:
    for reason, words in failures.items():
        assert f"?reason={reason}" in pages["round"]
        assert escape(words) in pages["errors"]


def assert_nowhere(words: str, site: Installation, pages: dict[str, str]) -> None:
    """In no row, no log, no message of the broker, no other file, and on no page."""
    tables = site.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    found = [
        table
        for (table,) in tables
        if site.ask(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s', f"%{words}%")  # noqa: S608 - our own tables
    ]
    files = [
        file
        for file in site.folder.rglob("*")
        if file.is_file() and words.encode() in file.read_bytes()
    ]
    assert (found, files) == ([], [])
    assert [name for name, page in pages.items() if words in page] == []


def test_a_round_over_http_ends_with_every_failure_explained(
    installation: Installation,
    served: tuple[str, Seen],
    clips: list[Path],
    tmp_path: Path,
) -> None:
    address, seen = served
    installation.add_model(
        "over-http",
        ENTRY.format(
            title="Over HTTP",
            engine="openai_http",
            weights="memory_gib = 0",
            options=f'base_url = "{address}"\nmodel = "m"\n'
            'key_variable = "FAULTS_KEY"\ntimeout_s = 1',
        ),
    )
    installation.settings = {
        "GENERATION_HTTP_BASE_URLS": address,
        "FAULTS_KEY": KEY,
        "LOG_LEVEL": "DEBUG",
    }
    study = make_study(installation, clips)
    broken = installation.files_of(study)[0]
    broken.write_bytes(b"no video at all" * 100)

    worker = installation.ensure_worker("generation.http")
    round_id = installation.open_round(study, "over-http")
    installation.wait_until_over(round_id)
    installation.kill(worker)

    assert installation.jobs(round_id) == {"done": 6, "failed": 4}
    failures = failures_of(installation, round_id)
    assert set(failures) == {"undecodable", "refused", "empty", "http_429"}
    assert "[key]" in failures["refused"]
    assert "reasoning_tokens" in failures["empty"]
    pages = pages_of(installation, round_id, tmp_path / "pages")
    assert_every_failure_is_explained(pages, failures)
    assert {headers["authorization"] for headers in seen.headers} == {f"Bearer {KEY}"}
    assert_nowhere(KEY, installation, pages)


@pytest.mark.nightly  # by day without a round around it
def test_a_round_through_the_reference_program_ends_with_every_failure_explained(
    installation: Installation, clips: list[Path], tmp_path: Path
) -> None:
    build_remote(installation.folder / "checkpoints" / "by-program")
    options = 'environment = "own"\nprogram = "remote_code"\nadapter = "internvl"'
    installation.add_model(
        "by-program",
        ENTRY.format(
            title="By a program",
            engine="subprocess",
            weights='dtype = "float32"\nmemory_gib = 0.1',
            options=options,
        ),
    )
    installation.settings = {"GENERATION_ENVIRONMENTS": f"own={sys.executable}"}
    short = write_clip(tmp_path / "short.mp4", times_ms=(0, 40))
    study = make_study(installation, [*clips[:4], short, clips[4]])
    broken = installation.files_of(study)[5]
    broken.write_bytes(b"no video at all" * 100)

    worker = installation.ensure_worker("generation.subprocess")
    round_id = installation.open_round(study, "by-program")
    installation.wait_until_over(round_id)
    installation.kill(worker)

    assert installation.jobs(round_id) == {"done": 4, "failed": 2}
    failures = failures_of(installation, round_id)
    assert set(failures) == {"undecodable", "crashed"}
    assert "no kernel for so short a video" in failures["crashed"]
    pages = pages_of(installation, round_id, tmp_path / "pages")
    assert_every_failure_is_explained(pages, failures)
    texts = installation.ask(
        """
        SELECT a.raw_text, a.engine->>'engine' FROM generation_attempt a
        JOIN generation_generationjob j ON j.id = a.job_id
        JOIN generation_roundsource s ON s.id = j.round_source_id
        WHERE s.round_id = %s AND a.error_reason = ''
        """,
        round_id,
    )
    assert all(text.startswith("4 frames ") for text, _ in texts)
    assert all("remote_code, transformers" in engine for _, engine in texts)
