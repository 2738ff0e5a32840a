"""Runs models that need an environment of their own, in a program that may die.

The protocol is JSON lines (docs/generation.md): one request at a time, frames through a
file. A program that crashes, hangs or floods us costs the request in work, and is
started again for the next one.
"""

import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.media.child import Child, ChildGoneError, Gone, passed_on
from corpus.media.strips import Frames
from generation.checkpoints import content_hash, noted_revision
from generation.engines.base import (
    Answer,
    Capabilities,
    EngineError,
    Identity,
    Reason,
    Request,
    Site,
)
from generation.engines.kinds import environment_problem
from generation.engines.programs import REMOTE_CODE
from generation.machine import this_machine
from generation.registry import Entry, checkpoint_folder

PROTOCOL = 1
_START_S = 900.0
_ANSWER_S = 300.0
# A program that dies on so many requests in a row will die on all.
_MOST_DEATHS = 3
_KINDS = {
    Gone.DIED: (Reason.CRASHED, "The model's program died"),
    Gone.SILENT: (Reason.TIMEOUT, "The model's program did not answer in time"),
    Gone.FLOODED: (Reason.BAD_OUTPUT, "The model's program writes without end"),
}
# Of what a program says beside one answer.
_MOST_BYTES = 16 * 1024 * 1024
_GRACE_S = 5.0
# Of what a program says of itself: every comment stores it.
_LONGEST_WORDS, _MOST_PACKAGES = 200, 40
# No secret of ours; what accelerators need.
_PASSED_ON = (
    "PATH", "LANG", "LD_LIBRARY_PATH", "CUDA_HOME", "CUDA_VISIBLE_DEVICES",
    "OMP_NUM_THREADS",
)  # fmt: skip


