"""Making a study, and changing its settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from annotation.forms.studies.documents import PLACEHOLDERS
from annotation.forms.studies.videos import VideosForm
from annotation.instrument import INSTRUMENTS, Instrument
from annotation.models import DocumentKind, Study
from annotation.rules.studies.default_documents import default_document, in_language
from annotation.selectors.studies.sources import offered_sources
from annotation.services.studies.study import (
    CHANGEABLE_ANY_TIME,
    StudyContent,
    free_key,
)
from corpus.models import Source

_LONGEST_MADE_KEY = 60

_HELP = {
    "key": _(
        "Identifies the study on the command line and in file names. Leave it empty to "
        "derive it from the title."
    ),
    "instrument": _("The verdicts and the realism scale that annotators answer with."),
    "one_tap": _(
        "Annotators give verdict and score together, on a pad with a button for each "
        "pair: half the taps. Leave it off to repeat the paper's procedure."
    ),
    "human_comment_count": _(
        "Human comments in each batch: the most liked ones of the video."
    ),
    "redundancy": _("How many annotators judge each batch."),
    "tells_human_count": _("Annotators see how many comments in a batch are human."),
    "shows_metadata": _("Annotators see the video's title and description."),
    "required_play_percent": _(
        "Share of the video, in percent, that an annotator must play before "
        "submitting a batch. 0 for no minimum."
    ),
    "attention_checks_per_batch": _(
        "Items whose text says how to answer, shown at random positions. Write them on "
        "the Training and checks page."
    ),
    "repeat_every": _(
        "Every nth batch repeats an earlier batch of the same annotator in a new "
        "order, to measure self-agreement. 0 for no repeats."
    ),
    "batches_per_annotator": _(
        "The most batches one annotator can do. Leave empty for no limit."
    ),
    "lease_minutes": _(
        "Minutes without activity before a batch in progress is given to another "
        "annotator."
    ),
    "break_after_minutes": _("Minutes of work before the page suggests a break."),
    "expected_duration": _(
        "Shown before people agree, such as: about 40 minutes. Leave it empty to say "
        "nothing."
    ),
    "tells_own_result": _(
        "When the study is closed, each annotator sees on how many comments they were "
        "right, by people and by AI. No comment's source is shown."
    ),
    "pay": _(
        "Shown before people agree, such as: £6, paid by Prolific. Leave it empty to "
        "say nothing."
    ),
}
_LABELS = {
    "instrument": _("Instrument"),
    "one_tap": _("Answer with one tap"),
    "human_comment_count": _("Human comments per batch"),
    "redundancy": _("Annotators per batch"),
    "tells_human_count": _("Tell annotators how many comments are human"),
    "shows_metadata": _("Show the video's title and description"),
    "required_play_percent": _("Required playback (%)"),
    "attention_checks_per_batch": _("Attention checks per batch"),
    "repeat_every": _("Planned repeats"),
    "batches_per_annotator": _("Batches per annotator"),
    "lease_minutes": _("Time limit without activity"),
    "break_after_minutes": _("Suggest a break after"),
    "expected_duration": _("How long it takes"),
    "pay": _("Pay"),
    "tells_own_result": _("Tell annotators how often they were right"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form, with its heading."""

    title: str | Promise
    fields: Sequence[BoundField]


_SETTINGS = (
    (_("What annotators answer"), ("instrument", "one_tap")),
    (_("Size"), ("human_comment_count", "redundancy")),
    (
        _("What annotators see"),
        ("tells_human_count", "shows_metadata", "language", "required_play_percent"),
    ),
    (
        _("Quality and pace"),
        (
            "attention_checks_per_batch",
            "repeat_every",
            "batches_per_annotator",
            "lease_minutes",
            "break_after_minutes",
        ),
    ),
    (
        _("What people are told before they agree"),
        ("expected_duration", "pay"),
    ),
    (_("What people are told afterwards"), ("tells_own_result",)),
)
_SETTING_NAMES = tuple(name for _, names in _SETTINGS for name in names)


class StudyForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name and the settings of a study; past the seal, what may still change."""

    class Meta:
        model = Study
        fields = ("title", "key", *_SETTING_NAMES)
        help_texts = _HELP
        labels = _LABELS

    language = forms.ChoiceField(
        required=False,
        choices=[("", _("Each annotator's choice")), *settings.LANGUAGES],
        label=_("Language of annotators' pages"),
        help_text=_(
            "Annotators' pages of this study are in this language, whatever they "
            "choose elsewhere. Guidelines and consent are shown as you write them; "
            "default texts that you don't edit are replaced by those in this language."
        ),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        instance: Study | None = None,
        start: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, instance=instance, initial={**(start or {})})
        self.fields["key"].required = False
        self._offer_instruments()
        if instance is not None and not instance.is_draft:
            for name, field in self.fields.items():
                field.disabled = name not in CHANGEABLE_ANY_TIME

    def _offer_instruments(self) -> None:
        """Those of the registry, and the study's own as it was stored."""
        own: Instrument = self.instance.instrument
        self._instruments = {**INSTRUMENTS, own.key: own}
        self.fields["instrument"] = forms.ChoiceField(
            required=False,
            choices=[(key, _(i.title)) for key, i in self._instruments.items()],
            label=_LABELS["instrument"],
            help_text=_HELP["instrument"],
        )
        self.initial["instrument"] = own.key

    def clean_instrument(self) -> Instrument:
        """The one chosen; the study's own if nothing was."""
        own: Instrument = self.instance.instrument
        return self._instruments[self.cleaned_data["instrument"] or own.key]

    def clean_key(self) -> str:
        """The key, or one made of the title."""
        key: str = self.cleaned_data["key"]
        if key:
            return key
        title = slugify(self.cleaned_data.get("title", ""))
        return self.instance.key or free_key(title[:_LONGEST_MADE_KEY] or "study")

    def clean_repeat_every(self) -> int:
        every: int = self.cleaned_data["repeat_every"]
        if every == 1:
            msg = _("1 would make every batch a repeat. Enter 0, or 2 or more.")
            raise forms.ValidationError(msg)
        return every

    def clean_batches_per_annotator(self) -> int | None:
        most: int | None = self.cleaned_data["batches_per_annotator"]
        if most == 0:
            msg = _(
                "0 would leave nothing to judge. Leave the field empty for no limit."
            )
            raise forms.ValidationError(msg)
        return most

    @property
    def name_section(self) -> Section:
        """What the study is called."""
        return Section(_("Name"), [self["title"], self["key"]])

    @property
    def setting_sections(self) -> list[Section]:
        """The settings, in parts with headings."""
        return [
            Section(title, [self[name] for name in names]) for title, names in _SETTINGS
        ]


class SourcesForm(forms.Form):
    """The AI sources that a study tests, of those whose comments it may take."""

    sources = forms.ModelMultipleChoiceField(
        Source.objects.none(),
        required=False,
        to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
        label=_("AI sources"),
        error_messages={"invalid_choice": _("The AI source %(value)s doesn't exist.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        offered: QuerySet[Source] | None = None,
        selected: Sequence[str] = (),
    ) -> None:
        super().__init__(data, initial={"sources": selected})
        field = self.fields["sources"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = offered_sources() if offered is None else offered

    @property
    def chosen(self) -> list[Source]:
        """The sources in the order in which they were named; the form is valid."""
        named = self["sources"].value() or ()
        by_name = {source.key: source for source in self.cleaned_data["sources"]}
        return [by_name[key] for key in dict.fromkeys(named)]


class DocumentsForm(forms.Form):
    """The texts that a new study starts with."""

    guidelines = forms.CharField(
        required=False,
        label=_("Guidelines"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=format_lazy(
            "{} {}", _("Markdown. Say what to look for and how to judge."), PLACEHOLDERS
        ),
    )
    consent = forms.CharField(
        required=False,
        label=_("Consent"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Markdown. Say what you ask of people, how long it takes and what is "
            "stored."
        ),
    )

    def texts(self, language: str) -> dict[DocumentKind, str]:
        """The texts by kind, defaults in the study's language; the form is valid."""
        return {
            kind: in_language(kind, self.cleaned_data[kind.value], language)
            for kind in DocumentKind
        }


class NewStudyForms:
    """The forms that make a study, sent together."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        sources: QuerySet[Source] | None = None,
        start: Mapping[str, object] | None = None,
        selection: str = "",
    ) -> None:
        self.study = StudyForm(data, start=start)
        self.videos = VideosForm(data, initial={"selection": selection})
        self.sources = SourcesForm(data, offered=sources)
        texts = {kind.value: default_document(kind) for kind in DocumentKind}
        self.documents = DocumentsForm(data, initial=texts)

    def is_valid(self) -> bool:
        """Whether there is nothing wrong in any of them."""
        return self.study.is_bound and self.error_count == 0

    @property
    def parts(self) -> tuple[forms.BaseForm, ...]:
        """The forms, in the order of the page."""
        return (self.study, self.videos, self.sources, self.documents)

    @property
    def error_count(self) -> int:
        """Fields with something wrong."""
        return sum(len(part.errors) for part in self.parts)

    @property
    def content(self) -> StudyContent:
        """What the study is filled with; the forms are valid."""
        return StudyContent(
            videos=self.videos.video_ids,
            sources=self.sources.chosen,
            documents=self.documents.texts(self.study.cleaned_data["language"]),
        )
