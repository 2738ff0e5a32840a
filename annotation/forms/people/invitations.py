"""Links into a study."""

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.models import Invitation, InvitationKind


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A link: for whom, for how many, until when."""

    class Meta:
        model = Invitation
        fields = ("kind", "label", "cap", "expires_at", "participant_parameter")
        labels = {
            "kind": _("For"),
            "label": _("Link name"),
            "cap": _("Limit"),
            "expires_at": _("Expires"),
            "participant_parameter": _("Parameter with the participant's id"),
        }
        help_texts = {
            "label": _("Only researchers see it."),
            "cap": _(
                "How many annotators can join. Leave empty for no limit; crowd links "
                "need one."
            ),
            "expires_at": _("Leave empty if it never expires. Time zone: {zone}."),
            "participant_parameter": _(
                "Only for crowd platforms: the name of the id in the platform's links, "
                "such as PROLIFIC_PID or workerId."
            ),
        }
        widgets = {
            "kind": forms.RadioSelect,
            "cap": forms.NumberInput(attrs={"min": 1}),
            "expires_at": forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            ),
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zone = timezone.get_current_timezone_name()
        until = self.fields["expires_at"]
        until.help_text = str(until.help_text).format(zone=zone)
        self.fields["participant_parameter"].validators.append(
            RegexValidator(r"^\w+$", _("Use only letters, digits and underscores."))
        )

    def clean_cap(self) -> int | None:
        cap: int | None = self.cleaned_data["cap"]
        if cap == 0:
            msg = _("0 would let nobody join. Leave the field empty for no limit.")
            raise forms.ValidationError(msg)
        return cap

    def clean(self) -> None:
        """A crowd link needs the parameter and a limit, and an expiry lies ahead."""
        super().clean()
        if (
            self.cleaned_data.get("kind") == InvitationKind.CROWD
            and "cap" not in self.errors
            and self.cleaned_data.get("cap") is None
        ):
            msg = _(
                "A link for a crowd platform needs a limit: the number of people you "
                "pay for."
            )
            self.add_error("cap", msg)
        if self.cleaned_data.get("kind") == InvitationKind.CROWD and not (
            self.cleaned_data.get("participant_parameter")
        ):
            msg = _("Enter the link parameter that holds the participant's id.")
            self.add_error("participant_parameter", msg)
        until = self.cleaned_data.get("expires_at")
        if until is not None and until <= timezone.now():
            self.add_error("expires_at", _("Choose a time in the future."))
