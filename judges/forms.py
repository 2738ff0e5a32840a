"""What admins choose on the page of a new judge."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from generation.models import LARGEST_SEED
from generation.registry import Entry
from judges.models import MOST_SAMPLES, RunMode, RunView
from judges.selectors.previews import Manner


class EncoderForm(forms.Form):
    """Which text encoder."""

    encoder = forms.CharField(
        label=_("Text encoder"),
        max_length=250,
        help_text=_(
            "A folder within the workers' folder of checkpoints, or a repository of "
            "the hub as owner/name or owner/name@revision. Only safetensors are loaded."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )


class AskForm(forms.Form):
    """Which model is asked, and how."""

    model = forms.ChoiceField(label=_("Model"))
    view = forms.ChoiceField(
        label=_("Shown with the comments"),
        choices=RunView.choices,
        initial=RunView.TEXT,
    )
    mode = forms.ChoiceField(
        label=_("Answered by"),
        choices=RunMode.choices,
        initial=RunMode.SAID,
        help_text=_(
            "Likelihoods need a local model, and ask about each comment on its own."
        ),
    )
    samples = forms.IntegerField(
        label=_("How often each batch is asked"),
        min_value=1,
        max_value=MOST_SAMPLES,
        initial=1,
        help_text=_("Each time in another order; the guess is the mean."),
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        label=_("Seed"),
        help_text=_("Leave empty for a random one."),
    )

    def __init__(self, data: object = None, *, entries: Sequence[Entry]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self._entries = {entry.key: entry for entry in entries}
        self.fields["model"] = forms.ChoiceField(
            label=_("Model"), choices=[(one.key, one.title) for one in entries]
        )

    @property
    def chosen(self) -> Entry:
        return self._entries[self.cleaned_data["model"]]

    @property
    def manner(self) -> Manner:
        said = self.cleaned_data
        return Manner(
            view=RunView(said["view"]),
            mode=RunMode(said["mode"]),
            samples=said["samples"],
            seed=said["seed"],
        )
