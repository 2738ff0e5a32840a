"""Links into a study."""

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from annotation.models import Invitation, InvitationKind


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    """A link: for whom, for how many, until when."""

    class Meta:
        model = Invitation
        fields = ("kind", "label", "cap", "expires_at", "participant_parameter")
        labels = {
            "kind": "For",
            "label": "Name of the link",
            "cap": "For at most",
            "expires_at": "Until",
            "participant_parameter": "Parameter with the participant's id",
        }
        help_texts = {
            "label": "Only researchers see it.",
            "cap": "Annotators who may come in by it; empty for no limit.",
            "expires_at": "Empty for no limit. Time zone: {zone}.",
            "participant_parameter": "For crowd platforms alone: what the platform "
            "calls its id in the address, such as PROLIFIC_PID or workerId.",
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
            RegexValidator(
                r"^\w+$", "Letters, digits and underscores, as in the address."
            )
        )

    def clean_cap(self) -> int | None:
        cap: int | None = self.cleaned_data["cap"]
        if cap == 0:
            msg = "With 0 nobody comes in; leave it empty for no limit."
            raise forms.ValidationError(msg)
        return cap

    def clean(self) -> None:
        """A crowd link needs the parameter, and an expiry lies ahead."""
        super().clean()
        if self.cleaned_data.get("kind") == InvitationKind.CROWD and not (
            self.cleaned_data.get("participant_parameter")
        ):
            msg = "Say which parameter of the address carries the participant's id."
            self.add_error("participant_parameter", msg)
        until = self.cleaned_data.get("expires_at")
        if until is not None and until <= timezone.now():
            self.add_error("expires_at", "This time is past.")
