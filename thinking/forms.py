"""What researchers enter on the pages of builds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analysis.thinking.labels.comparing import Measure
from annotation.models import Study
from generation.models import LARGEST_SEED
from generation.registry import Entry
from tasks.answering import Mode, View
from tasks.mmla.prompts import Wording
from thinking.models import Build
from thinking.models.runs import MODE_LABELS, VIEW_LABELS, WORDING_LABELS
from thinking.selectors.previews import Manner
from thinking.services.item_studies import ItemStudyPlan

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_VIEWS = [(view.value, label) for view, label in VIEW_LABELS.items()]
# A request reads and stores the whole file; larger ones are for the command.
LARGEST_FILE = 64 * 1024 * 1024


class SealForm(forms.Form):
    """Sealing a build; a flagged one needs a reason, which the service asks for."""

    reason = forms.CharField(
        label=_("Reason for using a flagged build"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ImportRepliesForm(forms.Form):
    """A file of replies, and who gave them."""

    source = forms.CharField(
        label=_("Model"),
        max_length=120,
        help_text=_(
            "Use the name that the model has in studies of comments, so that its "
            "results there and here can be compared."
        ),
    )
    file = forms.FileField(
        label=_("Replies"),
        help_text=_(
            "JSON Lines with item_id and text, samples that lmms-eval logged (.jsonl), "
            "or a prediction table of VLMEvalKit (.tsv, .json)."
        ),
        widget=forms.FileInput(attrs={"accept": ".jsonl,.tsv,.json"}),
    )
    view = forms.ChoiceField(
        label=_("Shown with the questions"),
        choices=_VIEWS,
        initial=View.VIDEO,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        help_text=_("Checkpoint, prompt, settings: what readers should know."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        if (upload.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                gettext(
                    "The file is larger than %(limit)s. Import it on the server with "
                    "manage.py import_replies."
                )
                % {"limit": filesizeformat(LARGEST_FILE)}
            )
        return upload


class SetAsideForm(forms.Form):
    """Leaving a run out of the tables."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AskForm(forms.Form):
    """Which model is asked, and how."""

    model = forms.ChoiceField(label=_("Model"))
    mode = forms.ChoiceField(
        label=_("Answered by"),
        choices=[(mode.value, label) for mode, label in MODE_LABELS.items()],
        initial=Mode.LETTER,
        help_text=_(
            "What the model says, which letter it finds likeliest as the next word, or "
            "which text without letters, in three readings (the last two: local models "
            "only). They are never mixed."
        ),
    )
    view = forms.ChoiceField(
        label=_("Shown with the questions"),
        choices=_VIEWS,
        initial=View.VIDEO,
        help_text=_(
            "Ask the same model again without the video to see what the video adds."
        ),
    )
    rotations = forms.ChoiceField(
        label=_("Orders of the options"),
        choices=[
            ("1", _("As built")),
            ("4", _("All four: every option in each place")),
        ],
        initial="1",
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        label=_("Seed"),
        help_text=_("Leave empty for a random one."),
    )

    wording = forms.ChoiceField(
        label=_("Prompt"),
        choices=[(one.value, label) for one, label in WORDING_LABELS.items()],
        initial=Wording.PAPER,
        help_text=_("The paper and the authors' scripts ask in different words."),
    )

    def __init__(
        self, data: object = None, *, entries: Sequence[Entry], build: Build
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self._entries = {entry.key: entry for entry in entries}
        if build.labels:
            self._ask_for_labels()
        else:
            del self.fields["wording"]
        field = self.fields["model"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [(entry.key, entry.title) for entry in entries]

    def _ask_for_labels(self) -> None:
        """Labels have no letters; few of them have few orders."""
        mode, rotations = self.fields["mode"], self.fields["rotations"]
        assert isinstance(mode, forms.ChoiceField)  # noqa: S101
        assert isinstance(rotations, forms.ChoiceField)  # noqa: S101
        mode.choices = [
            (Mode.LETTER.value, _("What it says")),
            (Mode.TEXTS.value, _("Likelihood of labels")),
        ]
        mode.help_text = _(
            "A label, alone or after the dimension; or the label that it finds "
            "likeliest, in three readings (local models only)."
        )
        rotations.label = _("Orders of the labels")
        rotations.choices = [
            ("1", _("As published")),
            ("4", _("Four, spread over the list")),
        ]

    @property
    def chosen(self) -> Entry:
        return self._entries[self.cleaned_data["model"]]

    @property
    def manner(self) -> Manner:
        return Manner(
            mode=Mode(self.cleaned_data["mode"]),
            view=View(self.cleaned_data["view"]),
            rotations=int(self.cleaned_data["rotations"]),
            seed=self.cleaned_data["seed"],
            wording=Wording(self.cleaned_data.get("wording", Wording.PAPER)),
        )


class StudyForm(forms.Form):
    """The study whose judgments a build's results are shown beside."""

    study = forms.ModelChoiceField(
        Study.objects.none(),
        to_field_name="key",
        label=_("Study"),
        empty_label=None,
    )

    def __init__(self, data: object = None, *, studies: QuerySet[Study]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["study"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = studies


class LabelComparisonForm(StudyForm):
    """The same for MMLA, by one of two figures."""

    measure = forms.ChoiceField(
        label=_("Figure"),
        choices=[
            (Measure.ACCURACY.value, _("Accuracy")),
            (Measure.F1.value, _("Macro F1")),
        ],
        initial=Measure.ACCURACY.value,
    )


class ItemStudyForm(forms.Form):
    """How people are asked about the items of a build."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("People see it. Don't name models or what you expect."),
    )
    redundancy = forms.IntegerField(
        label=_("People per item"), min_value=1, max_value=100, initial=3
    )
    batch_size = forms.IntegerField(
        label=_("Questions per batch"),
        min_value=1,
        max_value=100,
        initial=21,
        help_text=_("Each about another video. 21 take about 12 minutes."),
    )
    items_per_task = forms.IntegerField(
        label=_("Items per task at most"),
        min_value=1,
        required=False,
        help_text=_("Drawn at random. Leave empty for all."),
    )
    batches_per_person = forms.IntegerField(
        label=_("Batches per person at most"),
        min_value=1,
        required=False,
        help_text=_("Leave empty for no limit."),
    )
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=LARGEST_SEED, initial=1
    )
    moves_options = forms.BooleanField(
        label=_("Show each person the options in another order"),
        required=False,
        help_text=_("Otherwise people see the same order as models do."),
    )
    language = forms.ChoiceField(
        label=_("Language of its pages"),
        choices=[("", _("What each person chooses")), *settings.LANGUAGES],
        required=False,
    )

    @property
    def plan(self) -> ItemStudyPlan:
        """The form is valid."""
        return ItemStudyPlan(**self.cleaned_data)
