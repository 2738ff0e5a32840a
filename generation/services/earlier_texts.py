"""What a source has said under other videos, to notice that it repeats itself."""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass

from corpus.cleaning import comparison_key
from corpus.models import Comment
from generation.models import RoundSource


class SourceTexts:
    """The texts of one source under the videos of a round, by what they compare as."""

    def __init__(self, row: RoundSource) -> None:
        self._videos: dict[str, set[int]] = defaultdict(set)
        comments = Comment.objects.filter(
            source=row.source, video__in=row.jobs.values("video")
        )
        for video, text in comments.values_list("video", "text").iterator():
            self.note(video, text)

    def note(self, video: int, text: str) -> None:
        """Add a text that the source wrote just now."""
        self._videos[comparison_key(text)].add(video)

    def under_others(self, video: int) -> Container[str]:
        """The comparison keys of what it said under any video but this one."""
        return _UnderOthers(self._videos, video)


@dataclass(frozen=True, slots=True)
class _UnderOthers:
    videos: dict[str, set[int]]
    video: int

    def __contains__(self, key: object) -> bool:
        return bool(self.videos.get(str(key), set()) - {self.video})
