"""Studies: the protocol of one blind comment test, its texts and its log."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotation.models.instruments import InstrumentField, default_instrument
from corpus.models import Source

HUMAN_COMMENT_COUNT = 5


class StudyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SEALED = "sealed", _("Sealed")
    OPEN = "open", _("Open")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class StudyKind(models.TextChoices):
    COMMENTS = "comments", _("Comments")
    # Multiple-choice items about videos; another package knows them.
    ITEMS = "items", _("Items")


class Study(models.Model):
    """One run of the blind comment test, or of items, under a fixed protocol."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Names the study on the command line and in file names.
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=8, choices=StudyKind.choices, default=StudyKind.COMMENTS
    )
    state = models.CharField(
        max_length=6, choices=StudyState.choices, default=StudyState.DRAFT
    )
    # The AI systems under test; the human pool is always in.
    sources = models.ManyToManyField(Source, related_name="studies", blank=True)
    # What annotators are asked and how they can answer, with every value in full.
    instrument = InstrumentField(default=default_instrument)
    # Verdict and score are given together, with one tap on a pad of all their pairs.
    one_tap = models.BooleanField(default=False)
    human_comment_count = models.PositiveSmallIntegerField(
        default=HUMAN_COMMENT_COUNT,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    redundancy = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    lease_minutes = models.PositiveIntegerField(
        default=120, validators=[MinValueValidator(5), MaxValueValidator(7 * 24 * 60)]
    )
    # What annotators are told and shown.
    tells_human_count = models.BooleanField(default=False)
    shows_metadata = models.BooleanField(default=False)
    # The language of its annotators' pages, a code of `LANGUAGES`; empty: their choice.
    language = models.CharField(max_length=10, blank=True)
    # Share of the video, in percent, that must have been played before submitting.
    required_play_percent = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(100)]
    )
    # Quality of the annotators.
    attention_checks_per_batch = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(5)]
    )
    # Every n-th batch is a planned repeat of an earlier one; 0 for none.
    repeat_every = models.PositiveSmallIntegerField(default=0)
    # Batches an annotator may do; null for all.
    batches_per_annotator = models.PositiveIntegerField(null=True, blank=True)
    break_after_minutes = models.PositiveSmallIntegerField(default=60)
    # What people are told before they agree to take part.
    expected_duration = models.CharField(max_length=120, blank=True)
    pay = models.CharField(max_length=120, blank=True)
    # When the study is closed, annotators see how often they were right.
    tells_own_result = models.BooleanField(default=False)
    # Holds judgments made by the demo's simulation: every page says so.
    is_simulated = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Out of the list of studies; nothing else changes.
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "studies"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=StudyState.values), name="study_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=StudyKind.values), name="study_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=StudyState.DRAFT, sealed_at__isnull=True)
                | (~Q(state=StudyState.DRAFT) & Q(sealed_at__isnull=False)),
                name="study_is_sealed_unless_draft",
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True)
                | Q(state__in=[StudyState.DRAFT, StudyState.CLOSED]),
                name="study_in_work_is_not_archived",
            ),
            models.CheckConstraint(
                condition=Q(redundancy__range=(1, 100)),
                name="study_redundancy_is_1_to_100",
            ),
            models.CheckConstraint(
                condition=Q(human_comment_count__range=(1, 50)),
                name="study_human_comment_count_is_1_to_50",
            ),
            models.CheckConstraint(
                condition=Q(lease_minutes__gte=1), name="study_lease_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(required_play_percent__lte=100),
                name="study_required_play_is_a_percentage",
            ),
            # Were every batch a repeat of an earlier one, none would be the first.
            models.CheckConstraint(
                condition=~Q(repeat_every=1), name="study_repeats_leave_new_batches"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def declared_sources(self) -> list[Source]:
        """The AI systems under test, in the order in which they were declared."""
        rows = Study.sources.through.objects.filter(study=self).select_related("source")
        return [row.source for row in rows.order_by("pk")]

    @property
    def language_name(self) -> str:
        """What its speakers call the study's language; empty if it has none."""
        return dict(settings.LANGUAGES).get(self.language, "")

    @property
    def lease(self) -> timedelta:
        return timedelta(minutes=self.lease_minutes)

    @property
    def is_of_comments(self) -> bool:
        return self.kind == StudyKind.COMMENTS

    @property
    def is_draft(self) -> bool:
        return self.state == StudyState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == StudyState.OPEN


class DocumentKind(models.TextChoices):
    GUIDELINES = "guidelines", _("Guidelines")
    CONSENT = "consent", _("Consent")


class StudyDocument(models.Model):
    """One version of the guidelines or the consent text, in Markdown."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "kind", "version"],
                name="document_version_is_unique",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"


class StudyEvent(models.Model):
    """The study's log: who did what, when. Append-only."""

    # What annotators do themselves: their code is in the detail, so no name may be.
    OF_ANNOTATORS = ("annotator joined", "annotator left")

    study = models.ForeignKey(Study, models.CASCADE, related_name="events")
    actor = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Verb in the past tense, such as "sealed" or "annotator excluded".
    action = models.CharField(max_length=60)
    detail = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(action__in=("annotator joined", "annotator left"))
                | Q(actor__isnull=True),
                name="annotators_own_events_name_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.action

    @property
    def is_an_annotators_own(self) -> bool:
        return self.action in self.OF_ANNOTATORS
