"""Who may see the corpus: its pages tell sources, so annotators never do."""

from accounts.models import User


def may_read_corpus(user: User, video_id: int) -> bool:  # noqa: ARG001
    """Media rule: researchers and admins may watch every video."""
    return user.is_researcher
