"""Names of text encoders: a folder of checkpoints or a hub's repository (pure)."""

import re
from dataclasses import dataclass
from pathlib import Path

from judges.errors import JudgeError

_PART = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,95}"
_FOLDER = re.compile(_PART)
_HUB = re.compile(rf"({_PART}/{_PART})(?:@({_PART}))?")
# All that an encoder is loaded from: never pickled weights, never code.
FILES = ("*.json", "*.safetensors", "*.txt", "*.model")


@dataclass(frozen=True)
class EncoderName:
    """Which encoder.

    Attributes:
        name: As it was given.
        folder: Where its files are, or go.
        repository: Of the hub; empty for a folder of one's own.
        revision: Commit, tag or branch; empty: the newest.
    """

    name: str
    folder: Path
    repository: str = ""
    revision: str = ""

    @property
    def title(self) -> str:
        """What the judge is called."""
        return self.name.rpartition("/")[2].partition("@")[0]


def encoder_of(name: str, root: Path) -> EncoderName:
    """The encoder of a name.

    Args:
        name: A folder within the folder of checkpoints, or owner/name of the hub, with
            @revision if it should be a certain one.
        root: The folder of checkpoints.

    Raises:
        JudgeError: It is no such name.
    """
    if found := _HUB.fullmatch(name):
        repository, revision = found[1], found[2] or ""
        folder = "--".join(filter(None, [*repository.split("/"), revision]))
        return EncoderName(name, root / folder, repository, revision)
    if _FOLDER.fullmatch(name):
        return EncoderName(name, root / name)
    message = (
        f"{name} is no encoder. Name a folder in {root}, or a repository of the hub as "
        "owner/name or owner/name@revision."
    )
    raise JudgeError(message)
