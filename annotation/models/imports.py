"""Imports of AI comments for a study."""

from django.db import models

from annotation.models.studies import Study
from corpus.models import FileImport


class StudyImport(FileImport):
    """One import of a file of AI comments into a draft: all of its good rows or none.

    Its counts: rows, added, unchanged, refused, sources, new_sources.
    """

    study = models.ForeignKey(Study, models.CASCADE, related_name="imports")
    # Make the AI sources that do not exist yet.
    creates_sources = models.BooleanField(default=False)
    # Let the study test every source that the file names.
    adds_sources = models.BooleanField(default=False)
    # Look at everything, store nothing.
    is_dry_run = models.BooleanField(default=False)

    class Meta(FileImport.Meta):
        pass

    @property
    def keeps_upload(self) -> bool:
        """The file of a check can be imported afterwards."""
        return self.is_dry_run
