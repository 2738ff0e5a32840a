"""How much a frame store holds, and which videos make room: one limit for everybody."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.media.video_folder import VideoFolder

# Clear a little more than needed, so that not every new video looks through the store.
_FILL = 0.9
# How long to believe that nothing may go.
_FULL_S = 60.0


@dataclass(frozen=True)
class StoreUse:
    """How full the store is."""

    video_count: int
    byte_count: int
    limit_bytes: int


class StoreRoom:
    """Keeps a store within its limit; any number of processes may use it.

    How much there is stands in a file, so that nobody has to look through all videos to
    know it. A video that was used since `pinned_since` never makes room for another
    one: work that goes round in circles through more videos than fit then finds those
    that fitted each time, while with the usual rule (the one used longest ago goes) it
    would never find any.

    Args:
        root: The store's folder.
        limit: In bytes.
        pinned_since: Seconds since the epoch; None: only order counts.
    """

    def __init__(self, root: Path, limit: int, pinned_since: float | None) -> None:
        self._root = root
        self._limit = limit
        self._pinned_since = pinned_since
        self._full_until = 0.0

    def use(self) -> StoreUse:
        """Counted from the disk."""
        with self._noted():
            sizes = [folder.byte_count() for folder in self.folders()]
            self._note(sum(sizes))
        return StoreUse(len(sizes), sum(sizes), self._limit)

    def folders(self) -> Iterator[VideoFolder]:
        return (VideoFolder(path) for path in self._root.glob("??/" + "?" * 64))

    def clear(self) -> int:
        """Remove everything; how many videos there were."""
        with self._noted():
            folders = [*self.folders()]
            for folder in folders:
                folder.remove()
            self._note(0)
        return len(folders)

    def take_in(self, newest: VideoFolder, added_bytes: int) -> None:
        """Count a video that was just written; where room is short, others go.

        Where none may go, the new one does: its reader has its frames already.
        """
        with self._noted() as noted:
            total = noted + added_bytes
            if total > self._limit:
                total = self._make_room(newest, total)
            self._note(total)

    def _make_room(self, newest: VideoFolder, total: int) -> int:
        if time.monotonic() > self._full_until:
            total = self._without_old_ones(newest)
        if total > self._limit:
            self._full_until = time.monotonic() + _FULL_S
            total -= newest.byte_count()
            newest.remove()
        return total

    def _without_old_ones(self, newest: VideoFolder) -> int:
        folders = sorted(self.folders(), key=VideoFolder.last_use)
        sizes = {folder.path: folder.byte_count() for folder in folders}
        total = sum(sizes.values())
        for folder in folders:
            if total <= _FILL * self._limit or self._is_pinned(folder):
                break
            if folder.path != newest.path:
                folder.remove()
                total -= sizes[folder.path]
        return total

    def _is_pinned(self, folder: VideoFolder) -> bool:
        since = self._pinned_since
        return since is not None and folder.last_use() >= since

    @contextmanager
    def _noted(self) -> Iterator[int]:
        """How much there is, while nobody else changes it."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / "size.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._read()

    def _read(self) -> int:
        try:
            return int((self._root / "size").read_text())
        except (FileNotFoundError, ValueError):
            return sum(folder.byte_count() for folder in self.folders())

    def _note(self, byte_count: int) -> None:
        (self._root / "size").write_text(str(max(0, byte_count)))
