"""Registry entries of tiny checkpoints, and requests for them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus.media.strips import Frames
from generation.engines.base import Answer, Decoding, Request, Site
from generation.engines.transformers import TransformersEngine
from generation.registry import Entry, entry
from tests.specimens.checkpoints import build

GREEDY = Decoding(max_new_tokens=10)


def tiny_entry(family: str, **options: object) -> Entry:
    """The entry of a tiny checkpoint, as a site would write it."""
    return replace(
        entry("qwen2.5-vl-7b"),
        key=f"tiny-{family}",
        title=f"Tiny {family}",
        group="site",
        dtype="float32",
        memory_gib=0.1,
        decoding=GREEDY,
        options={"family": family, **options},
    )


def open_engine(entry: Entry, root: Path) -> TransformersEngine:
    """An engine with its checkpoint, which is made if it is not there."""
    family = str(entry.options["family"])
    folder = root / entry.key
    if not folder.is_dir():
        build(family, folder)
    return TransformersEngine(entry, Site(checkpoint_root=root))


def frames(
    seed: int = 0,
    *,
    count: int = 8,
    size: tuple[int, int] = (48, 64),
    duration: float = 10.0,
) -> Frames:
    """Noise, evenly spread over a video of 25 frames a second."""
    noise = np.random.default_rng(seed)
    height, width = size
    times = [duration * (2 * i + 1) / (2 * count) for i in range(count)]
    shape = (height // 8, width // 8, 3)
    return Frames(
        images=tuple(
            np.kron(noise.integers(0, 256, shape), np.ones((8, 8, 1))).astype(np.uint8)
            for _ in times
        ),
        indices=tuple(int(25 * time) for time in times),
        timestamps=tuple(times),
        source_fps=25.0,
        duration=duration,
        source_frame_count=int(25 * duration),
    )


def request(
    key: str = "one",
    *,
    prompt: str = "Write the one comment.",
    system: str | None = None,
    seed: int = 1,
    video: Frames | None = None,
) -> Request:
    return Request(key, video or frames(seed), prompt, system, seed)


def texts(answers: Sequence[Answer]) -> dict[str, str]:
    """Text by key; an error fails the test that asks."""
    assert not [answer.error for answer in answers if answer.error]
    return {answer.key: answer.text for answer in answers}
