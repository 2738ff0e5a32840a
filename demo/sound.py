"""A very small synthesiser: plucked notes mixed into one mono track."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

SAMPLES_PER_SECOND = 44_100
LOUDEST = 32_767


@dataclass(frozen=True)
class Note:
    """One struck tone that dies away."""

    start: float
    """Seconds from the beginning of the track."""
    pitch: float
    """Frequency in hertz."""
    decay: float
    """Seconds until the tone has fallen to a third."""
    loudness: float
    """Peak from 0 to 1."""


def track(notes: Sequence[Note], seconds: float) -> bytes:
    """Mix notes into signed 16-bit little-endian mono samples."""
    mix = array("d", bytes(8 * round(seconds * SAMPLES_PER_SECOND)))
    for note in notes:
        _add(mix, note)
    samples = array("h", (round(LOUDEST * max(-1.0, min(1.0, v))) for v in mix))
    return samples.tobytes()


def _add(mix: "array[float]", note: Note) -> None:
    """Add one note, for as long as it can be heard."""
    first = round(note.start * SAMPLES_PER_SECOND)
    length = min(round(6 * note.decay * SAMPLES_PER_SECOND), len(mix) - first)
    turn = math.tau * note.pitch / SAMPLES_PER_SECOND
    for step in range(length):
        age = step / SAMPLES_PER_SECOND
        # Two milliseconds of attack keep the start from crackling.
        envelope = note.loudness * min(1.0, age / 0.002) * math.exp(-age / note.decay)
        tone = math.sin(turn * step) + 0.3 * math.sin(2.76 * turn * step)
        mix[first + step] += 0.6 * envelope * tone
