"""What every model is asked, where nothing else is said (pure)."""

from typing import Final

COMMENT_PROMPT: Final = (
    "You are scrolling through a video app and have just watched this video. "
    "Write the one comment that you would leave under it, as an ordinary "
    "viewer does: say what you think or feel about it rather than what it "
    "shows. Write in English. Answer with the comment alone."
)
