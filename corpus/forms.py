"""Input of the corpus pages."""

import zipfile
import zlib

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.text import slugify

from corpus.errors import ServerFolderError
from corpus.importing.server_folders import server_folder, suggested_folders
from corpus.models import VideoSelection
from corpus.selection import METADATA_FIELDS, SelectionRules

_DEFAULTS = SelectionRules()
_SNIFFED_BYTES = 4096
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31


class ImportForm(forms.Form):
    """An upload of records, with their clips if there are any."""

    records = forms.FileField(
        label="Records",
        help_text="JSON Lines, one video a line; plain or gzip (.jsonl, .jsonl.gz).",
        widget=forms.FileInput(attrs={"accept": ".jsonl,.gz,.json,.ndjson"}),
    )
    clips = forms.FileField(
        label="Clips",
        required=False,
        help_text="A zip file whose paths are the records' video_path; optional.",
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
    # Only where the server has a folder for it.
    clips_folder = forms.CharField(
        label="Or the folder of the clips on the server",
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if settings.IMPORT_ROOT is None:
            del self.fields["clips_folder"]
            return
        names = ", ".join(suggested_folders()) or "no folder yet"
        self.fields["clips_folder"].help_text = format_html(
            "Inside {}, for clips too large to upload; a single dot means all of it. "
            "It holds: {}.",
            settings.IMPORT_ROOT,
            names,
        )

    def clean_records(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["records"]
        _check_size(upload)
        head = upload.read(_SNIFFED_BYTES)
        upload.seek(0)
        if not _begins_a_record(head):
            msg = (
                "This is no records file: it must be JSON Lines (UTF-8, one object a "
                "line), plain or gzip."
            )
            raise forms.ValidationError(msg)
        return upload

    def clean_clips(self) -> "UploadedFile[bytes] | None":
        upload: UploadedFile[bytes] | None = self.cleaned_data["clips"]
        if upload is None:
            return None
        _check_size(upload)
        if not zipfile.is_zipfile(upload):
            msg = "This is no zip file."
            raise forms.ValidationError(msg)
        upload.seek(0)
        return upload

    def clean_clips_folder(self) -> str:
        folder: str = self.cleaned_data["clips_folder"]
        if folder and self.cleaned_data.get("clips"):
            msg = "Send a zip file or name a folder, not both."
            raise forms.ValidationError(msg)
        if folder:
            try:
                server_folder(folder)
            except ServerFolderError as error:
                raise forms.ValidationError(str(error)) from error
        return folder


def _check_size(upload: "UploadedFile[bytes]") -> None:
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
        msg = (
            f"The file is larger than {limit}. Split it, or import it on the server "
            "with manage.py import_corpus."
        )
        raise forms.ValidationError(msg)


def _begins_a_record(head: bytes) -> bool:
    if head.startswith(_GZIP_MAGIC):
        try:
            unpacker = zlib.decompressobj(_GZIP_WINDOW)
            head = unpacker.decompress(head, _SNIFFED_BYTES)
        except zlib.error:
            return False
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _percent(label: str, share: float) -> forms.FloatField:
    return forms.FloatField(
        label=label, min_value=0, max_value=100, initial=round(share * 100, 6)
    )


class SelectionForm(forms.Form):
    """The settings of the funnel."""

    tiktok_percent = _percent("Best of TikTok (%)", _DEFAULTS.top_shares["tiktok"])
    youtube_percent = _percent("Best of YouTube (%)", _DEFAULTS.top_shares["youtube"])
    other_percent = _percent("Best of other platforms (%)", _DEFAULTS.other_top_share)
    required_fields = forms.MultipleChoiceField(
        label="Metadata that may not be empty",
        required=False,
        choices=[(name, name.capitalize()) for name in METADATA_FIELDS],
        initial=list(METADATA_FIELDS),
        widget=forms.CheckboxSelectMultiple,
    )
    min_usable_comments = forms.IntegerField(
        label="Usable comments, at least",
        min_value=0,
        initial=_DEFAULTS.min_usable_comments,
    )
    require_clip = forms.BooleanField(
        label="A clip that decodes", required=False, initial=True
    )
    min_duration_s = forms.FloatField(
        label="Shortest clip (s)", min_value=0, initial=_DEFAULTS.min_duration_s
    )
    max_duration_s = forms.FloatField(
        label="Longest clip (s)", min_value=0, initial=_DEFAULTS.max_duration_s
    )
    category_cap = forms.IntegerField(
        label="Videos of one category, at most",
        required=False,
        min_value=1,
        help_text="Empty: as many as there are.",
    )

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        data = self.cleaned_data
        try:
            self.rules = SelectionRules(
                top_shares={
                    "tiktok": data["tiktok_percent"] / 100,
                    "youtube": data["youtube_percent"] / 100,
                },
                other_top_share=data["other_percent"] / 100,
                required_fields=tuple(data["required_fields"]),
                min_usable_comments=data["min_usable_comments"],
                require_clip=data["require_clip"],
                min_duration_s=data["min_duration_s"],
                max_duration_s=data["max_duration_s"],
                category_cap=data["category_cap"],
            )
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class SaveSelectionForm(forms.Form):
    """The name under which a selection is kept."""

    title = forms.CharField(
        label="Name of the selection",
        max_length=80,
        help_text="Studies are made from selections; a saved one never changes.",
    )

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        key = slugify(title)
        if not key:
            msg = "The name needs a letter from a to z or a digit, to make a key of."
            raise forms.ValidationError(msg)
        if VideoSelection.objects.filter(key=key).exists():
            msg = "There is a selection of this name already; choose another."
            raise forms.ValidationError(msg)
        self.key = key
        return title
