"""Which videos are for training: whole videos, every platform in each part."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")
_EVERY: Final = 10  # one of ten each for validation and test


def split_videos(platforms: Mapping[str, str], seed: int) -> dict[str, str]:
    """The part of each video: one in ten for validation, one for test.

    Within a platform the order is by hash, so that it stays the same whatever the
    order of the input; parts are dealt out through all platforms.

    Args:
        platforms: By label of the video.
        seed: Another one deals differently.
    """

    def place(label: str) -> tuple[str, str]:
        return platforms[label], sha256(f"{seed}/{label}".encode()).hexdigest()

    dealt = {0: TEST, _EVERY // 2: VALIDATION}
    return {
        label: dealt.get(number % _EVERY, TRAIN)
        for number, label in enumerate(sorted(platforms, key=place))
    }
