"""Choosing the videos of a study."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from annotation.rules.studies.video_references import VideoReference, video_reference
from annotation.selectors.studies.videos import known_platforms, videos_named
from corpus.models import Video, VideoSelection

_LISTED_ERRORS = 10


class _SelectionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: VideoSelection) -> str:
        return f"{obj.title} ({obj.key})"


class VideosForm(forms.Form):
    """Videos to add to a study: a saved selection, a list, or both."""

    selection = _SelectionField(
        VideoSelection.objects.all(),
        required=False,
        to_field_name="key",
        label=_("Selection"),
        empty_label=_("No selection"),
        help_text=_("A selection saved on the corpus pages."),
        error_messages={"invalid_choice": _("This selection doesn't exist.")},
    )
    video_list = forms.CharField(
        required=False,
        label=_("List of videos"),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One per line, as platform:id, such as youtube:alJ1KJu5h9U."),
    )

    def clean_video_list(self) -> list[int]:
        """The ids of the listed videos, in their order."""
        lines = {
            number: video_reference(line)
            for number, line in enumerate(
                self.cleaned_data["video_list"].splitlines(), start=1
            )
            if line.strip()
        }
        found = videos_named(lines.values(), known_platforms())
        errors = [
            _problem(number, reference, len(found[reference]))
            for number, reference in lines.items()
            if len(found[reference]) != 1
        ]
        if errors:
            more = len(errors) - _LISTED_ERRORS
            rest = (
                [
                    ngettext(
                        "%(count)d more line has a problem.",
                        "%(count)d more lines have problems.",
                        more,
                    )
                    % {"count": more}
                ]
                if more > 0
                else []
            )
            raise forms.ValidationError([*errors[:_LISTED_ERRORS], *rest])
        return [pk for reference in lines.values() for pk in found[reference]]

    @property
    def video_ids(self) -> list[int]:
        """The chosen videos, each once; the form is valid."""
        selection: VideoSelection | None = self.cleaned_data["selection"]
        selected = selection.videos.values_list("pk", flat=True) if selection else []
        return [*dict.fromkeys([*selected, *self.cleaned_data["video_list"]])]


def _problem(line: int, reference: VideoReference, found_count: int) -> str:
    if found_count:
        text = _(
            "Line %(line)d: %(count)d videos have the id %(video)s. Write platform:id."
        )
    else:
        text = _("Line %(line)d: the corpus has no video %(video)s.")
    return text % {"line": line, "video": reference, "count": found_count}


class PickedVideosForm(forms.Form):
    """Videos ticked in a table."""

    videos = forms.ModelMultipleChoiceField(
        Video.objects.order_by("pk"),
        error_messages={"required": _("Select at least one video.")},
    )

    @property
    def video_ids(self) -> list[int]:
        """The ticked videos; the form is valid."""
        return [video.pk for video in self.cleaned_data["videos"]]
