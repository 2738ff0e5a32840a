"""The subprocess engine: real programs, well-behaved and not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest

from generation.engines.base import Answer, Decoding, EngineError, Reason, Request, Site
from generation.engines.subprocess import SubprocessEngine
from generation.programs import remote_code
from generation.registry import entry
from tests.generation.remote_checkpoint import build_remote
from tests.generation.remote_tpo import build_tpo
from tests.generation.tiny_models import frames, request, texts

Opener = Callable[..., SubprocessEngine]

# A program that speaks the protocol; each test adds what it does with a request.
_SPEAKER = """#!{python}
import json, os, subprocess, sys, time

def say(message, **answer):
    print(json.dumps(dict(id=message["id"], **answer)), flush=True)

for line in sys.stdin:
    message = json.loads(line)
    if message["do"] == "open":
        say(message, protocol=1, program="speaker", device="here")
        continue
    prompt = message["prompt"]
{body}
"""


@pytest.fixture
def speaker(tmp_path: Path) -> Iterator[Opener]:
    """Opens an engine whose program does what a few lines say."""
    engines = []

    def open_speaker(body: str, **options: object) -> SubprocessEngine:
        program = tmp_path / "program"
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        program.write_text(_SPEAKER.format(python=sys.executable, body=lines))
        program.chmod(0o755)
        (tmp_path / "checkpoints" / "llava-video-7b").mkdir(parents=True, exist_ok=True)
        chosen = {"environment": "mine", "program": "custom", "answer_s": 20}
        engine = SubprocessEngine(
            replace(entry("llava-video-7b"), options=chosen | options),
            Site(
                checkpoint_root=tmp_path / "checkpoints",
                environments={"mine": program},
            ),
        )
        engines.append(engine)
        return engine

    yield open_speaker
    for engine in engines:
        engine.close()


def asked(*prompts: str) -> list[Request]:
    video = frames(size=(16, 16), count=2)
    return [request(prompt, prompt=prompt, video=video) for prompt in prompts]


def reasons(answers: list[Answer]) -> dict[str, Reason | None]:
    return {a.key: a.error.reason if a.error else None for a in answers}


def test_a_program_gets_the_request_and_the_pixels(speaker: Opener) -> None:
    engine = speaker(
        'f = message["frames"]\n'
        'data = open(f["file"], "rb").read()\n'
        "say(message, text=f\"{prompt} {message['seed']} {f['count']} {data[0]} "
        "{len(data) == f['count'] * f['height'] * f['width'] * 3} {f['times_s']}\")"
    )
    wanted = asked("a")[0]

    answers = [*engine.generate([wanted])]

    first = int(wanted.frames.images[0][0, 0, 0])
    assert texts(answers) == {"a": f"a 1 2 {first} True [2.5, 7.5]"}
    assert "speaker" in engine.identity.engine
    assert engine.identity.device == "here"


def test_a_crash_costs_one_request_and_says_the_program_s_last_words(
    speaker: Opener,
) -> None:
    engine = speaker(
        'if prompt == "b":\n'
        '    sys.stderr.write("first\\nno such kernel\\n"); os._exit(3)\n'
        "say(message, text=prompt)"
    )

    answers = [*engine.generate(asked("a", "b", "c"))]

    assert reasons(answers) == {"a": None, "b": Reason.CRASHED, "c": None}
    assert "no such kernel" in str(answers[1].error)


def test_a_hang_is_killed_with_all_that_the_program_started(
    speaker: Opener, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    engine = speaker(
        'if prompt == "b":\n'
        '    child = subprocess.Popen(["sleep", "3600"])\n'
        f'    open("{pid_file}", "w").write(str(child.pid))\n'
        "    time.sleep(3600)\n"
        "say(message, text=prompt)",
        answer_s=1.5,
    )

    answers = [*engine.generate(asked("a", "b", "c"))]

    assert reasons(answers) == {"a": None, "b": Reason.TIMEOUT, "c": None}
    wait_until_gone(int(pid_file.read_text()))


def test_noise_on_the_output_is_passed_over(speaker: Opener) -> None:
    engine = speaker(
        'print("Loading checkpoint shards: 100%")\n'
        'print("{broken"); print("[1, 2]")\n'
        'print(json.dumps({"id": 999, "text": "x"}))\n'
        'os.write(1, b"\\xff\\xfe\\n")\n'
        "say(message, text=prompt)"
    )

    assert texts([*engine.generate(asked("a", "b"))]) == {"a": "a", "b": "b"}


def test_noise_without_end_is_cut_off(speaker: Opener) -> None:
    engine = speaker(
        'while prompt == "b":\n    os.write(1, b"x" * 65536)\nsay(message, text=prompt)'
    )

    answers = [*engine.generate(asked("a", "b", "c"))]

    assert reasons(answers) == {"a": None, "b": Reason.BAD_OUTPUT, "c": None}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ('error={"reason": "out_of_memory", "message": "m"}', Reason.OUT_OF_MEMORY),
        ('error={"reason": "refused", "message": "m"}', Reason.REFUSED),
        ('error={"reason": "no such reason", "message": "m"}', Reason.BAD_OUTPUT),
        ("text=5", Reason.BAD_OUTPUT),
        ("nothing=1", Reason.BAD_OUTPUT),
    ],
)
def test_what_the_program_reports_becomes_a_typed_error(
    speaker: Opener, reply: str, reason: Reason
) -> None:
    engine = speaker(f"say(message, {reply})")

    assert reasons([*engine.generate(asked("a"))]) == {"a": reason}


def test_a_program_that_dies_on_everything_ends_the_engine(speaker: Opener) -> None:
    engine = speaker("os._exit(1)")
    answers: list[Answer] = []

    with pytest.raises(EngineError) as error:
        answers.extend(engine.generate(asked("a", "b", "c", "d", "e")))

    assert error.value.reason == Reason.CRASHED


def test_another_protocol_is_refused(speaker: Opener, tmp_path: Path) -> None:
    engine = speaker("pass")
    program = tmp_path / "program"
    program.write_text(program.read_text().replace("protocol=1", "protocol=2"))

    with pytest.raises(EngineError, match="does not speak protocol 1"):
        engine.prepare()


def test_a_program_that_never_opens_is_given_up(
    speaker: Opener, tmp_path: Path
) -> None:
    engine = speaker("pass", start_s=0.5)
    (tmp_path / "program").write_text(
        f"#!{sys.executable}\nimport time; time.sleep(99)"
    )

    with pytest.raises(EngineError) as error:
        engine.prepare()

    assert error.value.reason == Reason.TIMEOUT


def test_no_secret_of_ours_reaches_the_program(
    speaker: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    engine = speaker("say(message, text=json.dumps(sorted(os.environ)))")

    seen = texts([*engine.generate(asked("a"))])["a"]

    assert "OPENAI_API_KEY" not in seen
    assert "DATABASE_URL" not in seen
    assert "PATH" in seen


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("checkpoints")
    build_remote(root / "internvl2-8b", "internvl")
    build_remote(root / "internvideo2.5-8b", "internvideo")
    build_remote(root / "minicpm-v-2.6", "minicpm_v")
    return root


def reference_engine(root: Path, key: str, temperature: float) -> SubprocessEngine:
    """The reference program, in the tests' own environment."""
    decoding = Decoding(max_new_tokens=6, temperature=temperature, top_p=0.9)
    chosen = replace(entry(key), dtype="float32", decoding=decoding)
    python = Path(sys.executable)
    environment = str(chosen.options["environment"])
    site = Site(checkpoint_root=root, environments={environment: python})
    return SubprocessEngine(chosen, site)


