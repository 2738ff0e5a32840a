"""How people and files name a video (pure): `platform:id`, a bare id, or its file."""

from typing import NamedTuple

# Stands in the place of the platform, before the hash of a file.
FILE_HASH = "sha256"


class VideoReference(NamedTuple):
    """A video as somebody names it; `platform` is empty where they do not say it."""

    platform: str
    external_id: str

    def __str__(self) -> str:
        return ":".join(part for part in self if part)


def video_reference(value: str) -> VideoReference:
    """Read `platform:id` (the id may hold colons itself), or a bare id."""
    platform, colon, external_id = value.strip().partition(":")
    if not colon:
        return VideoReference("", platform)
    return VideoReference(platform.strip().lower(), external_id.strip())
