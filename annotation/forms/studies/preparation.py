"""Training, comprehension questions and attention checks."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.forms import formset_factory, model_to_dict
from django.utils.translation import gettext_lazy as _

from annotation.instrument import Instrument
from annotation.models import (
    AttentionCheck,
    ComprehensionQuestion,
    Study,
    TrainingItem,
)
from annotation.rules.studies.video_references import video_reference
from annotation.selectors.studies.videos import (
    known_platforms,
    reference_to,
    videos_named,
)
from corpus.models import Video

_LEAST_CHOICES = 2
_EMPTY_ROWS = 2


class TrainingItemForm(forms.ModelForm):  # type: ignore[type-arg]
    """A practice comment with its known origin."""

    class Meta:
        model = TrainingItem
        fields = ("text", "origin", "feedback", "video")
        labels = {
            "text": _("Comment"),
            "origin": _("Written by"),
            "feedback": _("Feedback"),
        }
        help_texts = {"feedback": _("Optional. Shown after the answer.")}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "feedback": forms.Textarea(attrs={"rows": 2}),
        }

    video = forms.CharField(
        required=False,
        label=_("Video"),
        help_text=_(
            "Optional. What the comment is about, as platform:id, such as "
            "youtube:alJ1KJu5h9U. Annotators can watch it while they practise."
        ),
    )

    def clean_video(self) -> Video | None:
        """The one video of that name."""
        if not (name := self.cleaned_data["video"].strip()):
            return None
        reference = video_reference(name)
        found = videos_named([reference], known_platforms())[reference]
        if len(found) != 1:
            msg = _("The corpus has no video %(video)s, or several. Write platform:id.")
            raise forms.ValidationError(msg % {"video": name})
        return Video.objects.get(pk=found[0])


class AttentionCheckForm(forms.ModelForm):  # type: ignore[type-arg]
    """An item whose right answer its own text states."""

    class Meta:
        model = AttentionCheck
        fields = ("text", "expected_verdict", "expected_score")
        labels = {"text": _("Text")}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        instrument: Instrument,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        scale = instrument.scale
        self.fields["expected_verdict"] = forms.ChoiceField(
            required=False,
            choices=[("", _("any")), *instrument.labels.items()],
            label=_("Expected verdict"),
        )
        self.fields["expected_score"] = forms.IntegerField(
            required=False,
            min_value=scale.lowest,
            max_value=scale.highest,
            label=_("Expected score"),
        )

    def clean(self) -> None:
        """At least one of the two answers is expected."""
        super().clean()
        score = self.cleaned_data.get("expected_score")
        if not self.cleaned_data.get("expected_verdict") and score is None:
            msg = _("Enter the expected verdict, the expected score, or both.")
            raise forms.ValidationError(msg)


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question with its choices, one a line; the right one is starred."""

    answers = forms.CharField(
        label=_("Choices"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line. Put a star before the correct one: * Five."),
    )

    class Meta:
        model = ComprehensionQuestion
        fields = ("text",)
        labels = {"text": _("Question")}
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def clean_answers(self) -> list[str]:
        """The choices; exactly one carries a star."""
        lines: list[str] = self.cleaned_data["answers"].splitlines()
        choices = [line.strip() for line in lines if line.strip()]
        if len(choices) < _LEAST_CHOICES:
            msg = _("Enter at least two choices, one per line.")
            raise forms.ValidationError(msg)
        if sum(choice.startswith("*") for choice in choices) != 1:
            msg = _("Put a star before the correct choice, and only before that one.")
            raise forms.ValidationError(msg)
        return choices

    def save(self, commit: bool = True) -> ComprehensionQuestion:  # noqa: FBT001, FBT002 (Django's)
        question: ComprehensionQuestion = super().save(commit=False)
        answers: list[str] = self.cleaned_data["answers"]
        question.right_choice = next(
            index for index, choice in enumerate(answers) if choice.startswith("*")
        )
        question.choices = [choice.lstrip("* ") for choice in answers]
        if commit:
            question.save()
        return question


def _formset(form: type[forms.BaseForm]) -> type[forms.BaseFormSet]:  # type: ignore[type-arg]
    return formset_factory(
        form, extra=_EMPTY_ROWS, can_delete=True, can_delete_extra=False
    )


def _training(study: Study) -> list[dict[str, object]]:
    names = ("text", "origin", "feedback")
    return [
        model_to_dict(item, names)
        | {"video": str(reference_to(item.video)) if item.video else ""}
        for item in study.training_items.select_related("video")
    ]


def _checks(study: Study) -> list[dict[str, object]]:
    names = ("text", "expected_verdict", "expected_score")
    return [model_to_dict(check, names) for check in study.attention_checks.all()]


def _questions(study: Study) -> list[dict[str, object]]:
    return [
        {
            "text": question.text,
            "answers": "\n".join(
                f"* {choice}" if index == question.right_choice else choice
                for index, choice in enumerate(question.choices)
            ),
        }
        for question in study.comprehension_questions.all()
    ]


class Part(TextChoices):
    """The three lists that prepare and check annotators."""

    TRAINING = "training", _("Training")
    QUESTIONS = "questions", _("Comprehension questions")
    CHECKS = "checks", _("Attention checks")


def parts_of(study: Study) -> list[Part]:
    """Which of them a study of its kind has."""
    return [*Part] if study.is_of_comments else [Part.QUESTIONS]


_FORMSETS = {
    Part.TRAINING: _formset(TrainingItemForm),
    Part.QUESTIONS: _formset(QuestionForm),
    Part.CHECKS: _formset(AttentionCheckForm),
}
_SAVE_LABELS = {
    Part.TRAINING: _("Save training"),
    Part.QUESTIONS: _("Save questions"),
    Part.CHECKS: _("Save attention checks"),
}
_ROWS: dict[Part, Callable[[Study], list[dict[str, object]]]] = {
    Part.TRAINING: _training,
    Part.QUESTIONS: _questions,
    Part.CHECKS: _checks,
}


def rows_of(study: Study, part: Part) -> list[dict[str, object]]:
    """The rows that a study has, as their forms begin with them."""
    return _ROWS[part](study)


class PreparationForm:
    """One of the lists: its rows, and a few empty ones below them."""

    def __init__(
        self, study: Study, part: Part, data: Mapping[str, Any] | None = None
    ) -> None:
        self.part = part
        self.save_label = _SAVE_LABELS[part]
        is_about_answers = part == Part.CHECKS
        self.formset = _FORMSETS[part](
            data,
            initial=rows_of(study, part),
            prefix=part.value,
            form_kwargs={"instrument": study.instrument} if is_about_answers else {},
        )

    def is_valid(self) -> bool:
        """Whether every row is right."""
        return self.formset.is_valid()

    @property
    def rows(self) -> list[Any]:
        """The rows that stay or are new, not saved yet; the form is valid."""
        forms_ = [
            *self.formset.initial_forms,
            *(form for form in self.formset.extra_forms if form.has_changed()),
        ]
        deleted = self.formset.deleted_forms
        return [form.save(commit=False) for form in forms_ if form not in deleted]
