"""Letting a draft take the comments of another study."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotation.models import Study


class TakeCommentsForm(forms.Form):
    """The study to take from, one of those that the person may read."""

    study = forms.ModelChoiceField(
        Study.objects.none(),
        to_field_name="key",
        label=_("Study"),
        empty_label=_("Choose a study"),
        error_messages={"invalid_choice": _("You have no such study.")},
    )

    def __init__(self, data: object = None, *, studies: QuerySet[Study]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["study"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = studies
