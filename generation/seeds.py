"""Seeds of attempts, from the seed of their round (pure)."""

from hashlib import blake2b

_LARGEST = 2**31


def attempt_seed(*, round_seed: int, source: str, video: str, number: int) -> int:
    """The seed of one attempt: the same whenever and wherever it is made.

    Args:
        round_seed: Of the round.
        source: Key of the source.
        video: The video's platform and its id there, or else the hash of its file:
            nothing that only one installation knows.
        number: Of the attempt at the job, from 1; each attempt has its own seed.
    """
    words = f"{round_seed}/{source}/{video}/{number}".encode()
    return int.from_bytes(blake2b(words, digest_size=8).digest()) % _LARGEST


def video_name(*, platform: str, external_id: str, content_sha256: str) -> str:
    """What a video is called on every installation."""
    return f"{platform}/{external_id or content_sha256}"
