"""Bringing the comments of AI sources in from a file."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, NamedTuple

from django.db import connection, transaction

from annotation.models import Study
from annotation.rules.imports import (
    CommentRow,
    RowError,
    RowErrorCode,
    read_comments,
)
from annotation.rules.studies.video_references import VideoReference
from annotation.selectors.studies.videos import known_platforms, videos_named
from annotation.services.studies.pools import add_to_pool
from corpus.cleaning import UnusableReason, clean_comment
from corpus.models import Source
from pages.phrases import phrase as _

_CHUNK = 2_000
_KEY_LENGTH = 80


@dataclass(slots=True)
class CommentImport:
    """What an import did, or would do."""

    row_count: int = 0
    added_count: int = 0
    # Rows whose text its source had already written about the video.
    unchanged_count: int = 0
    refused: Counter[RowErrorCode] = field(default_factory=Counter)
    # The sources that the file names, in its order, and those among them that it made.
    sources: dict[Source, None] = field(default_factory=dict)
    created_sources: set[Source] = field(default_factory=set)

    @property
    def refused_count(self) -> int:
        return self.refused.total()


def import_comments(  # noqa: PLR0913 (each by its name)
    *,
    file: BinaryIO,
    study: Study | None,
    create_sources: bool = False,
    dry_run: bool = False,
    max_lines: int | None = None,
    on_error: Callable[[RowError], None] = lambda _: None,
    on_progress: Callable[[CommentImport], None] = lambda _: None,
) -> CommentImport:
    """Store the comments of AI sources that a CSV or JSON Lines file holds.

    One transaction: good rows go in, each refused row is told to `on_error`, and if
    the import breaks off nothing is stored. The same file again changes nothing.
    Texts are cleaned exactly as those of people are.

    Args:
        study: whose pool the comments go into; None: every study may take them.
        file: opened for reading bytes (annotation.rules.imports says the format).
        create_sources: make the AI sources that do not exist yet; else their rows are
            refused.
        dry_run: look at everything and store nothing.
        max_lines: how many lines the file may have, empty ones too.
        on_error: called with each refused row, in the order of the file.
        on_progress: called with the result so far, now and then.

    Raises:
        UnreadableFileError: the file as a whole is no list of comments.
    """
    with transaction.atomic():
        importer = _Importer(study, create_sources=create_sources, on_error=on_error)
        rows = read_comments(file, max_lines=max_lines)
        while chunk := [*islice(rows, _CHUNK)]:
            importer.take(chunk)
            on_progress(importer.result)
        transaction.set_rollback(dry_run)
    return importer.result


def source_key(name: str) -> str:
    """The key of a source of this name: `Qwen2.5-VL 7B` has `qwen2-5-vl-7b`."""
    return re.sub(r"[^a-z0-9_]+", "-", name.casefold()).strip("-")[:_KEY_LENGTH]


class _NewComment(NamedTuple):
    """A usable comment, ready to be stored."""

    video_id: int
    source_id: int
    text: str
    text_received: str
    fingerprint: bytes


# Through the ORM the same takes six times as long. What is known stays as it is.
_INSERT = """
INSERT INTO corpus_comment (
    video_id, source_id, text, text_received, fingerprint,
    unusable_reason, created_at
)
SELECT video_id, source_id, text, text_received, fingerprint,
    '', statement_timestamp()
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bytea[])
    WITH ORDINALITY
    AS new (video_id, source_id, text, text_received, fingerprint, number)
ORDER BY number
ON CONFLICT (video_id, source_id, fingerprint) DO NOTHING
"""


_STORED = """
SELECT known.id
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])
    WITH ORDINALITY AS row (video_id, source_id, fingerprint, number)
