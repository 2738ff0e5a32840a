"""The HTTP engine against llama.cpp's server, where its Python package is installed.

Not a dependency of ours: `pip install xllamacpp gguf` brings it.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from generation.engines.base import Decoding, EngineError, Reason
from generation.registry import Entry
from tests.generation.test_openai_http import engine_for, http_entry
from tests.generation.tiny_models import frames, request, texts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("xllamacpp") and find_spec("gguf")),
        reason="xllamacpp and gguf (a llama.cpp server) are not installed",
    ),
]

KEY = "sk-of-the-loopback-server"
PICTURE_TOKENS = 16
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server in a process of its own, that ends with its input."""
    folder = tmp_path_factory.mktemp("gguf")
    command = [sys.executable, "-m", "tests.generation.gguf_server", str(folder), KEY]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    lines = (line.strip() for line in process.stdout)
    found = next((line for line in lines if line.startswith("http")), "")
    assert found, (folder / "log").read_text()[-2000:]
    yield f"{found}/v1"
    process.communicate(timeout=30)


@pytest.fixture
def served(address: str, monkeypatch: pytest.MonkeyPatch) -> Entry:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    return replace(http_entry(address), decoding=Decoding(max_new_tokens=8))


def test_it_writes_by_what_it_sees(served: Entry) -> None:
    videos = {key: frames(seed, count=4) for key, seed in (("a", 1), ("b", 2))}
    with closing(engine_for(served)) as engine:
        answers = [
            answer
            for key in ("a", "b")
            for answer in engine.generate([request(key, video=videos[key])])
        ]
        again = [*engine.generate([request("a", video=videos["a"])])]

    assert texts(answers)["a"] == texts(again)["a"] != texts(answers)["b"]
    assert {answer.token_count for answer in answers} == {8}
    assert all(a.prompt_token_count > 4 * PICTURE_TOKENS for a in answers)
    assert engine.identity.revision.endswith("tiny.gguf")


def test_many_requests_at_once_all_get_their_answer(served: Entry) -> None:
    wanted = [request(str(n), seed=n, video=frames(n, count=2)) for n in range(12)]

    with closing(engine_for(served)) as engine:
        found = texts([*engine.generate(wanted)])

    assert set(found) == {str(n) for n in range(12)}
    assert all(found.values())


def test_a_wrong_key_ends_the_engine_and_is_not_repeated(
    served: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-key")

    with closing(engine_for(served)) as engine, pytest.raises(EngineError) as error:
        list(engine.generate([request()]))

    assert error.value.reason == Reason.MISCONFIGURED
    assert "sk-wrong-key" not in error.value.message
