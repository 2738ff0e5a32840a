"""Answering runs: one source on one build, and its replies."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corpus.models import Source
from tasks.answering import ROTATION_COUNTS, Mode, View
from tasks.mmla.prompts import Wording
from tasks.parsing import Outcome
from thinking.models.builds import MOST_OPTIONS, Build, Item

MODE_LABELS = {
    Mode.LETTER: _("Letter"),
    Mode.LIKELIHOOD: _("Likelihood of letters"),
    Mode.TEXTS: _("Likelihood of texts"),
}
VIEW_LABELS = {
    View.VIDEO: _("The video"),
    View.NONE: _("No video"),
    View.BLACK: _("Black frames"),
    View.OTHER: _("Another video"),
}
# Of MMLA, whose published wordings differ.
WORDING_LABELS = {
    Wording.PAPER: _("The paper's"),
    Wording.CODE: _("The authors' scripts'"),
}
OUTCOME_LABELS = {
    Outcome.READ: _("Read"),
    Outcome.UNREADABLE: _("Unreadable"),
    Outcome.REFUSED: _("Refused"),
}
_MODES = [(mode.value, label) for mode, label in MODE_LABELS.items()]
_VIEWS = [(view.value, label) for view, label in VIEW_LABELS.items()]
_WORDINGS = [(wording.value, label) for wording, label in WORDING_LABELS.items()]
_OUTCOMES = [(outcome.value, label) for outcome, label in OUTCOME_LABELS.items()]


class RunState(models.TextChoices):
    OPEN = "open", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class AnswerRun(models.Model):
    """One source answers the items of one sealed build, in one manner."""

    # Of `selectors.runs.counted_runs`.
    reply_count: int
    unreadable_count: int
    refused_count: int

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    build = models.ForeignKey(Build, models.PROTECT, related_name="runs")
    # Who answers: the same row as in the blind test, so that both can be compared.
    source = models.ForeignKey(Source, models.PROTECT, related_name="answer_runs")
    mode = models.CharField(max_length=10, choices=_MODES)
    view = models.CharField(max_length=5, choices=_VIEWS)
    # In how many orders of its options each item is asked.
    rotations = models.PositiveSmallIntegerField(default=1)
    # Which published prompt of MMLA; empty for other builds, and where not known.
    wording = models.CharField(max_length=5, choices=_WORDINGS, blank=True)
    # Of what chance decides; null where another program asked.
    seed = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=RunState.choices)
    # Of the registry, and the queue of the workers that can run it; empty where a file
    # was imported.
    entry = models.CharField(max_length=80, blank=True)
    queue = models.CharField(max_length=60, blank=True)
    # When workers were last told that there is work.
    woken_at = models.DateTimeField(null=True, blank=True)
    # Where replies come from: a file's name, format and who said what of it.
    provenance = models.JSONField(default=dict)
    # Of the imported file; empty where workers ask.
    file_sha256 = models.CharField(max_length=64, blank=True)
    # What a reader of the results should know: checkpoint, prompt, settings.
    note = models.TextField(blank=True)
    created_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Left out of the tables: replies never go, but some should not count.
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=[*dict(_MODES)]), name="run_mode_is_known"
            ),
            models.CheckConstraint(
                condition=Q(view__in=[*dict(_VIEWS)]), name="run_view_is_known"
            ),
            models.CheckConstraint(
                condition=Q(rotations__in=ROTATION_COUNTS),
                name="run_has_one_or_all_rotations",
            ),
            models.CheckConstraint(
                condition=Q(wording__in=["", *dict(_WORDINGS)]),
                name="run_wording_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="run_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.OPEN) ^ Q(finished_at__isnull=False),
                name="run_is_finished_when_it_is_over",
            ),
            # The same file twice finds what it gave the first time.
            models.UniqueConstraint(
                fields=["build", "source", "view", "file_sha256"],
                condition=~Q(file_sha256=""),
                name="file_of_replies_is_imported_once",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True) ^ ~Q(set_aside_reason=""),
                name="run_is_set_aside_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.source)

    @property
    def is_imported(self) -> bool:
        return self.file_sha256 != ""

    @property
    def is_over(self) -> bool:
        return self.state != RunState.OPEN

    @property
    def is_set_aside(self) -> bool:
        return self.set_aside_at is not None

    @property
    def reply_goal(self) -> int:
        """How many replies there are when every item is answered."""
        return self.build.item_count * self.build.order_count(self.rotations)

    @property
    def mode_words(self) -> str | Promise:
        """How answers were found, in the words of the build's kind."""
        if self.build.labels and self.mode == Mode.LETTER:
            return _("What it says")
        return MODE_LABELS[Mode(self.mode)]


class Reply(models.Model):
    """What was answered to one item in one order of its options. Never changed."""

    run = models.ForeignKey(
        AnswerRun, models.PROTECT, related_name="replies", db_index=False
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="replies")
    # By how many places the options were moved on (`tasks.rotations`).
    rotation = models.PositiveSmallIntegerField(default=0)
    # As received, nothing removed.
    text = models.TextField(blank=True)
    # Of the letters A to D, where likelihood chooses.
    probabilities = ArrayField(models.FloatField(), null=True, blank=True)
    # Of each option's text, where that chooses: its log-probability, its number of
    # tokens, its log-probability without the question (`tasks.likelihoods`).
    likelihoods = ArrayField(
        ArrayField(models.FloatField(), size=3), null=True, blank=True
    )
    # Place of the chosen option as it was shown; null where none was named.
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=_OUTCOMES)
    # Of the code that read the text (`tasks.parsing.READING_VERSION`).
    reading_version = models.PositiveSmallIntegerField()
    # What gave it: engine, checkpoint, revision, device; null where a file did.
    engine = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "item", "rotation"],
                name="one_reply_per_run_item_and_rotation",
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(place__lt=MOST_OPTIONS),
                name="reply_place_is_an_option",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[*dict(_OUTCOMES)]),
                name="reply_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.READ.value) ^ Q(place__isnull=True),
                name="reply_that_was_read_names_an_option",
            ),
        ]

    def __str__(self) -> str:
        return f"reply to {self.item}"
