"""The demo clips: which there are, and how they are drawn anew.

Run as `python -m demo.clips` after a scene changed. Drawing all takes half a minute of
arithmetic, so the files lie beside their texts: the demo's first start need not wait.
"""

import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib import import_module
from pathlib import Path
from typing import Final

from demo.encode import encode
from demo.scene import Scene

CONTENT: Final = Path(__file__).parent / "content"

CLIPS: Final = (
    "night_train",
    "lamp_at_three",
    "dough_jar",
    "bike_puddles",
    "paper_boat",
    "dominoes",
    "pancake_flip",
    "cat_shelf",
)
"""The key of each clip: the names of its scene's module and of its files.

Those that take longest to draw stand first, so that no processor waits at the end.
"""


def scene_of(clip: str) -> Scene:
    """The scene that draws a clip."""
    scene: Scene = import_module(f"demo.scenes.{clip}").SCENE
    return scene


def draw_clip(clip: str, folder: Path) -> Path:
    """Draw and encode one clip; returns the mp4 in `folder`."""
    path = folder / f"{clip}.mp4"
    encode(scene_of(clip), path)
    return path


def draw_all(folder: Path) -> Iterator[Path]:
    """Draw every clip, one processor each; yields each mp4 when it is done."""
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(draw_clip, c, folder) for c in CLIPS]):
            yield done.result()


if __name__ == "__main__":
    for drawn in draw_all(CONTENT):
        sys.stdout.write(f"{drawn.name}  {drawn.stat().st_size // 1024} KB\n")
