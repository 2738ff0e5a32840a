"""Which frames of a video a model looks at: pure arithmetic, the same everywhere."""


def uniform_indices(frame_count: int, count: int) -> list[int]:
    """The middle frame of each of `count` equal intervals, from 0.

    A video with fewer frames than asked for gives some of them several times.

    Raises:
        ValueError: A number is below 1.
    """
    _require_positive(frame_count, count)
    return [(2 * i + 1) * frame_count // (2 * count) for i in range(count)]


def thinned_indices(frame_count: int, limit: int) -> list[int]:
    """All frames, or `limit` of them spread evenly over a longer video.

    Raises:
        ValueError: A number is below 1.
    """
    _require_positive(frame_count, limit)
    return uniform_indices(frame_count, min(frame_count, limit))


def _require_positive(*numbers: int) -> None:
    if min(numbers) < 1:
        message = f"Frame counts and limits start at 1; got {numbers}."
        raise ValueError(message)
