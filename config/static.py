"""Static files with a content hash in their name, compressed ahead of time."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Our modules import each other by hashed name, so that no browser mixes two versions.
# Django can do it for all modules, but third-party ones name files that are not there.
_IMPORT = (
    r"""(?P<matched>import(?P<names>[\s{*][^;'"]*?)\s*from\s*"""
    r"""["'](?P<url>\./[^'"]+)["']\s*;)"""
)
_DEFERRED_IMPORT = r"""(?P<matched>import\(["'](?P<url>\./[^'"]+)["']\))"""
_MODULES = (
    "js/*.js",
    (
        (_IMPORT, """import%(names)s from "%(url)s";"""),
        (_DEFERRED_IMPORT, """import("%(url)s")"""),
    ),
)


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names where files were collected, plain names where they were not.

    Development and the tests collect nothing, and the demo leaves the third-party files
    (admin, API browser) where they are: WhiteNoise serves them from their packages.
    """

    manifest_strict = False
    patterns = (*CompressedManifestStaticFilesStorage.patterns, _MODULES)

    def stored_name(self, name: str) -> str:
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
