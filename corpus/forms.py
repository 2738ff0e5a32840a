"""Input of the corpus pages."""

import dataclasses
import zipfile
import zlib
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corpus.drawing import Draw
from corpus.engagement import PAPER_WEIGHTS, EngagementWeights
from corpus.errors import ServerFolderError
from corpus.importing.server_folders import server_folder, suggested_folders
from corpus.models import VideoSelection
from corpus.selection import METADATA_FIELDS, SelectionRules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_DEFAULTS = SelectionRules()
_METADATA_LABELS = {
    "title": _("Title"),
    "description": _("Description"),
    "tags": _("Tags"),
    "topic": _("Topic"),
}
_SNIFFED_BYTES = 4096
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31


class ImportForm(forms.Form):
    """An upload of records, with their clips if there are any."""

    records = forms.FileField(
        label=_("Records"),
        help_text=_(
            "JSON Lines, one video per line; plain or gzip (.jsonl, .jsonl.gz)."
        ),
        widget=forms.FileInput(attrs={"accept": ".jsonl,.gz,.json,.ndjson"}),
    )
    clips = forms.FileField(
        label=_("Clips"),
        required=False,
        help_text=_("A zip file whose paths match the records' video_path; optional."),
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
    # Only where the server has a folder for it.
    clips_folder = forms.CharField(
        label=_("Or the folder with the clips on the server"),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if settings.IMPORT_ROOT is None:
            del self.fields["clips_folder"]
            return
        names = ", ".join(suggested_folders()) or gettext("no folders yet")
        self.fields["clips_folder"].help_text = format_html(
            gettext(
                "Inside {}, for clips too large to upload. Enter a single "
                "dot to use all "
                "of it. It contains: {}."
            ),
            settings.IMPORT_ROOT,
            names,
        )

    def clean_records(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["records"]
        check_size(upload)
        head = upload.read(_SNIFFED_BYTES)
        upload.seek(0)
        if not _begins_a_record(head):
            msg = gettext(
                "This is not a records file. It must be JSON Lines (UTF-8, "
                "one object per "
                "line), plain or gzip."
            )
            raise forms.ValidationError(msg)
        return upload

    def clean_clips(self) -> "UploadedFile[bytes] | None":
        upload: UploadedFile[bytes] | None = self.cleaned_data["clips"]
        if upload is None:
            return None
        check_size(upload)
        if not zipfile.is_zipfile(upload):
            msg = gettext("This is not a zip file.")
            raise forms.ValidationError(msg)
        upload.seek(0)
        return upload

    def clean_clips_folder(self) -> str:
        folder: str = self.cleaned_data["clips_folder"]
        if folder and self.cleaned_data.get("clips"):
            msg = gettext("Upload a zip file or enter a folder, not both.")
            raise forms.ValidationError(msg)
        if folder:
            try:
                server_folder(folder)
            except ServerFolderError as error:
                raise forms.ValidationError(str(error)) from error
        return folder


def check_size(upload: "UploadedFile[bytes]") -> None:
    if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
        limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
        msg = gettext(
            "The file is larger than %(limit)s. Split it, or import it "
            "on the server with "
            "manage.py import_corpus."
        ) % {"limit": limit}
        raise forms.ValidationError(msg)


def _begins_a_record(head: bytes) -> bool:
    if head.startswith(_GZIP_MAGIC):
        try:
            unpacker = zlib.decompressobj(_GZIP_WINDOW)
            head = unpacker.decompress(head, _SNIFFED_BYTES)
        except zlib.error:
            return False
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def _percent(label: "StrOrPromise", share: float) -> forms.FloatField:
    return forms.FloatField(
        label=label, min_value=0, max_value=100, initial=round(share * 100, 6)
    )


def _weight(label: "StrOrPromise", weight: float) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=0, initial=weight)


DRAW_LABELS = {
    Draw.ENGAGING: _("The most engaging"),
    Draw.RANDOM: _("At random"),
    Draw.PROPORTIONAL: _("At random, categories in proportion"),
    Draw.BALANCED: _("At random, as many of each category"),
}


class SelectionForm(forms.Form):
    """The settings of the funnel."""

    tiktok_percent = _percent(
        _("Top share of TikTok (%)"), _DEFAULTS.top_shares["tiktok"]
    )
    youtube_percent = _percent(
        _("Top share of YouTube (%)"), _DEFAULTS.top_shares["youtube"]
    )
    other_percent = _percent(
        _("Top share of other platforms (%)"), _DEFAULTS.other_top_share
    )
    required_fields = forms.MultipleChoiceField(
        label=_("Required metadata"),
        required=False,
        choices=[(name, _METADATA_LABELS[name]) for name in METADATA_FIELDS],
        initial=list(METADATA_FIELDS),
        widget=forms.CheckboxSelectMultiple,
    )
    min_usable_comments = forms.IntegerField(
        label=_("Minimum usable comments"),
        min_value=0,
        initial=_DEFAULTS.min_usable_comments,
    )
    require_clip = forms.BooleanField(
        label=_("Require a clip that decodes"), required=False, initial=True
    )
    min_duration_s = forms.FloatField(
        label=_("Shortest clip (seconds)"),
        min_value=0,
        initial=_DEFAULTS.min_duration_s,
    )
    max_duration_s = forms.FloatField(
        label=_("Longest clip (seconds)"), min_value=0, initial=_DEFAULTS.max_duration_s
    )
    category_cap = forms.IntegerField(
        label=_("Maximum videos per category"),
        required=False,
        min_value=1,
        help_text=_("Leave empty for no limit."),
    )

    size = forms.IntegerField(
        label=_("Number of videos"),
        required=False,
        min_value=1,
        help_text=_("Taken from what the rules leave. Leave empty to take all."),
    )
    draw = forms.ChoiceField(
        label=_("How they are taken"),
        required=False,
        choices=[(one.value, DRAW_LABELS[one]) for one in Draw],
        initial=_DEFAULTS.draw.value,
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        required=False,
        min_value=0,
        initial=_DEFAULTS.seed,
        help_text=_("The same seed draws the same videos again, anywhere."),
    )
    like_weight = _weight(_("Likes"), PAPER_WEIGHTS.like)
    favorite_weight = _weight(_("Favourites"), PAPER_WEIGHTS.favorite)
    share_weight = _weight(_("Shares"), PAPER_WEIGHTS.share)
    comment_weight = _weight(_("Comments"), PAPER_WEIGHTS.comment)

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        """The fields of the funnel's rules; the page shows the others in groups."""
        apart = {"size", "draw", "seed"}
        return [
            field
            for field in self.visible_fields()
            if field.name not in apart and not field.name.endswith("_weight")
        ]

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        """The weights of engagement."""
        return [
            field for field in self.visible_fields() if field.name.endswith("_weight")
        ]

    def _weights(self) -> EngagementWeights:
        """The weights that were given, each left out one the paper's."""
        given = {
            one.name: self.cleaned_data[f"{one.name}_weight"]
            for one in dataclasses.fields(EngagementWeights)
        }
        known = {name: weight for name, weight in given.items() if weight is not None}
        return EngagementWeights(**known)

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        data = self.cleaned_data
        try:
            self.rules = SelectionRules(
                engagement_weights=self._weights(),
                size=data["size"],
                draw=Draw(data["draw"] or _DEFAULTS.draw),
                seed=data["seed"] or 0,
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
        label=_("Name of the selection"),
        max_length=80,
        help_text=_(
            "You can create studies from a selection. A saved selection never changes."
        ),
    )

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        key = slugify(title)
        if not key:
            msg = gettext("The name needs at least one letter from a to z or a digit.")
            raise forms.ValidationError(msg)
        if VideoSelection.objects.filter(key=key).exists():
            msg = gettext(
                "A selection with this name already exists. Choose another name."
            )
            raise forms.ValidationError(msg)
        self.key = key
        return title
