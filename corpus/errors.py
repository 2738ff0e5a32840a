"""What can go wrong with the corpus."""


class CorpusError(Exception):
    """Base of this package's errors; the message says what to do."""


class ClipNotFoundError(CorpusError):
    """The folder of clips has no such file; the message says what stands in the way."""


class ClipArchiveError(CorpusError):
    """An archive of clips that cannot be unpacked safely."""


class ServerFolderError(CorpusError):
    """A folder on the server that an import may not read, or that is not there."""


class TooManyRefusedError(CorpusError):
    """So many lines are refused that the file must be something else."""


class ImportTimeError(CorpusError):
    """An import has taken as long as one may."""


class ImportCancelledError(CorpusError):
    """Somebody cancelled the import."""


class RepeatedVideoError(CorpusError):
    """Two lines of one batch turned out to mean the same known video."""


class SelectionKeyTakenError(CorpusError):
    """Another selection has this key already."""


class UnknownSelectionError(CorpusError):
    """No selection has this key."""
