"""Static files in bundles, with a content hash in their name, compressed ahead."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.bundling import Read, bundled_script, bundled_style

Bundler = Callable[[str, Read], str]

# Ours; third-party files are left as they are.
_OURS: Final[dict[tuple[str, str], Bundler]] = {
    ("css/", ".css"): bundled_style,
    ("js/", ".js"): bundled_script,
}


class _Bundle:
    """A storage of ours whose files are read together with what they import."""

    def __init__(self, bundler: Bundler, files: dict[str, Any]) -> None:
        self._bundler = bundler
        self._files = files

    def open(self, name: str) -> "ContentFile[bytes]":
        return ContentFile(self._bundler(name, self._read).encode())

    def _read(self, name: str) -> str:
        storage, path = self._files[name]
        with storage.open(path) as file:
            text: str = file.read().decode()
        return text


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names where files were collected, plain names where they were not.

    Development and the tests collect nothing, and the demo leaves the third-party files
    (admin, API browser) where they are: WhiteNoise serves them from their packages.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name

    def post_process(
        self,
        paths: dict[str, Any],
        dry_run: bool = False,  # noqa: FBT001, FBT002 (Django's own signature)
        **options: Any,  # noqa: ANN401
    ) -> Iterator[Any]:
        """Hash what the browser fetches: of our own files, the bundles."""
        bundles = {
            name: (_Bundle(bundler, paths), name)
            for name in paths
            if (bundler := _bundler_of(name))
        }
        yield from super().post_process(paths | bundles, dry_run=dry_run, **options)


def _bundler_of(name: str) -> Bundler | None:
    """What bundles the file of this name; nothing if it stays as it is."""
    for (start, end), bundler in _OURS.items():
        if name.startswith(start) and name.endswith(end):
            return bundler
    return None