class SubprocessEngine:
    """One checkpoint in one program."""

    def __init__(self, entry: Entry, site: Site) -> None:
        self._entry = entry
        self._site = site
        self._folder = checkpoint_folder(entry, site.checkpoint_root)
        self._scratch = Path(tempfile.mkdtemp(prefix="mimic-frames-"))
        self._numbers = itertools.count(1)
        self._child: Child | None = None
        self._deaths = 0
        self._about: dict[str, Any] = {}

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(max_batch=16, counts_tokens=False)

    @property
    def identity(self) -> Identity:
        name = self._entry.options["environment"]
        program = self._told("program")
        device = self._told("device")
        on_gpu = device.startswith("cuda")
        return Identity(
            engine=f"subprocess protocol {PROTOCOL}, {name}: {program}".rstrip(": "),
            checkpoint=str(self._folder),
            revision=noted_revision(self._folder) or self._entry.revision,
            content_hash=self._told("content_hash"),
            dtype=self._entry.dtype,
            quantisation=self._entry.quantisation,
            device=device,
            gpu=self._told("gpu"),
            driver=this_machine().driver if on_gpu else "",
            cuda=self._told("cuda"),
            packages=self._packages(),
            environment=self._told("environment"),
        )

    def _told(self, name: str) -> str:
        """What the program said of itself at the start."""
        return str(self._about.get(name) or "")[:_LONGEST_WORDS]

    def _packages(self) -> dict[str, str]:
        told = self._about.get("packages")
        named = told.items() if isinstance(told, dict) else ()
        some = itertools.islice(named, _MOST_PACKAGES)
        return {str(k)[:_LONGEST_WORDS]: str(v)[:_LONGEST_WORDS] for k, v in some}

    def prepare(self) -> None:
        self._living_child()

    def generate(self, requests: Sequence[Request]) -> Iterator[Answer]:
        for request in requests:
            child = self._living_child()
            start = time.monotonic()
            try:
                yield self._answer(child, request, start)
                self._deaths = 0
            except ChildGoneError as gone:
                self._child = None
                self._deaths += 1
                error = self._error(gone)
                yield Answer(
                    key=request.key, seconds=time.monotonic() - start, error=error
                )
                if self._deaths >= _MOST_DEATHS:
                    raise error from None

    def close(self) -> None:
        if self._child is not None:
            self._child.close(_GRACE_S)
        self._child = None
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _living_child(self) -> Child:
        if self._child is None:
            self._child = self._opened()
        return self._child

    def _opened(self) -> Child:
        try:
            child = Child(
                self._command(),
                self._scratch,
                _environment(self._scratch),
                most_bytes=_MOST_BYTES,
                network=bool(self._entry.options.get("network", False)),
            )
        except OSError as error:
            message = f"The model's program does not start: {error.strerror}."
            raise EngineError(Reason.MISCONFIGURED, message) from error
        hello = {
            "protocol": PROTOCOL,
            "do": "open",
            "checkpoint": str(self._folder.resolve()),
            "dtype": self._entry.dtype,
            "adapter": self._entry.options.get("adapter", ""),
            "decoding": asdict(self._entry.decoding),
            "devices": list(self._site.devices),
        }
        start_s = float(self._entry.options.get("start_s", _START_S))
        try:
            about = self._ask(child, hello, start_s)
        except ChildGoneError as gone:
            raise self._error(gone) from None
        if about.get("protocol") != PROTOCOL or "error" in about:
            child.close(_GRACE_S)
            raise self._refusal(about)
        if not self._about:
            self._about = about | {"content_hash": content_hash(self._folder)}
        return child

    def _command(self) -> list[str]:
        options = self._entry.options
        if problem := environment_problem(options, self._site):
            raise EngineError(Reason.MISCONFIGURED, problem)
        program = self._site.environments[options["environment"]]
        if options["program"] == "custom":
            return [str(program)]
        return [str(program), "-u", str(REMOTE_CODE)]

    def _answer(self, child: Child, request: Request, start: float) -> Answer:
        pixels = self._scratch / "frames.rgb"
        message = {
            "do": "write",
            "prompt": request.prompt,
            "system": request.system,
            "seed": request.seed,
            "frames": _written(request.frames, pixels),
        }
        answer_s = float(self._entry.options.get("answer_s", _ANSWER_S))
        reply = self._ask(child, message, answer_s)
        seconds = time.monotonic() - start
        text = reply.get("text")
        if isinstance(text, str):
            return Answer(key=request.key, text=text, seconds=seconds)
        error = self._refusal(reply)
        return Answer(key=request.key, seconds=seconds, error=error)

    def _ask(
        self, child: Child, message: dict[str, Any], timeout_s: float
    ) -> dict[str, Any]:
        return child.ask({"id": next(self._numbers), **message}, timeout_s)

    def _error(self, gone: ChildGoneError) -> EngineError:
        reason, words = _KINDS[gone.how]
        last = gone.last_words.splitlines()[-1:] or ["it said nothing"]
        return EngineError(reason, f"{words}: {last[0][:300]}")

    def _refusal(self, reply: dict[str, Any]) -> EngineError:
        """What the program says went wrong, or that it says nothing we understand."""
        error = reply.get("error")
        if not isinstance(error, dict):
            message = f"The model's program does not speak protocol {PROTOCOL}."
            return EngineError(Reason.BAD_OUTPUT, message)
        words = str(error.get("message", ""))[:300]
        try:
            reason = Reason(str(error.get("reason")))
        except ValueError:
            reason = Reason.BAD_OUTPUT
        return EngineError(reason, words or "The model's program gave no reason.")


def _environment(scratch: Path) -> dict[str, str]:
    """What the program sees: a home and a folder for temporary files of its own."""
    home, temporary = scratch / "home", scratch / "tmp"
    for folder in (home, temporary):
        folder.mkdir(exist_ok=True)
    return passed_on(_PASSED_ON) | {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        # Remote code of a checkpoint has nothing to fetch.
        "HF_HUB_OFFLINE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _written(frames: Frames, path: Path) -> dict[str, Any]:
    """Write the pixels; say how to read them."""
    height, width = frames.size
    with path.open("wb") as file:
        for image in frames.images:
            file.write(image.tobytes())
    return {
        "file": str(path),
        "count": len(frames.images),
        "height": height,
        "width": width,
        "times_s": list(frames.timestamps),
        "duration_s": frames.duration,
    }