JOIN corpus_comment known USING (video_id, source_id, fingerprint)
ORDER BY row.number
"""


_UNUSABLE = {
    UnusableReason.EMPTY: _("the text shows nothing"),
    UnusableReason.NO_LETTER_OR_EMOJI: _("the text has no letter and no emoji"),
    UnusableReason.BARE_LINK: _("the text is only a link"),
    UnusableReason.BARE_MENTION: _("the text only mentions somebody"),
    UnusableReason.TOO_LONG: _("the text is longer than comments in a batch may be"),
    UnusableReason.WRAPPED: _(
        "the text starts with a bullet, number or label, or has markup such as "
        "*asterisks*. Take it away: it would give the source away"
    ),
    UnusableReason.DUPLICATE: _("the text repeats another one"),
}


class _RefusalError(Exception):
    def __init__(self, code: RowErrorCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class _Importer:
    """Rows to comments, chunk by chunk."""

    def __init__(
        self,
        study: Study | None,
        *,
        create_sources: bool,
        on_error: Callable[[RowError], None],
    ) -> None:
        self._study = study
        self.result = CommentImport()
        self._create_sources = create_sources
        self._on_error = on_error
        self._sources: dict[str, Source] = {}
        for source in Source.objects.all():
            self._sources[source_key(source.title)] = source
        for source in Source.objects.all():
            self._sources[source_key(source.key)] = source
        self._platforms = known_platforms()
        # By reference: the ids of the videos that it may mean.
        self._videos: dict[VideoReference, list[int]] = {}
        # The line that has a source's text about a video, and the text's fingerprint.
        self._seen: dict[tuple[int, int], tuple[int, bytes]] = {}

    def take(self, chunk: list[CommentRow | RowError]) -> None:
        """Store what is good of the next rows, and report the rest, in their order."""
        rows = [row for row in chunk if isinstance(row, CommentRow)]
        self._find_videos({row.video for row in rows})
        comments: list[_NewComment] = []
        for row in chunk:
            self.result.row_count += 1
            if isinstance(row, RowError):
                self._refuse(row)
                continue
            try:
                comments.append(self._comment(row))
            except _RefusalError as refusal:
                self._refuse(RowError(row.line, refusal.code, refusal.reason))
        self._store(comments)

    def _refuse(self, error: RowError) -> None:
        self.result.refused[error.code] += 1
        self._on_error(error)

    def _comment(self, row: CommentRow) -> _NewComment:
        clean = clean_comment(row.text)
        if clean.unusable_reason is not None:
            reason = _UNUSABLE[clean.unusable_reason]
            raise _RefusalError(RowErrorCode.UNUSABLE_TEXT, reason)
        video_id = self._video(row.video)
        source_id = self._source(row.source).pk
        self._refuse_second(row.line, (video_id, source_id), clean.fingerprint)
        return _NewComment(
            video_id, source_id, clean.text, clean.received, clean.fingerprint
        )

    def _refuse_second(
        self, line: int, place: tuple[int, int], fingerprint: bytes
    ) -> None:
        """A batch takes one text of a source: which of two, the file must say."""
        first, known = self._seen.setdefault(place, (line, fingerprint))
        if known != fingerprint:
            reason = _(
                "line %(first)s has another text of this source about this video. "
                "Keep one of them",
                first=first,
            )
            raise _RefusalError(RowErrorCode.SECOND_TEXT, reason)

    def _store(self, comments: list[_NewComment]) -> None:
        columns = [[*column] for column in zip(*comments, strict=True)]
        if not columns:
            return
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, columns)
            added = cursor.rowcount
            cursor.execute(_STORED, columns[:2] + columns[-1:])
            ids = [pk for (pk,) in cursor.fetchall()]
        add_to_pool(study=self._study, comments=ids)
        self.result.added_count += added
        self.result.unchanged_count += len(comments) - added

    # --- Videos ---------------------------------------------------------------------

    def _find_videos(self, references: Iterable[VideoReference]) -> None:
        new = {ref for ref in references if ref not in self._videos}
        self._videos |= videos_named(new, self._platforms)

    def _video(self, reference: VideoReference) -> int:
        match self._videos[reference]:
            case [video_id]:
                return video_id
            case []:
                reason = _(
                    "the corpus has no video %(video)s. Import it first",
                    video=str(reference),
                )
                raise _RefusalError(RowErrorCode.UNKNOWN_VIDEO, reason)
            case _:
                reason = _(
                    "several videos have the id %(video)s. Write platform:id",
                    video=str(reference),
                )
                raise _RefusalError(RowErrorCode.AMBIGUOUS_VIDEO, reason)

    # --- Sources --------------------------------------------------------------------

    def _source(self, name: str) -> Source:
        key = source_key(name)
        source = self._sources.get(key)
        if source is None:
            source = self._sources[key] = self._new_source(name, key)
        if source.is_human:
            reason = _(
                "the source %(source)s holds human comments, which are imported with "
                "their videos",
                source=name,
            )
            raise _RefusalError(RowErrorCode.HUMAN_SOURCE, reason)
        self.result.sources[source] = None
        return source

    def _new_source(self, name: str, key: str) -> Source:
        if not key:
            reason = _(
                "%(source)s can't be the name of a source: it has no letters or digits",
                source=repr(name),
            )
            raise _RefusalError(RowErrorCode.UNKNOWN_SOURCE, reason)
        if not self._create_sources:
            reason = _(
                "the source %(source)s doesn't exist. Create it first, or let the "
                "import create it",
                source=name,
            )
            raise _RefusalError(RowErrorCode.UNKNOWN_SOURCE, reason)
        source, _is_new = Source.objects.get_or_create(
            key=key, defaults={"title": name[:120]}
        )
        self.result.created_sources.add(source)
        return source
