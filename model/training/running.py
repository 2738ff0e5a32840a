"""One run, whatever is trained: learn, go on after a kill, export, measure."""

import json
import time
from pathlib import Path
from typing import Any

from torch import distributed

from model.training.arguments import best_by, checkpoint_folder, training_arguments
from model.training.config import TrainingConfig
from model.training.dataset import LONG_OPTIONS
from model.training.learner import Frames, Learner, Ready
from model.training.measuring import clip_store, measure
from model.training.native_run import prepare_native
from model.training.preference_dataset import PairDataset
from model.training.preference_report import Watch
from model.training.preference_trainer import PreferenceTrainer
from model.training.run import prepare
from model.training.state import last_complete, load_skipped, load_trained
from model.training.trainer import NetworkTrainer

# Far more than a thread needs that waits for nothing but the lock.
_LETTING_GO_SECONDS = 1.0


def ready(config: TrainingConfig) -> Ready:
    """Read the data and refuse what must not or cannot run.

    Raises:
        TrainingError: With what to change.
    """
    return prepare_native(config) if config.is_native else prepare(config)


def train(prepared: Ready, *, shows_progress: bool = True) -> dict[str, Any]:
    """Train, going on from the last whole checkpoint; write `last`, `best`, a result.

    Returns:
        What `result.json` holds; nothing in all but the first of several processes.
    """
    with clip_store(prepared) as frames:
        learner = prepared.learner(prepared.start(), frames)
        watch = Watch(prepared, learner, frames)
        trainer = _trainer(prepared, learner, frames, shows_progress=shows_progress)
        _train(prepared, trainer)
        if not trainer.is_world_process_zero():
            return {}
        output = prepared.config.output_folder
        learner.export(output / "last")
        best = trainer.state.best_model_checkpoint
        if best and Path(best).is_dir():
            load_trained(learner.network, Path(best))
            learner.export(output / "best")
        result = _counts(prepared, trainer) | measure(prepared, learner)
        result |= watch.report(result)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (output / "result.json").write_text(text + "\n", encoding="utf-8")
    return result


def _trainer(
    prepared: Ready, learner: Learner, frames: Frames | None, *, shows_progress: bool
) -> NetworkTrainer:
    config, preferences = prepared.config, prepared.preferences
    arguments = training_arguments(config, shows_progress=shows_progress)
    if preferences is None or config.objective == "sft":
        return NetworkTrainer(
            learner.network,
            arguments,
            config.recipe,
            learner.datasets,
            learner.collator,
        )
    sides = [
        PairDataset(
            side,
            prepared.dataset([one.first for one in side], frames),
            prepared.dataset([one.second for one in side], frames),
        )
        for side in (preferences.training, preferences.held_out)
    ]
    return PreferenceTrainer(
        learner.network,
        arguments,
        config,
        preferences,
        (sides[0], sides[1]),
        learner.collator,
    )


def _train(prepared: Ready, trainer: NetworkTrainer) -> None:
    resume = last_complete(checkpoint_folder(prepared.config))
    if resume:
        trainer.skipped |= load_skipped(resume)
    trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    trainer.gather_skipped()
    _part()


def _part() -> None:
    """End what the processes share: the first goes on alone, the others are done.

    gloo's threads still have to let go of the tensors that were gathered last, and
    need Python's lock (GIL) for it. The group's destructor waits for these threads with
    the lock held: both would wait for ever, or the process would abort as it ends.
    """
    if distributed.is_initialized():
        time.sleep(_LETTING_GO_SECONDS)  # without the lock
        distributed.destroy_process_group()


def _counts(prepared: Ready, trainer: NetworkTrainer) -> dict[str, Any]:
    examples = prepared.examples
    return {
        "training_example_count": len(examples.training),
        "held_out_example_count": len(prepared.held_out),
        "record_count": examples.record_count,
        "refused_line_count": examples.refused_line_count,
        "other_license_count": examples.other_license_count,
        "without_clip_count": examples.without_clip_count,
        "skipped": trainer.skipped,
        "long_question_count": sum(
            reason.startswith(LONG_OPTIONS) for reason in trainer.skipped.values()
        ),
        "steps": trainer.state.global_step,
        f"best_held_out_{best_by(prepared.config)}": trainer.state.best_metric,
    }
