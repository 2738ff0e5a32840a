"""Drawing a sample of videos: by engagement, or at random by a seed (pure).

At random means by a hash of the seed and of what names the video everywhere, so that
the same seed draws the same videos on every installation and in any order of import.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Protocol, TypeVar


class Draw(StrEnum):
    """How a number of videos is taken from those that the rules left."""

    ENGAGING = "engaging"
    RANDOM = "random"
    # At random within categories, in proportion to how many videos each has.
    PROPORTIONAL = "proportional"
    # At random within categories, as many of each as there are.
    BALANCED = "balanced"


class Drawable(Protocol):
    """What names a video on every installation, and its stratum."""

    @property
    def video_id(self) -> int: ...
    @property
    def platform(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def category(self) -> str: ...


_VideoT = TypeVar("_VideoT", bound=Drawable)


def draw_videos(
    videos: Sequence[_VideoT], *, size: int, draw: Draw, seed: int
) -> list[_VideoT]:
    """Take `size` videos, in the order given; all of them if there are no more.

    Args:
        videos: the most engaging first.
        size: how many, 0 or more.
        draw: which of them.
        seed: of the random kinds; without effect on `ENGAGING`.
    """
    if draw is Draw.ENGAGING:
        return [*videos[:size]]
    shuffled = sorted(videos, key=lambda video: _lot(video, seed))
    if draw is Draw.RANDOM:
        chosen = {video.video_id for video in shuffled[:size]}
    else:
        strata = defaultdict(list)
        for video in shuffled:
            strata[video.category].append(video.video_id)
        sizes = {name: len(members) for name, members in strata.items()}
        share = _proportional if draw is Draw.PROPORTIONAL else _balanced
        order = sorted(sizes, key=lambda name: _hash(seed, name))
        quotas = share(sizes, min(size, len(videos)), order)
        chosen = {
            one for name, members in strata.items() for one in members[: quotas[name]]
        }
    return [video for video in videos if video.video_id in chosen]


def _lot(video: Drawable, seed: int) -> bytes:
    # A video without an id has one of this installation only.
    name = video.external_id or str(video.video_id)
    return _hash(seed, video.platform, name)


def _hash(seed: int, *names: str) -> bytes:
    return sha256("\0".join([str(seed), *names]).encode()).digest()


def _proportional(
    sizes: Mapping[str, int], total: int, order: Sequence[str]
) -> dict[str, int]:
    """Seats by the largest remainder; of equal ones, in the order given."""
    whole = sum(sizes.values())
    quotas = {name: total * size // whole for name, size in sizes.items()}
    left = total - sum(quotas.values())
    by_remainder = sorted(order, key=lambda name: -(total * sizes[name] % whole))
    for name in by_remainder[:left]:
        quotas[name] += 1
    return quotas


def _balanced(
    sizes: Mapping[str, int], total: int, order: Sequence[str]
) -> dict[str, int]:
    """One of each stratum in turn, in the order given, until the total is there."""
    quotas = dict.fromkeys(sizes, 0)
    while total:
        for name in order:
            if total and quotas[name] < sizes[name]:
                quotas[name] += 1
                total -= 1
    return quotas
