"""Whatever happens inside the sandbox, outside is an answer or a `MediaError`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.sandbox import Limits, Sandbox
from tests.specimens.clips import write_clip

HERE = "tests.corpus.media.misbehaving"
REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until_gone(*pids: int) -> None:
    deadline = time.monotonic() + 5
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still running: {pids}"
        time.sleep(0.02)


def test_one_process_answers_call_after_call(sandbox: Sandbox) -> None:
    first = sandbox.call(f"{HERE}:answer", timeout_s=10, value=1)
    second = sandbox.call(f"{HERE}:answer", timeout_s=10, value=2)

    assert (first["value"], second["value"]) == (1, 2)
    assert first["pid"] == second["pid"] != os.getpid()


def test_a_decoder_that_waits_forever_is_stopped_in_time(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    fifo = tmp_path / "video.mp4"
    os.mkfifo(fifo)
    start = time.monotonic()

    with pytest.raises(MediaError) as caught:
        sandbox.call(
            "corpus.media.poster:make_poster",
            timeout_s=0.7,
            source=str(fifo),
            target=str(tmp_path / "poster.jpg"),
        )

    assert caught.value.code == MediaErrorCode.TIMEOUT
    assert "0.7 s" in caught.value.message
    assert time.monotonic() - start < 3


def test_a_timeout_costs_only_the_file_in_hand(sandbox: Sandbox) -> None:
    with pytest.raises(MediaError):
        sandbox.call(f"{HERE}:sleep_forever", timeout_s=0.3)

    assert sandbox.call(f"{HERE}:answer", timeout_s=10, value=3)["value"] == 3


def test_children_of_a_stopped_decoder_are_stopped_too(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pids"

    with pytest.raises(MediaError):
        sandbox.call(
            f"{HERE}:leave_a_child_and_sleep", timeout_s=1.5, pid_file=str(pid_file)
        )

    wait_until_gone(*map(int, pid_file.read_text().split()))


def test_nothing_is_left_after_closing() -> None:
    with Sandbox() as sandbox:
        pid = sandbox.call(f"{HERE}:answer", timeout_s=10, value=0)["pid"]

    wait_until_gone(pid)


def test_a_busy_decoder_does_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    pid_file = tmp_path / "pids"
    program = (
        "from corpus.media.sandbox import Sandbox\n"
        f"Sandbox().call('{HERE}:leave_a_child_and_sleep', timeout_s=60, "
        f"pid_file={str(pid_file)!r})"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY)
    while not (pid_file.exists() and pid_file.read_text()):
        time.sleep(0.02)
    decoder, grandchild = map(int, pid_file.read_text().split())

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    wait_until_gone(decoder)
    os.kill(grandchild, signal.SIGKILL)


def test_a_crash_is_told_with_its_signal(sandbox: Sandbox) -> None:
    with pytest.raises(MediaError) as caught:
        sandbox.call(f"{HERE}:segfault", timeout_s=10)

    assert caught.value.code == MediaErrorCode.DECODER_CRASHED
    assert "SIGSEGV" in caught.value.message


def test_a_bug_of_ours_keeps_its_traceback(sandbox: Sandbox) -> None:
    with pytest.raises(MediaError) as caught:
        sandbox.call(f"{HERE}:raise_a_bug", timeout_s=10)

    assert caught.value.code == MediaErrorCode.DECODER_CRASHED
    assert "ZeroDivisionError: a bug of ours" in caught.value.detail


def test_what_a_library_prints_does_not_pass_for_an_answer(sandbox: Sandbox) -> None:
    reply = sandbox.call(f"{HERE}:print_garbage", timeout_s=10)

    assert reply == {"value": "true"}


def test_an_answer_that_is_none_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(MediaError) as caught:
        sandbox.call(f"{HERE}:answer_garbage", timeout_s=10)

    assert caught.value.code == MediaErrorCode.BAD_REPLY


def test_memory_beyond_the_limit_is_refused() -> None:
    limits = Limits(memory_bytes=400 * 1024**2)

    with Sandbox(limits) as sandbox:
        within = sandbox.call(
            f"{HERE}:take_memory", timeout_s=10, byte_count=50 * 1024**2
        )
        with pytest.raises(MediaError) as caught:
            sandbox.call(f"{HERE}:take_memory", timeout_s=10, byte_count=500 * 1024**2)

    assert within == {"taken": 50 * 1024**2}
    assert caught.value.code == MediaErrorCode.OUT_OF_MEMORY


def test_a_decoder_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    clip = tmp_path / "large.avi"
    write_clip(clip, size=(7680, 4320), times_ms=[0, 40], codec="mpeg4")
    limits = Limits(memory_bytes=280 * 1024**2)

    with Sandbox(limits) as sandbox, pytest.raises(MediaError) as caught:
        sandbox.call("corpus.media.probe:probe_file", timeout_s=20, path=str(clip))

    assert caught.value.code == MediaErrorCode.OUT_OF_MEMORY


def test_processor_time_runs_out_even_without_a_parent_watching() -> None:
    limits = {"memory_bytes": 1024**3, "output_bytes": 1024**2}
    spin = {"function": f"{HERE}:spin_forever", "arguments": {}, "cpu_s": 0.5}
    worker = subprocess.Popen(
        [sys.executable, "-m", "corpus.media.worker"],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert worker.stdin is not None

    for message in (limits, spin):
        worker.stdin.write(json.dumps(message).encode() + b"\n")
    worker.stdin.flush()

    assert worker.wait(10) == -signal.SIGXCPU
    worker.stdin.close()


def test_a_file_cannot_outgrow_its_limit(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", size=(320, 240))

    conversion = {"width": 320, "height": 240, "audio": "none", "reasons": []}

    with (
        Sandbox(Limits(output_bytes=1000)) as sandbox,
        pytest.raises(MediaError) as caught,
    ):
        sandbox.call(
            "corpus.media.transcode:make_playback",
            timeout_s=20,
            source=str(clip),
            target=str(tmp_path / "play.mp4"),
            conversion=conversion,
        )

    assert caught.value.code == MediaErrorCode.WRITE_FAILED
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_the_decoder_sees_no_secret_of_ours(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")

    inside = sandbox.call(f"{HERE}:environment", timeout_s=10)

    assert "SECRET_KEY" not in inside
    assert "DATABASE_URL" not in inside
