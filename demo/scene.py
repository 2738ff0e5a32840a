"""What a demo clip is made of: a still background and a picture for every moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from demo.canvas import Canvas

FRAMES_PER_SECOND = 24


@dataclass(frozen=True)
class Scene:
    """One short animation, the same at every rendering."""

    width: int
    height: int
    seconds: float
    background: Callable[[Canvas], None]
    """Paints what never moves, once."""
    foreground: Callable[[Canvas, float], None]
    """Paints what moves over the background, at a time in seconds."""
    sound: Callable[[], bytes] | None = None
    """Mono samples of ``demo.sound``, for a clip that is not silent."""

    @property
    def frame_count(self) -> int:
        return round(self.seconds * FRAMES_PER_SECOND)

    def still(self) -> Canvas:
        """The background alone, ``SUPERSAMPLE`` times the clip's size."""
        canvas = Canvas.blank(self.width, self.height)
        self.background(canvas)
        return canvas

    def frames(self) -> Iterator[Canvas]:
        """Every picture in turn, ``SUPERSAMPLE`` times the clip's size."""
        still = self.still()
        for number in range(self.frame_count):
            picture = still.copy()
            self.foreground(picture, number / FRAMES_PER_SECOND)
            yield picture
