"""Results of a build, computed once for each state of its answers."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count

from analysis.reporting.storing import from_plain, to_plain
from analysis.selectors.database import judgments_of
from analysis.thinking.comparing import Comparison, comparison
from analysis.thinking.computing import results_of
from analysis.thinking.labels.comparing import Measure, label_comparison
from analysis.thinking.labels.computing import label_results
from analysis.thinking.labels.results import LabelResults
from analysis.thinking.results import Results
from analysis.version import software_version
from annotation.models import Study
from tasks.mmla.sets import all_sets
from tasks.parsing import READING_VERSION
from thinking.models import Build, BuildKind, ItemAssignment, WorkState
from thinking.selectors.answers import answered, label_answers

Kept = TypeVar("Kept")
_KEPT_SECONDS = 24 * 3600


def current_results(build: Build) -> Results:
    """As the answers are now: reading millions of replies takes a while."""
    key = f"thinking-results-{_state_of_answers(build)}"
    return _kept(key, Results, lambda: results_of(answered(build)))


def current_label_results(build: Build) -> LabelResults:
    """The same of a build of MMLA."""
    key = f"thinking-labels-{_state_of_answers(build)}"
    return _kept(key, LabelResults, lambda: label_results(label_answers(build)))


def current_overview() -> list[LabelResults]:
    """Of each set of MMLA, its newest sealed build of the test split."""
    return [current_label_results(build) for build in newest_label_builds()]


def newest_label_builds() -> list[Build]:
    """Of each set of MMLA the newest that is sealed, of the test split."""
    builds = Build.objects.filter(
        kind=BuildKind.LABELS, split="test", sealed_at__isnull=False
    )
    newest: dict[str, Build] = {}
    for build in builds.order_by("-sealed_at"):
        if build.labels is not None:
            newest.setdefault(build.labels.name, build)
    return [newest[name] for name in all_sets() if name in newest]


def current_comparison(build: Build, study: Study) -> Comparison:
    """The sources that a build and a study share, as both are now."""
    judgments = judgments_of(study)
    state = f"{_state_of_answers(build)}-{judgments.fingerprint}"
    digest = hashlib.sha256(state.encode()).hexdigest()
    return _kept(
        f"thinking-comparison-{digest}",
        Comparison,
        lambda: comparison(answered(build), judgments),
    )


def current_label_comparison(
    builds: Sequence[Build], study: Study, measure: Measure
) -> Comparison:
    """The same of builds of MMLA, one a set."""
    judgments = judgments_of(study)
    states = "-".join(_state_of_answers(build) for build in builds)
    state = f"{states}-{judgments.fingerprint}-{measure}"
    digest = hashlib.sha256(state.encode()).hexdigest()
    return _kept(
        f"thinking-label-comparison-{digest}",
        Comparison,
        lambda: label_comparison(
            [label_answers(build) for build in builds], judgments, measure
        ),
    )


def _kept(key: str, kind: type[Kept], compute: Callable[[], Kept]) -> Kept:
    kept = cache.get(key)
    if kept is not None:
        return from_plain(kind, json.loads(kept))
    found = compute()
    cache.set(key, json.dumps(to_plain(found)), _KEPT_SECONDS)
    return found


def _state_of_answers(build: Build) -> str:
    """A digest that changes with every reply, and with a run that is left out.

    Replies never change, so their number says all.
    """
    runs = (
        build.runs.filter(set_aside_at=None).order_by("pk").annotate(Count("replies"))
    )
    rows = runs.values_list("pk", "source__title", "replies__count")
    people = ItemAssignment.objects.filter(
        batch__item_study__build=build,
        state=WorkState.SUBMITTED,
        membership__excluded_at=None,
    )
    submitted = [*people.order_by("pk").values_list("pk", flat=True)]
    state = [build.sha256, software_version(), READING_VERSION, *rows, submitted]
    return hashlib.sha256(repr(state).encode()).hexdigest()
