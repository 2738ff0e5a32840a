"""How fast models write comments: the usual loop against our engine, in one run.

    python -m benchmarks.generation [--size tiny|7b] [--videos 48] [--tokens 40]
    python -m benchmarks.generation --checkpoint FOLDER

Both get the same clips, checkpoint, prompt and greedy decoding. The loop opens a video,
decodes it, asks the processor and the network, writes a line, and goes on to the next.
Our engine reads the frame cache, prepares the next batches meanwhile and works on
several videos at once. Random weights write no sense; see `generation_checkpoint`.
"""

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import av
import psutil

from benchmarks.generation_checkpoint import SIZES, write_checkpoint

# isort: split

import numpy as np
import torch

from corpus.media.frame_indices import uniform_indices
from corpus.media.frame_store import FrameStore
from corpus.media.strips import Frames
from generation.engines.base import Decoding, Request, Site
from generation.engines.checkpoint_loading import Loaded, load
from generation.engines.families import FAMILIES
from generation.engines.inputs import InputMaker
from generation.engines.transformers import TransformersEngine
from generation.engines.writing import decode
from generation.frame_policy import FramesPolicy
from generation.machine import this_machine
from generation.prompts import prompt
from generation.registry import Entry, entry
from tests.specimens.clips import write_clip

POLICY = FramesPolicy()
PROMPT = prompt("comment-1").text


@dataclass
class Stages:
    """Seconds by stage, and what came of them."""

    wall_s: float = 0.0
    token_count: int = 0
    video_count: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        spent = time.perf_counter() - start
        self.seconds[name] = self.seconds.get(name, 0.0) + spent


