"""Selections: the funnel over the database, and named lists of videos."""

from dataclasses import replace

from django.db import IntegrityError, transaction

from accounts.models import User
from corpus.engagement import PAPER_WEIGHTS
from corpus.errors import SelectionKeyTakenError, UnknownSelectionError
from corpus.models import VideoSelection
from corpus.selection import Selection, SelectionRules, select_videos
from corpus.selectors import candidates


def run_funnel(rules: SelectionRules) -> Selection:
    """Apply the funnel to every video of the corpus."""
    return select_videos(candidates(rules.engagement_weights), rules)


def shared_with_paper_weights(rules: SelectionRules, selection: Selection) -> int:
    """How many of the selected videos the paper's weights would select as well."""
    usual = run_funnel(replace(rules, engagement_weights=PAPER_WEIGHTS))
    return len({*usual.video_ids} & {*selection.video_ids})


def save_selection(
    *,
    key: str,
    title: str,
    rules: SelectionRules,
    selection: Selection,
    created_by: User | None = None,
) -> VideoSelection:
    """Store what the funnel left under a name, with the rules and the funnel.

    Raises:
        SelectionKeyTakenError: The key is in use; a saved selection never changes.
    """
    try:
        with transaction.atomic():
            saved = VideoSelection.objects.create(
                key=key,
                title=title,
                rules=rules.as_json(),
                funnel=selection.funnel_json(),
                created_by=created_by,
            )
            saved.videos.add(*selection.video_ids)
    except IntegrityError as error:
        msg = f"There is a selection {key!r} already; choose another name."
        raise SelectionKeyTakenError(msg) from error
    return saved


def mark_benchmark(*, key: str, is_benchmark: bool = True) -> VideoSelection:
    """Say that no model may learn from judgments on a selection's videos, or take back.

    Raises:
        UnknownSelectionError: There is none of this name.
    """
    if not VideoSelection.objects.filter(key=key).update(is_benchmark=is_benchmark):
        known = ", ".join(VideoSelection.objects.values_list("key", flat=True)[:20])
        msg = f"There is no selection {key!r}. Saved selections: {known or 'none'}."
        raise UnknownSelectionError(msg)
    return VideoSelection.objects.get(key=key)
