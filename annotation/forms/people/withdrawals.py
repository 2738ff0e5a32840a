"""Withdrawing a video, or a comment under it."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from annotation.models import BatchComment

_SHOWN_CHARACTERS = 120
_VIDEO = "video"


class WithdrawalForm(forms.Form):
    """What, why, and whether what was judged counts."""

    what = forms.ChoiceField(label=_("What do you withdraw?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=2000,
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Every report states it."),
    )
    counts = forms.TypedChoiceField(
        label=_("Judgments that are already submitted"),
        choices=[
            ("no", _("don't count in results")),
            ("yes", _("count in results")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        comments: Sequence[BatchComment],
        data: Mapping[str, object] | None = None,
        *,
        comment: str = "",
    ) -> None:
        super().__init__(data, initial={"what": comment})
        self._comments = {str(one.pk): one for one in comments}
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            (_VIDEO, _("The video with all its comments")),
            *(
                (key, Truncator(one.comment.text).chars(_SHOWN_CHARACTERS))
                for key, one in self._comments.items()
            ),
        ]

    @property
    def batch_comment(self) -> BatchComment | None:
        """The comment; None for the whole video. The form is valid."""
        return self._comments.get(self.cleaned_data["what"])
