"""Uploading comments of AI sources."""

from typing import BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from annotation.rules.imports import UnreadableFileError, read_comments
from annotation.services.imports.study_imports import ImportOptions


class CommentUploadForm(forms.Form):
    """A CSV or JSON Lines file.

    Its beginning is looked at, so that a file of another kind is refused at once; its
    rows are read by a worker.
    """

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or JSON Lines in UTF-8, with video, source and text."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.jsonl,.ndjson,.json"}),
        error_messages={"empty": _("The file is empty.")},
    )
    create_sources = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Create sources that don't exist yet"),
    )
    add_sources = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Add the file's sources to this study"),
    )
    dry_run = forms.BooleanField(
        required=False,
        label=_("Only check the file; store nothing"),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        size = upload.size or 0
        if size > settings.UPLOAD_MAX_BYTES:
            most = filesizeformat(settings.UPLOAD_MAX_BYTES)
            msg = _(
                "The file is too large: %(size)s; the maximum is %(most)s. For larger "
                "files, use the command import_comments."
            ) % {"size": filesizeformat(size), "most": most}
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
