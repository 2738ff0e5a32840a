"""Input of the admins' pages."""

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import Study, StudyState
from generation.models import LARGEST_SEED, RoundScope
from generation.registry import Entry


def cost_limit() -> forms.DecimalField:
    """What a round's servers may charge."""
    return forms.DecimalField(
        required=False,
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=2,
        label=_("Cost limit (US dollars)"),
        help_text=_(
            "For models behind a server that charges. The round pauses before it could "
            "cost more. Leave empty for no limit."
        ),
    )


class ResumeForm(forms.Form):
    """A paused round goes on, under another cost limit or the same."""

    max_usd = cost_limit()


class RoundForm(forms.Form):
    """Which models shall write for which study."""

    study = forms.ModelChoiceField(
        Study.objects.filter(state=StudyState.DRAFT),
        to_field_name="key",
        empty_label=None,
        label=_("Study"),
        help_text=_("Only drafts: the batches of a sealed study never change."),
    )
    scope = forms.ChoiceField(
        choices=RoundScope.choices, initial=RoundScope.MISSING, label=_("Videos")
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        label=_("Seed"),
        help_text=_(
            "Leave empty for a random one. The same seed, models and videos give the "
            "same requests, on any installation."
        ),
    )
    max_usd = cost_limit()
    models = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=_("Models")
    )

    def __init__(
        self, data: object = None, *, entries: Sequence[Entry], **options: object
    ) -> None:
        super().__init__(data, **options)  # type: ignore[arg-type]
        self._entries = {entry.key: entry for entry in entries}
        field = self.fields["models"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = [(entry.key, entry.title) for entry in entries]

    @property
    def chosen(self) -> list[Entry]:
        """The entries that were ticked."""
        return [self._entries[key] for key in self.cleaned_data["models"]]

    @property
    def chosen_scope(self) -> RoundScope:
        return RoundScope(self.cleaned_data["scope"])
