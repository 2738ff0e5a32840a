"""What the tests of import and export share: small records, and a run."""

from collections.abc import Sequence
from pathlib import Path

from corpus.importing.clips import ClipFolder
from corpus.importing.importer import ImportCounts, ImportListener, import_records
from corpus.record_files import NumberedRecord
from corpus.records import CommentRecord, LineError, VideoRecord

TEXTS = ("so good", "why though", "the cat!", "first", "see you in ten years")


def comments(*texts: str) -> tuple[CommentRecord, ...]:
    return tuple(CommentRecord(text, like_count=i) for i, text in enumerate(texts))


def record(external_id: str = "v1", **fields: object) -> VideoRecord:
    defaults: dict[str, object] = {
        "platform": "youtube",
        "external_id": external_id,
        "title": f"Video {external_id}",
        "like_count": 10,
        "comments": comments(*TEXTS),
    }
    return VideoRecord(**defaults | fields)  # type: ignore[arg-type]


class Run:
    """One import and what its listener heard."""

    def __init__(
        self,
        *records: VideoRecord,
        clips: Path | None = None,
        is_dry_run: bool = False,
    ) -> None:
        self.errors: list[LineError] = []
        self.media: list[int] = []
        self.counts: ImportCounts = import_records(
            lines=[NumberedRecord(i, one) for i, one in enumerate(records, 1)],
            clips=ClipFolder(clips) if clips else None,
            is_dry_run=is_dry_run,
            listener=ImportListener(error=self.errors.append, media=self._hear),
        )

    def _hear(self, media_ids: Sequence[int]) -> None:
        self.media.extend(media_ids)
