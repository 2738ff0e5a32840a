"""What a study's endings show: a form for each, sent together."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.models import Study, WayOut, WayOutKind
from annotation.selectors.studies.ways_out import ways_out_of

_WHO = {
    WayOutKind.COMPLETED: _(
        "People who submitted all their batches, or as many as were available."
    ),
    WayOutKind.SCREENED_OUT: _(
        "People who failed the comprehension check, and people whom you exclude before "
        "they are done."
    ),
    WayOutKind.NO_CONSENT: _("People who read the texts and don't agree."),
    WayOutKind.FULL: _(
        "People who come when the invitation's limit is reached or every place is "
        "taken."
    ),
    WayOutKind.ENDED: _(
        "People who lost their only batch because they took too long, who come with an "
        "invitation that has expired or was revoked, and who weren't done when you "
        "closed the study."
    ),
}


class WayOutForm(forms.ModelForm):  # type: ignore[type-arg]
    """One ending of a study; everything empty: the default text."""

    class Meta:
        model = WayOut
        fields: tuple[str, ...] = (
            "code",
            "has_personal_codes",
            "redirect_url",
            "message",
        )
        labels = {
            "code": _("Code"),
            "has_personal_codes": _("Give each person a code of their own"),
            "redirect_url": _("Return link"),
            "message": _("Your own text"),
        }
        help_texts = {
            "code": _("Shown large, with a button that copies it."),
            "has_personal_codes": _(
                "Random codes instead of one for everybody. The payment list has them."
            ),
            "redirect_url": _(
                "Where people go back to. It starts with https:// or http://. Put "
                "{code} where the code belongs."
            ),
            "message": _("Leave it empty for the default text."),
        }
        widgets = {"message": forms.Textarea(attrs={"rows": 3})}

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        instance: WayOut,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, instance=instance, prefix=prefix)
        if instance.kind != WayOutKind.COMPLETED:
            del self.fields["has_personal_codes"]

    @property
    def kind(self) -> WayOutKind:
        return WayOutKind(self.instance.kind)

    @property
    def who(self) -> Promise:
        """Who comes to this ending."""
        return _WHO[self.kind]

    def clean_redirect_url(self) -> str:
        """A whole web address, which the database insists on too."""
        address: str = self.cleaned_data["redirect_url"].strip()
        if not address:
            return ""
        msg = _("Enter a whole web address that starts with https:// or http://.")
        is_url = URLValidator(schemes=["https", "http"], message=msg)
        # As people see it, a code stands where the placeholder is.
        is_url(address.replace("{code}", "CODE"))
        return address

    def clean(self) -> None:
        """Codes of their own leave no room for one for everybody."""
        super().clean()
        if self.cleaned_data.get("has_personal_codes"):
            self.cleaned_data["code"] = ""


class StudyFileWayOutForm(WayOutForm):
    """An ending as a study file describes it, with its kind."""

    class Meta(WayOutForm.Meta):
        fields = ("kind", *WayOutForm.Meta.fields)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, instance=WayOut(kind=data.get("kind", "")))


class WaysOutForms:
    """The forms of all endings of a study."""

    def __init__(self, study: Study, data: Mapping[str, Any] | None = None) -> None:
        self.forms = [
            WayOutForm(data, instance=way, prefix=kind.value)
            for kind, way in ways_out_of(study).items()
        ]

    def is_valid(self) -> bool:
        """Whether there is nothing wrong in any of them."""
        return self.forms[0].is_bound and not self.has_errors

    @property
    def has_errors(self) -> bool:
        """Whether anything that was sent is wrong."""
        return any(form.errors for form in self.forms)

    @property
    def ways(self) -> list[WayOut]:
        """The rows, not saved; the forms are valid."""
        return [form.save(commit=False) for form in self.forms]
