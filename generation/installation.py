"""What the settings say of this installation's models and engines."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from corpus.media.frame_store import FrameStore
from corpus.media.strips import Strip
from generation import registry
from generation.engines.base import Site
from generation.environments import environments_in
from generation.registry import Entry, Registry


def site() -> Site:
    """What engines may use here."""
    return Site(
        checkpoint_root=Path(settings.CHECKPOINT_ROOT),
        http_base_urls=tuple(settings.GENERATION_HTTP_BASE_URLS),
        http_concurrency=settings.GENERATION_HTTP_CONCURRENCY,
        http_attempts=settings.GENERATION_HTTP_ATTEMPTS,
        http_first_wait_s=settings.GENERATION_HTTP_FIRST_WAIT_SECONDS,
        environments=environments_in(Path(settings.GENERATION_ENVIRONMENT_ROOT))
        | {
            name: Path(program)
            for name, program in settings.GENERATION_ENVIRONMENTS.items()
        },
        devices=tuple(settings.GENERATION_DEVICES),
    )


def frame_store(
    strips: Sequence[Strip] = (), pinned_since: float | None = None
) -> FrameStore:
    """Where this machine keeps decoded frames.

    Args:
        strips: What all models want that are to see the videos.
        pinned_since: When their work began: what it uses stays.
    """
    return FrameStore(
        Path(settings.FRAME_CACHE_ROOT),
        int(settings.FRAME_CACHE_GIB * 1024**3),
        strips=strips,
        timeout_s=settings.FRAME_TIMEOUT_SECONDS,
        pinned_since=pinned_since,
    )


def known_registry() -> Registry:
    """The project's entries and the site's own, and what is wrong with files there."""
    return registry.read_registry(_site_folder())


def known_entry(key: str) -> Entry:
    """One entry.

    Raises:
        RegistryError: There is none of that key, or its file is wrong.
    """
    return registry.entry(key, _site_folder())


def _site_folder() -> Path | None:
    folder = settings.GENERATION_REGISTRY
    return Path(folder) if folder else None
