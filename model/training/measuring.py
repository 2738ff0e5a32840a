"""A learner's numbers on what was held out."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from model.training.clip_store import ClipStore
from model.training.evaluation import answer_questions, comment_perplexity
from model.training.label_measuring import measure_labels
from model.training.learner import Learner, Ready


def measure(prepared: Ready, learner: Learner) -> dict[str, Any]:
    """Perplexity and accuracies on the held-out examples."""
    if prepared.config.data.kind == "mmla":
        return measure_labels(prepared, learner)
    dataset, held_out = learner.datasets[1], prepared.held_out
    workers = prepared.config.recipe.workers
    perplexity = comment_perplexity(
        learner.network, dataset, held_out, learner.collator, workers=workers
    )
    result: dict[str, Any] = {
        "comment_perplexity": perplexity.per_token,
        "comment_bits_per_byte": perplexity.bits_per_byte,
        "comment_token_count": perplexity.token_count,
        "comment_skipped_count": perplexity.skipped_count,
    }
    if prepared.config.data.tasks and prepared.config.data.shows_video:
        scores, skipped, shortened = answer_questions(
            learner.answers, dataset, held_out, workers=workers
        )
        result["question_skipped_count"] = skipped
        result["question_shortened_count"] = shortened
        result["tasks"] = {
            task: {
                "accuracy_pct": s.accuracy_pct,
                "item_count": s.item_count,
                "unparsed_count": s.unparsed_count,
            }
            for task, s in scores.tasks.items()
            if s.item_count
        }
        if result["tasks"]:
            result["macro_pct"] = scores.macro_pct
            result["micro_pct"] = scores.micro_pct
    return result


@contextmanager
def clip_store(prepared: Ready) -> Iterator[ClipStore | None]:
    """Where the run keeps decoded frames; None where texts alone are learnt."""
    data = prepared.config.data
    if not data.shows_video:
        yield None
        return
    store = ClipStore(
        prepared.config.frame_folder,
        prepared.strips,
        limit_gib=data.frame_cache_gib,
    )
    with closing(store):
        yield store
