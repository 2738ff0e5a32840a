"""Reporting a problem from a batch."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import ProblemKind, ProblemSubject
from annotation.rules.judging.presentation import PresentedComment

_SHOWN_CHARACTERS = 60


class ProblemForm(forms.Form):
    """What is wrong, and with which of the things that a page shows."""

    about = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=ProblemKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    text = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Describe it"),
        help_text=gettext_lazy(
            "Optional, unless it is something else. Don't write your name."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        things: Iterable[tuple[str, object]],
        data: Mapping[str, object] | None = None,
        *,
        about: str = "",
    ) -> None:
        super().__init__(data, initial={"about": about})
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Choose")), *things]

    def clean(self) -> None:
        """Something else is nothing without words."""
        super().clean()
        is_other = self.cleaned_data.get("kind") == ProblemKind.OTHER
        if is_other and not self.cleaned_data.get("text", "").strip():
            self.add_error("text", _("Describe what is wrong."))


class CommentProblemForm(ProblemForm):
    """The same about a comment, the video or the page of a batch."""

    def __init__(
        self,
        comments: tuple[PresentedComment, ...],
        data: Mapping[str, object] | None = None,
        *,
        about: str = "",
    ) -> None:
        things = [
            (ProblemSubject.VIDEO.value, ProblemSubject.VIDEO.label),
            (ProblemSubject.PAGE.value, ProblemSubject.PAGE.label),
            *((str(comment.position), _label(comment)) for comment in comments),
        ]
        super().__init__(things, data, about=about)

    @property
    def position(self) -> int | None:
        """Which comment; None for the video and the page."""
        about: str = self.cleaned_data["about"]
        return int(about) if about.isdigit() else None

    @property
    def subject(self) -> ProblemSubject:
        """What the report is about; the form is valid."""
        if self.position is not None:
            return ProblemSubject.COMMENT
        return ProblemSubject(self.cleaned_data["about"])


def _label(comment: PresentedComment) -> str:
    return _("Comment %(position)d: %(text)s") % {
        "position": comment.position,
        "text": Truncator(comment.text).chars(_SHOWN_CHARACTERS),
    }
