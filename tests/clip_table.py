"""Which clips the tests have: the real ones, or those that stand in for them."""

import csv
from pathlib import Path

from tests.conftest import HAS_REAL_DATA, SHARED_DATA
from tests.stand_ins.clips import STAND_INS


def clip_sizes() -> dict[str, int]:
    """The pixels of each clip, all frames together; known before any is drawn."""
    if HAS_REAL_DATA:
        return {
            name: int(row["width"]) * int(row["height"]) * int(row["frames"])
            for name, row in clip_table(SHARED_DATA).items()
        }
    return {c.file: c.size[0] * c.size[1] * c.frames for c in STAND_INS}


def clips_by_day() -> set[str]:
    """The smallest of each kind of file; the others are looked at by night."""
    sizes, kinds = clip_sizes(), _kinds()
    smallest: dict[tuple[str, ...], str] = {}
    for name in sorted(sizes, key=lambda name: sizes[name]):
        smallest.setdefault(kinds[name], name)
    return set(smallest.values())


def _kinds() -> dict[str, tuple[str, ...]]:
    """What of a clip decides how it is read: container, codecs, pixels, times."""
    if HAS_REAL_DATA:
        names = ("codec", "pix_fmt", "audio", "rotation", "vfr")
        return {
            file: (Path(file).suffix, *(row[name] for name in names))
            for file, row in clip_table(SHARED_DATA).items()
        }
    return {
        c.file: (
            *(Path(c.file).suffix, c.codec, c.pixels, c.sound),
            *(str(c.rotation), str(c.goes_back)),
        )
        for c in STAND_INS
    }


def clip_table(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of videos.csv by their clip's name."""
    with (folder / "videos.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def those_here(names: list[str]) -> list[str]:
    """Those of some names that are here: the oddest have no stand-in."""
    here = clip_sizes()
    return [name for name in names if name in here]
