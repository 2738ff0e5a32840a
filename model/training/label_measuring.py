"""A learner's accuracy on the held-out utterances of MMLA, set by set."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from model.training.evaluation import replies_to
from model.training.learner import Learner, Ready
from tasks.mmla.items import LabelItem
from tasks.mmla.metrics import UNREADABLE, Classification, classification, majority_pct
from tasks.mmla.parsing import parse_label
from tasks.mmla.sets import all_sets
from tasks.scoring import AnsweredItem


def measure_labels(prepared: Ready, learner: Learner) -> dict[str, Any]:
    """The metrics of each set, and both averages: of sets, and pooled over items."""
    replies = replies_to(
        learner.answers,
        learner.datasets[1],
        prepared.held_out,
        workers=prepared.config.recipe.workers,
    )
    found = _by_set(replies.answers)
    accuracies = [one["accuracy_pct"] for one in found.values()]
    items = [one["item_count"] for one in found.values()]
    result: dict[str, Any] = {
        "question_skipped_count": replies.skipped_count,
        "tasks": found,
    }
    if found:
        pairs = zip(accuracies, items, strict=True)
        result["macro_pct"] = sum(accuracies) / len(accuracies)
        result["micro_pct"] = sum(pct * count for pct, count in pairs) / sum(items)
    return result


def _by_set(answers: Iterable[AnsweredItem]) -> dict[str, dict[str, Any]]:
    grouped = defaultdict(list)
    for item, text in answers:
        grouped[item.task].append((cast(LabelItem, item), text))
    return {name: _scores(grouped[name]) for name in all_sets() if name in grouped}


def _scores(answered: list[tuple[LabelItem, str]]) -> dict[str, Any]:
    labels = answered[0][0].labels
    gold = [item.utterance.label for item, _ in answered]
    said = [parse_label(text, labels) or UNREADABLE for _, text in answered]
    found: Classification = classification(gold, said, labels.labels)
    return {
        "accuracy_pct": found.accuracy,
        "f1_pct": found.f1,
        "weighted_f1_pct": found.weighted_f1,
        "item_count": found.item_count,
        "unparsed_count": found.unreadable_count,
        "majority_pct": majority_pct(gold),
    }
