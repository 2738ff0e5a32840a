"""Writing a message to annotators."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import Audience, Study
from annotation.selectors.people.messages import active_annotators


class MessageForm(forms.Form):
    """A title, a text, and to whom."""

    title = forms.CharField(max_length=120, label=_("Title"))
    text = forms.CharField(
        max_length=4000,
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Plain text, in the language of your annotators. Everybody who gets it "
            "sees the same."
        ),
    )
    audience = forms.ChoiceField(
        label=_("To"),
        choices=Audience.choices,
        initial=Audience.EVERYBODY,
        widget=forms.RadioSelect,
    )
    codes = forms.MultipleChoiceField(
        label=_("Chosen annotators"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )

    def __init__(self, study: Study, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        codes = active_annotators(study).values_list("code", flat=True)
        field = self.fields["codes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (above)
        field.choices = [(code, code) for code in codes]

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get("audience") == Audience.CHOSEN and not data.get("codes"):
            self.add_error("codes", _("Choose at least one annotator."))
