"""Uploading comments of AI sources."""

from typing import BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from annotation.rules.imports import UnreadableFileError, read_comments
from annotation.services.imports.study_imports import ImportOptions


class CommentUploadForm(forms.Form):
    """A CSV or JSON Lines file.

    Its beginning is looked at, so that a file of another kind is refused at once; its
    rows are read by a worker.
    """

    file = forms.FileField(
        label="File",
        help_text="CSV or JSON Lines in UTF-8, with video, source and text.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.jsonl,.ndjson,.json"}),
        error_messages={"empty": "The file is empty."},
    )
    create_sources = forms.BooleanField(
        required=False,
        initial=True,
        label="Make the sources that do not exist yet",
    )
    add_sources = forms.BooleanField(
        required=False,
        initial=True,
        label="Test the file's sources in this study",
    )
    dry_run = forms.BooleanField(
        required=False,
        label="Only check the file: store nothing",
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        size = upload.size or 0
        if size > settings.UPLOAD_MAX_BYTES:
            most = filesizeformat(settings.UPLOAD_MAX_BYTES)
            msg = (
                f"The file has {filesizeformat(size)}; {most} are the most. "
                "The command import_comments takes larger ones."
            )
            raise forms.ValidationError(msg)
        try:
            next(read_comments(cast("BinaryIO", upload.file)), None)
        except UnreadableFileError as error:
            raise forms.ValidationError(str(error)) from error
        return upload

    def options(self) -> ImportOptions:
        return ImportOptions(
            creates_sources=self.cleaned_data["create_sources"],
            adds_sources=self.cleaned_data["add_sources"],
            is_dry_run=self.cleaned_data["dry_run"],
        )
