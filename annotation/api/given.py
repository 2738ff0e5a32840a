"""What programs send to the REST API: shapes; the forms of the pages hold the rules."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from annotation.forms.studies.settings import StudyForm
from annotation.forms.studies.templates import TEMPLATES
from annotation.instrument import INSTRUMENTS
from annotation.models import (
    AttentionCheck,
    Invitation,
    Study,
    TrainingItem,
    WayOut,
)
from annotation.services.studies.study import CHANGEABLE_ANY_TIME, PROTOCOL_FIELDS

_SETTINGS = sorted((CHANGEABLE_ANY_TIME | PROTOCOL_FIELDS) - {"key", "title"})
_VIDEO = _("As platform:id, such as youtube:alJ1KJu5h9U")
Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class GivenTrainingItem(serializers.ModelSerializer[TrainingItem]):
    video = serializers.CharField(required=False, allow_blank=True, help_text=_VIDEO)

    class Meta:
        model = TrainingItem
        fields = ["text", "origin", "feedback", "video"]


class GivenQuestion(serializers.Serializer[Any]):
    text = serializers.CharField()
    choices = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("With a star before the right one, such as “* Not told”"),
    )


class GivenCheck(serializers.ModelSerializer[AttentionCheck]):
    class Meta:
        model = AttentionCheck
        fields = ["text", "expected_verdict", "expected_score"]
        extra_kwargs = {"expected_verdict": {"required": False}}


class GivenTraining(serializers.Serializer[Any]):
    training = GivenTrainingItem(many=True)


class GivenQuestions(serializers.Serializer[Any]):
    questions = GivenQuestion(many=True)


class GivenChecks(serializers.Serializer[Any]):
    checks = GivenCheck(many=True)


class GivenPeople(serializers.Serializer[Any]):
    usernames = serializers.ListField(child=serializers.CharField())


class GivenExclusion(serializers.Serializer[Any]):
    reason = serializers.CharField(
        help_text=_("Shown in every report; must not name the person")
    )
    frees_places = serializers.BooleanField(
        default=False, help_text=_("Give their batches to other annotators")
    )


class GivenWayOut(serializers.ModelSerializer[WayOut]):
    redirect_url = serializers.CharField(required=False)

    class Meta:
        model = WayOut
        fields = ["kind", "code", "has_personal_codes", "redirect_url", "message"]


class GivenSettings(serializers.ModelSerializer[Study]):
    """A study's name and settings, each left out if it is to stay as it is."""

    instrument = serializers.ChoiceField(
        choices=[*INSTRUMENTS],
        required=False,
        help_text=_("Verdicts and realism scale that annotators answer with"),
    )
    language = serializers.ChoiceField(
        choices=["", *dict(settings.LANGUAGES)],
        required=False,
        help_text=_("Of annotators' pages; empty for each annotator's choice"),
    )

    class Meta:
        model = Study
        fields = ["title", *_SETTINGS]

    def get_fields(self) -> Fields:
        """The model's, with the words of the form."""
        fields = super().get_fields()
        for name in {*fields} & {*StudyForm.base_fields}:
            words = StudyForm.base_fields[name].help_text
            fields[name].help_text = fields[name].help_text or words
        return fields


class GivenChoice(serializers.Serializer[Any]):
    """Videos of the corpus: a saved selection, a list, or both."""

    selection = serializers.CharField(
        required=False, help_text=_("Key of a saved selection")
    )
    videos = serializers.ListField(
        child=serializers.CharField(), required=False, help_text=_VIDEO
    )


class GivenStudy(GivenSettings, GivenChoice):
    """A whole study, in the words of a study file (`manage.py create_study`)."""

    key = serializers.SlugField(
        max_length=80,
        help_text=_(
            "Names the study. Sending the same key again doesn't create another one."
        ),
    )
    template = serializers.ChoiceField(
        choices=[template.key for template in TEMPLATES],
        required=False,
        help_text=_("Settings to start from; those that you send come first"),
    )
    sources = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text=_("Keys of AI sources, in their order"),
    )
    guidelines = serializers.CharField(
        required=False, help_text=_("Markdown; left out: the default text")
    )
    consent = serializers.CharField(
        required=False, help_text=_("Markdown; left out: the default text")
    )
    training = GivenTrainingItem(many=True, required=False)
    questions = GivenQuestion(many=True, required=False)
    checks = GivenCheck(many=True, required=False)
    ways_out = GivenWayOut(many=True, required=False)

    class Meta(GivenSettings.Meta):
        fields = [
            "key",
            "template",
            *GivenSettings.Meta.fields,
            *("selection", "videos", "sources", "guidelines", "consent"),
            *("training", "questions", "checks", "ways_out"),
        ]


class GivenVideos(serializers.Serializer[Any]):
    videos = serializers.ListField(child=serializers.CharField(), help_text=_VIDEO)


class GivenSources(serializers.Serializer[Any]):
    sources = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Keys of all AI sources that the study tests, in their order"),
    )


class GivenOtherStudy(serializers.Serializer[Any]):
    study = serializers.CharField(help_text=_("Key of a study of yours"))


class GivenText(serializers.Serializer[Any]):
    text = serializers.CharField(
        trim_whitespace=False, help_text=_("Markdown, as annotators read it")
    )


class GivenInvitation(serializers.ModelSerializer[Invitation]):
    class Meta:
        model = Invitation
        fields = ["kind", "label", "cap", "expires_at", "participant_parameter"]


class GivenCommentFile(serializers.Serializer[Any]):
    """A file of AI comments, as on the page *Comments*."""

    file = serializers.FileField(
        help_text=_("CSV or JSON Lines in UTF-8, with video, source and text")
    )
    create_sources = serializers.BooleanField(
        default=True, help_text=_("Create sources that don't exist yet")
    )
    add_sources = serializers.BooleanField(
        default=True, help_text=_("Add the file's sources to the study")
    )
    dry_run = serializers.BooleanField(
        default=False, help_text=_("Only check the file; store nothing")
    )
