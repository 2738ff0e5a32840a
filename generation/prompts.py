"""What every model is asked, in numbered versions that never change.

No example of a comment stands in it: one of the video's own would leak what people
wrote, and one of another video's would set everybody's style.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from generation.errors import GenerationError


@dataclass(frozen=True)
class Prompt:
    """One wording; the hash is what is stored beside a comment.

    Attributes:
        system: Passed on where a model's template has a place for it.
    """

    version: str
    text: str
    system: str | None

    @property
    def hash(self) -> str:
        words = f"{self.system or ''}\0{self.text}"
        return hashlib.sha256(words.encode()).hexdigest()


_ALL = (
    Prompt(
        version="comment-1",
        system=None,
        text=(
            "You are scrolling through a video app and have just watched this video. "
            "Write the one comment that you would leave under it, as an ordinary "
            "viewer does: say what you think or feel about it rather than what it "
            "shows. Write in English. Answer with the comment alone."
        ),
    ),
)
PROMPTS: Mapping[str, Prompt] = {prompt.version: prompt for prompt in _ALL}


def prompt(version: str) -> Prompt:
    """The wording of a version.

    Raises:
        GenerationError: There is no such version.
    """
    if version not in PROMPTS:
        message = f"There is no prompt {version}; there are: {', '.join(PROMPTS)}."
        raise GenerationError(message)
    return PROMPTS[version]
