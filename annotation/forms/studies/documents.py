"""The texts of a study."""

from django import forms


class DocumentForm(forms.Form):
    """A new version of one text."""

    text = forms.CharField(
        label="Text in Markdown", widget=forms.Textarea(attrs={"rows": 18})
    )
