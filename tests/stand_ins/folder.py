"""The whole folder: clips with their table, broken files, records."""

import json
from pathlib import Path

from demo.clips import CLIPS
from demo.material import content
from tests.stand_ins.broken import write_all
from tests.stand_ins.clips import draw_all

# A rotated one, a GIF, a WebM and others: each is prepared in another way.
_PAIRED = (
    "skateboarding_dog_rotated.mp4",
    "newtons_cradle.gif",
    "flower.webm",
    "stream_of_water.mp4",
    "arm_wrestling.mp4",
    "chaplin.mp4",
    "flipping_a_pancake.mkv",
    "worker_mpeg4.avi",
)


def make_folder(folder: Path) -> Path:
    """Fill a new folder as `../shared/data` is filled, but for what is huge there."""
    videos, broken = folder / "videos", folder / "broken"
    videos.mkdir(parents=True)
    broken.mkdir()
    draw_all(videos)
    write_all(broken, videos)
    lines = [
        json.dumps(content(clip)["record"] | {"video_path": f"videos/{name}"})
        for clip, name in zip(CLIPS, _PAIRED, strict=True)
    ]
    records = "".join(f"{line}\n" for line in lines)
    (folder / "mimic_data.jsonl").write_text(records, encoding="utf-8")
    return folder
