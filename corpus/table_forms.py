"""Input of the pages that import a table: the file, then what its columns hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corpus.foreign.reading import Terms
from corpus.foreign.tables import FIELDS
from corpus.forms import ImportForm, check_size
from corpus.importing.record_imports import TableSaid

_LABELS = {
    "platform": _("Platform"),
    "external_id": _("Video id"),
    "url": _("Video address"),
    "video_path": _("Clip's file name"),
    "title": _("Video title"),
    "description": _("Video description"),
    "tags": _("Tags"),
    "topic": _("Topic"),
    "category": _("Category"),
    "language": _("Language"),
    "published_on": _("Video date"),
    "duration_s": _("Video duration"),
    "view_count": _("Video views"),
    "like_count": _("Video likes"),
    "favorite_count": _("Video saves"),
    "share_count": _("Video shares"),
    "comment_count": _("Video's number of comments"),
    "license": _("Licence of the video"),
    "comment_text": _("Comment text"),
    "comment_likes": _("Comment likes"),
    "comment_replies": _("Comment replies"),
    "comment_date": _("Comment date"),
}
_PREFIX = "column_"
_NAMES_A_VIDEO = ("external_id", "url", "video_path")


class TableForm(forms.Form):
    """A CSV file of any tool."""

    file = forms.FileField(
        label=_("Table"),
        help_text=_("CSV in UTF-8, with a row for each comment or each video."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        check_size(upload)
        return upload


class ColumnsForm(ImportForm):
    """Which column holds what, on which terms, and the clips if there are any."""

    licence = forms.CharField(
        max_length=200,
        label=_("Licence"),
        help_text=_(
            "Under which terms you use the data, such as: CC BY 4.0. Stored with each "
            "video that states none itself."
        ),
    )
    consent = forms.CharField(
        required=False,
        max_length=200,
        label=_("Consent"),
        help_text=_(
            "On which ground people's comments are used, such as the number of an "
            "ethics approval."
        ),
    )
    default_platform = forms.CharField(
        required=False,
        max_length=40,
        label=_("Platform of all videos"),
        help_text=_("Only if no column names it, such as: tiktok."),
    )
    preset = forms.CharField(
        required=False,
        max_length=80,
        label=_("Save these columns as"),
        help_text=_("A name, to use them again for tables of the same tool."),
    )

    def __init__(
        self,
        *args: object,
        columns: Sequence[str],
        start: Mapping[str, str],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["records"]
        self.fields["clips"].help_text = gettext(
            "A zip file whose paths match the column of the clip's file name; optional."
        )
        choices = [("", gettext("Not in the table")), *((c, c) for c in columns)]
        for name in FIELDS:
            self.fields[_PREFIX + name] = forms.ChoiceField(
                required=False,
                choices=choices,
                label=_LABELS[name],
                initial=start.get(name, ""),
            )

    @property
    def column_fields(self) -> list[BoundField]:
        """A choice of column for each field of records."""
        return [self[_PREFIX + name] for name in FIELDS]

    @property
    def other_fields(self) -> list[BoundField]:
        names = ("default_platform", "licence", "consent", "clips", "clips_folder")
        return [self[name] for name in (*names, "preset") if name in self.fields]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._mapping = {
            name: column
            for name in FIELDS
            if (column := self.cleaned_data.get(_PREFIX + name))
        }
        if not any(name in self._mapping for name in _NAMES_A_VIDEO):
            msg = gettext(
                "Choose the column that names the video: its id, its address or its "
                "clip."
            )
            raise forms.ValidationError(msg)
        return cleaned

    @property
    def said(self) -> TableSaid:
        """What was said of the table; the form is valid."""
        data = self.cleaned_data
        terms = Terms(data["licence"], data["consent"])
        return TableSaid(self._mapping, data["default_platform"], terms, data["preset"])
