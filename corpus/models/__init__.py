"""Videos, their media, the sources of comments, the comments, and imports."""

from corpus.models.comments import Comment, Origin, Source
from corpus.models.imports import (
    ColumnMapping,
    CorpusImport,
    FileImport,
    ImportState,
    UploadedTable,
)
from corpus.models.selections import VideoSelection
from corpus.models.videos import MediaState, Video, VideoMedia, opaque_name

__all__ = [
    "ColumnMapping",
    "Comment",
    "CorpusImport",
    "FileImport",
    "ImportState",
    "MediaState",
    "Origin",
    "Source",
    "UploadedTable",
    "Video",
    "VideoMedia",
    "VideoSelection",
    "opaque_name",
]