@pytest.fixture(scope="module")
def engine(root: Path) -> Iterator[SubprocessEngine]:
    engine = reference_engine(root, "internvl2-8b", temperature=0.7)
    yield engine
    engine.close()


@pytest.mark.slow
class TestReferenceProgram:
    """`programs/remote_code.py` on a checkpoint that brings its own code."""

    def test_it_writes_by_seed_and_video(self, engine: SubprocessEngine) -> None:
        def one(key: str, seed: int, video: int) -> Request:
            return request(key, seed=seed, video=frames(video))

        answers = texts(
            [
                *engine.generate(
                    [one("a", 1, 1), one("b", 1, 1), one("c", 2, 1), one("d", 3, 1)]
                )
            ]
        )

        assert answers["a"].startswith("8 frames ")
        assert answers["a"] == answers["b"]
        assert len(set(answers.values())) > 1
        identity = engine.identity
        assert "transformers" in identity.engine
        assert (identity.device, identity.gpu, identity.driver) == ("cpu", "", "")
        assert identity.packages["torch"] == version("torch")
        assert {len(identity.content_hash), len(identity.environment)} == {64}

    @pytest.mark.nightly
    @pytest.mark.parametrize("temperature", [0.0, 0.7])
    def test_minicpm_v_gets_pictures_and_words_in_one_message(
        self, root: Path, temperature: float
    ) -> None:
        with closing(reference_engine(root, "minicpm-v-2.6", temperature)) as engine:
            answers = [
                *engine.generate([request(str(n), video=frames(n)) for n in (1, 2)])
            ]

        found = texts(answers)
        assert found["1"].startswith("8 frames ")
        assert found["1"] != found["2"]

    @pytest.mark.nightly
    def test_internvideo_gets_frames_in_fours_whatever_the_length(
        self, root: Path
    ) -> None:
        with closing(reference_engine(root, "internvideo2.5-8b", 0.0)) as engine:
            videos = [frames(count=count) for count in (8, 3, 1)]
            answers = [
                *engine.generate(
                    [request(str(n), video=video) for n, video in enumerate(videos)]
                )
            ]

        starts = [text.partition(" frames ")[0] for text in texts(answers).values()]
        assert starts == ["8", "4", "4"]

    def test_videochat_tpo_gets_sixteen_frames_and_builds_no_heads(
        self, root: Path
    ) -> None:
        build_tpo(root / "videochat-tpo")
        with closing(reference_engine(root, "videochat-tpo", 0.0)) as engine:
            asked = [
                request(key, video=frames(seed, count=count))
                for key, seed, count in (
                    ("a", 1, 16),
                    ("b", 2, 16),
                    ("short", 1, 3),
                    ("long", 1, 17),
                )
            ]
            found = {answer.key: answer for answer in engine.generate(asked)}

        words = {key: answer.text for key, answer in found.items()}
        assert all(words[key] for key in ("a", "b", "short"))
        assert words["a"] != words["b"]
        assert "<" not in words["a"] + words["b"]
        error = found["long"].error
        assert error is not None
        assert "16 frames" in error.message

    def test_out_of_memory_is_told_and_the_program_lives_on(
        self, engine: SubprocessEngine
    ) -> None:
        answers = [*engine.generate(asked("crash", "fine"))]

        assert reasons(answers) == {"crash": Reason.OUT_OF_MEMORY, "fine": None}

    def test_a_killed_program_is_started_again(self, engine: SubprocessEngine) -> None:
        engine.prepare()
        assert engine._child is not None
        os.kill(engine._child._process.pid, signal.SIGKILL)

        first, second = engine.generate(asked("a", "b"))

        assert first.error is not None
        assert first.error.reason == Reason.CRASHED
        assert second.text.startswith("2 frames")

    def test_it_ends_when_the_worker_vanishes(self, tmp_path: Path) -> None:
        program = Path(remote_code.__file__)
        process = subprocess.Popen(
            [sys.executable, str(program)], cwd=tmp_path, stdin=subprocess.PIPE
        )
        assert process.stdin is not None

        process.stdin.close()  # what a killed worker's pipe does

        assert process.wait(20) == 0

    def test_a_broken_checkpoint_is_reported(self, root: Path) -> None:
        broken = replace(entry("internvl2.5-8b"), dtype="float32")
        (root / "internvl2.5-8b").mkdir(exist_ok=True)
        site = Site(
            checkpoint_root=root, environments={"remote-code": Path(sys.executable)}
        )
        engine = SubprocessEngine(broken, site)

        with pytest.raises(EngineError) as error:
            engine.prepare()

        assert error.value.reason == Reason.MISCONFIGURED
        engine.close()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie":
        assert time.monotonic() < deadline, "the program's child lives on"
        time.sleep(0.02)
