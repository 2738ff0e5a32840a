"""What lists of the REST API can be narrowed to."""

import django_filters

from annotation.instrument import KNOWN_VERDICTS
from annotation.models import Batch, BatchComment, Judgment, Study
from corpus.models import Origin


class StudyFilter(django_filters.FilterSet):
    class Meta:
        model = Study
        fields = ["state", "key"]


class BatchFilter(django_filters.FilterSet):
    study = django_filters.UUIDFilter(field_name="study__public_id")
    sealed = django_filters.BooleanFilter(
        field_name="sealed_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Batch
        fields = ["study", "sealed"]


class BatchCommentFilter(django_filters.FilterSet):
    study = django_filters.UUIDFilter(field_name="batch__study__public_id")
    batch = django_filters.UUIDFilter(field_name="batch__public_id")
    source = django_filters.CharFilter(field_name="source__key")
    origin = django_filters.ChoiceFilter(
        field_name="source__origin", choices=Origin.choices
    )

    class Meta:
        model = BatchComment
        fields = ["study", "batch", "source", "origin"]


class JudgmentFilter(django_filters.FilterSet):
    study = django_filters.UUIDFilter(
        field_name="presentation__assignment__batch__study__public_id"
    )
    annotator = django_filters.CharFilter(
        field_name="presentation__assignment__membership__code"
    )
    source = django_filters.CharFilter(
        field_name="presentation__batch_comment__source__key"
    )
    origin = django_filters.ChoiceFilter(
        field_name="presentation__batch_comment__source__origin",
        choices=Origin.choices,
    )
    verdict = django_filters.ChoiceFilter(choices=[*KNOWN_VERDICTS.items()])
    score = django_filters.NumberFilter(field_name="realism_score")

    class Meta:
        model = Judgment
        fields = ["study", "annotator", "source", "origin", "verdict", "score"]