class NetworkClock:
    """Time inside the network: reading the prompt apart from writing words."""

    def __init__(self, network: Any, stages: Stages) -> None:  # noqa: ANN401
        self._stages = stages
        self._start = 0.0
        self._hooks = [
            network.register_forward_pre_hook(self._before, with_kwargs=True),
            network.register_forward_hook(self._after, with_kwargs=True),
        ]

    def remove(self) -> None:
        for hook in self._hooks:
            hook.remove()

    def _before(self, *_: object) -> None:
        _wait_for_device()
        self._start = time.perf_counter()

    def _after(
        self, _: object, __: object, kwargs: dict[str, Any], ___: object
    ) -> None:
        _wait_for_device()
        is_prefill = kwargs["input_ids"].shape[1] > 1
        name = "prefill" if is_prefill else "decode words"
        spent = time.perf_counter() - self._start
        self._stages.seconds[name] = self._stages.seconds.get(name, 0.0) + spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", choices=SIZES, default="tiny")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--videos", type=int, default=48)
    parser.add_argument("--tokens", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        checkpoint = options.checkpoint or write_checkpoint(
            options.size, folder / "checkpoints" / "benchmark"
        )
        clips = _clips(folder, options.videos)
        model_entry = _entry(options.tokens, options.size)
        print(f"machine: {this_machine()}")
        print(f"checkpoint: {checkpoint.name}, {options.videos} clips of 10 s")
        results = {
            "one at a time": _loop(model_entry, checkpoint, clips, folder),
            "our engine": _engine(model_entry, checkpoint, clips, folder),
        }
        _print(results)


def _entry(tokens: int, size: str) -> Entry:
    return replace(
        entry("qwen2.5-vl-7b"),
        key="benchmark",
        dtype="float32" if size == "tiny" else "bfloat16",
        decoding=Decoding(max_new_tokens=tokens),
    )


def _clips(folder: Path, count: int) -> list[Path]:
    """Of 640 x 360 pixels and 250 frames, each a little different."""
    first = write_clip(
        folder / "clip-0.mp4", size=(640, 360), times_ms=range(0, 10_000, 40)
    )
    clips = [first]
    for number in range(1, count):
        clip = folder / f"clip-{number}.mp4"
        # A byte behind the last box changes the hash and nothing else.
        clip.write_bytes(first.read_bytes() + b"\0\0\0\x09free" + bytes([number % 256]))
        clips.append(clip)
    return clips


def _loop(
    model_entry: Entry, checkpoint: Path, clips: list[Path], folder: Path
) -> Stages:
    loaded = load(model_entry, checkpoint, FAMILIES["qwen2_5_vl"], ())
    maker = InputMaker(loaded.processor, FAMILIES["qwen2_5_vl"])
    _warm_up(loaded, maker, model_entry)
    stages = Stages()
    clock = NetworkClock(loaded.network, stages)
    start = time.perf_counter()
    with (folder / "loop.jsonl").open("w", encoding="utf-8") as file:
        for clip in clips:
            with stages.stage("decode video"):
                frames = _decoded(clip)
            with stages.stage("prepare"):
                inputs = maker.inputs([_request(clip, frames)])
            (words,) = decode(loaded, inputs, model_entry.decoding, [0])
            with stages.stage("write"):
                file.write(json.dumps({"clip": clip.name, "text": words.text}) + "\n")
            stages.token_count += words.token_count
            stages.video_count += 1
    stages.wall_s = time.perf_counter() - start
    clock.remove()
    return stages


def _engine(
    model_entry: Entry, checkpoint: Path, clips: list[Path], folder: Path
) -> Stages:
    root = checkpoint.parent
    engine = TransformersEngine(
        replace(model_entry, key=checkpoint.name), Site(checkpoint_root=root)
    )
    engine.prepare()
    loaded = engine.loaded
    maker = InputMaker(loaded.processor, FAMILIES["qwen2_5_vl"])
    _warm_up(loaded, maker, model_entry)
    stages = Stages()
    store = FrameStore(folder / "frames", 10 * 1024**3)
    hashes = [hashlib.sha256(clip.read_bytes()).hexdigest() for clip in clips]
    with stages.stage("decode video, once for all models"):
        for clip, content_hash in zip(clips, hashes, strict=True):
            store.frames(clip, content_hash, POLICY.strips)
    clock = NetworkClock(loaded.network, stages)
    start = time.perf_counter()
    with stages.stage("read frame store"):
        requests = [
            _request(clip, store.frames(clip, content_hash, POLICY.strips)[0])
            for clip, content_hash in zip(clips, hashes, strict=True)
        ]
    with (folder / "engine.jsonl").open("w", encoding="utf-8") as file:
        for answer in engine.generate(requests):
            with stages.stage("write"):
                file.write(json.dumps({"clip": answer.key, "text": answer.text}) + "\n")
            stages.token_count += answer.token_count
            stages.video_count += answer.error is None
    stages.wall_s = time.perf_counter() - start
    clock.remove()
    store.close()
    engine.close()
    return stages


def _warm_up(loaded: Loaded, maker: InputMaker, model_entry: Entry) -> None:
    image = np.zeros((360, 640, 3), np.uint8)
    frames = Frames((image,) * 8, (0,) * 8, tuple(range(8)), 25.0, 10.0, 250)
    inputs = maker.inputs([_request(Path("warm-up"), frames)])
    decode(loaded, inputs, model_entry.decoding, [0])


def _request(clip: Path, frames: Frames) -> Request:
    return Request(clip.name, frames, PROMPT, None, 0)


def _decoded(clip: Path) -> Frames:
    """As scripts do it: all frames in this process, eight of them kept."""
    with av.open(str(clip)) as container:
        pictures = [
            np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
            for frame in container.decode(video=0)
        ]
    indices = uniform_indices(len(pictures), POLICY.count)
    return Frames(
        images=tuple(pictures[i] for i in indices),
        indices=tuple(indices),
        timestamps=tuple(i / 25 for i in indices),
        source_fps=25.0,
        duration=len(pictures) / 25,
        source_frame_count=len(pictures),
    )


def _wait_for_device() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _print(results: dict[str, Stages]) -> None:
    for name, stages in results.items():
        network_s = sum(stages.seconds[key] for key in ("prefill", "decode words"))
        print(f"\n{name}: {stages.video_count} videos in {stages.wall_s:.1f} s")
        print(f"  videos a second      {stages.video_count / stages.wall_s:8.2f}")
        print(f"  new tokens a second  {stages.token_count / stages.wall_s:8.1f}")
        print(f"  network busy         {100 * network_s / stages.wall_s:7.0f} %")
        for stage, seconds in stages.seconds.items():
            print(f"  {stage:34} {seconds:8.2f} s")
    naive, ours = (stages.wall_s / stages.video_count for stages in results.values())
    print(f"\nour engine takes 1/{naive / ours:.1f} of the loop's time")
    if torch.cuda.is_available():
        peak = torch.cuda.max_memory_allocated() / 1024**3
        print(f"peak memory of the accelerator: {peak:.1f} GiB")
    print(f"memory of this process: {psutil.Process().memory_info().rss >> 20} MiB")


if __name__ == "__main__":
    main()
