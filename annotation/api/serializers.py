"""What the REST API shows: researchers' data, never an annotator's person."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from annotation.instrument import PAPER, Instrument, RealismScale, VerdictOption
from annotation.long_table import COLUMNS, Kind
from annotation.models import Batch, BatchComment, Study
from corpus.models import Origin, Source


class SourceSerializer(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ["key", "title", "origin", "notes"]


class VerdictOptionSerializer(serializers.Serializer[VerdictOption]):
    value = serializers.CharField(help_text=_("The value stored in judgments"))
    label = serializers.CharField()  # type: ignore[assignment]
    meaning = serializers.CharField()
    key = serializers.CharField(help_text=_("The key that chooses it"))


class RealismScaleSerializer(serializers.Serializer[RealismScale]):
    question = serializers.CharField()
    lowest = serializers.IntegerField()
    highest = serializers.IntegerField()
    words = serializers.ListField(
        child=serializers.CharField(allow_blank=True),
        help_text=_(
            "One text for each value, from the lowest up; empty where a value has none"
        ),
    )
    low_tag = serializers.CharField()
    high_tag = serializers.CharField()


class InstrumentSerializer(serializers.Serializer[Instrument]):
    """What annotators are asked, and every answer that they can give."""

    key = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    question = serializers.CharField()
    verdicts = VerdictOptionSerializer(many=True)
    scale = RealismScaleSerializer()


class StudySerializer(serializers.ModelSerializer[Study]):
    sources: serializers.SlugRelatedField[Source] = serializers.SlugRelatedField(
        slug_field="key",
        many=True,
        read_only=True,
        help_text=_("Keys of the AI sources under test"),
    )
    instrument = InstrumentSerializer(read_only=True)
    batch_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Study
        fields = [
            "public_id",
            "key",
            "title",
            "state",
            "instrument",
            "one_tap",
            "sources",
            "batch_count",
            "human_comment_count",
            "redundancy",
            "lease_minutes",
            "tells_human_count",
            "tells_own_result",
            "shows_metadata",
            "language",
            "required_play_percent",
            "attention_checks_per_batch",
            "repeat_every",
            "batches_per_annotator",
            "is_simulated",
            "created_at",
            "sealed_at",
            "opened_at",
            "closed_at",
        ]


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a study is."""

    batches = serializers.IntegerField()
    batches_done = serializers.IntegerField(
        help_text=_("Batches with all the judgments that the redundancy asks for")
    )
    places = serializers.IntegerField(help_text=_("Batches times redundancy"))
    submitted = serializers.IntegerField(help_text=_("Submitted assignments"))
    in_work = serializers.IntegerField(help_text=_("Assignments in progress"))
    judgments = serializers.IntegerField(
        help_text=_("Judgments in submitted assignments")
    )
    annotators = serializers.IntegerField()


class BatchSerializer(serializers.ModelSerializer[Batch]):
    study = serializers.UUIDField(source="study.public_id", read_only=True)
    video = serializers.CharField(source="video.label", read_only=True)
    video_title = serializers.CharField(source="video.title", read_only=True)
    submitted_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Batch
        fields = [
            "public_id",
            "study",
            "video",
            "video_title",
            "sealed_at",
            "place_count",
            "places_taken",
            "submitted_count",
        ]


class BatchCommentSerializer(serializers.ModelSerializer[BatchComment]):
    comment_id = serializers.CharField(source="comment.label", read_only=True)
    batch = serializers.UUIDField(source="batch.public_id", read_only=True)
    video = serializers.CharField(source="batch.video.label", read_only=True)
    source = serializers.CharField(  # type: ignore[assignment]
        source="source.key", read_only=True
    )
    origin = serializers.ChoiceField(
        source="source.origin", choices=Origin.choices, read_only=True
    )
    text = serializers.CharField(source="comment.text", read_only=True)
    text_received = serializers.CharField(
        source="comment.text_received", read_only=True
    )
    like_count = serializers.IntegerField(
        source="comment.like_count", read_only=True, allow_null=True
    )

    class Meta:
        model = BatchComment
        fields = [
            "comment_id",
            "batch",
            "video",
            "source",
            "origin",
            "slot",
            "text",
            "text_received",
            "like_count",
        ]


_FIELDS: dict[Kind, type[serializers.Field[Any, Any, Any, Any]]] = {
    Kind.WORD: serializers.CharField,
    Kind.TEXT: serializers.CharField,
    Kind.FLAG: serializers.BooleanField,
    Kind.SMALL: serializers.IntegerField,
    Kind.POSITION: serializers.IntegerField,
    Kind.COUNT: serializers.IntegerField,
    Kind.NUMBER: serializers.FloatField,
    Kind.INSTANT: serializers.DateTimeField,
}


class JudgmentSerializer(serializers.Serializer[Any]):
    """One row of the long table, by the names of the exports."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            column.name: _FIELDS[column.kind](
                read_only=True,
                allow_null=column.may_be_empty,
                help_text=column.told(PAPER),
            )
            for column in COLUMNS
        }
