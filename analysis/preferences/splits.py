"""Which videos are for training: whole videos, every platform in each part."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")
VALIDATION_SHARE: Final = 0.1
TEST_SHARE: Final = 0.1
# So that few videos have a validation part as well.
_VALIDATION_HEAD_START: Final = 0.5


def split_videos(
    platforms: Mapping[str, str], seed: int, test_share: float = TEST_SHARE
) -> dict[str, str]:
    """The part of each video: one in ten for validation, one in ten for test.

    Within a platform the order is by hash, so that it stays the same whatever the
    order of the input; parts are dealt out through all platforms.

    Args:
        platforms: By label of the video.
        seed: Another one deals differently.
        test_share: Of the videos.
    """

    def place(label: str) -> tuple[str, str]:
        return platforms[label], sha256(f"{seed}/{label}".encode()).hexdigest()

    due = {TEST: 1 - test_share, VALIDATION: _VALIDATION_HEAD_START}
    found = {}
    for label in sorted(platforms, key=place):
        due[TEST] += test_share
        due[VALIDATION] += VALIDATION_SHARE
        # Sums of shares are not quite exact.
        part = next((one for one, sum_ in due.items() if sum_ > 1 - 1e-9), TRAIN)
        if part in due:
            due[part] -= 1
        found[label] = part
    return found
