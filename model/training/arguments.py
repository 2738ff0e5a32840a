"""The recipe in the words of transformers' Trainer."""

import importlib.util
import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import torch
from packaging.version import Version
from transformers import TrainingArguments

from model.training.config import TrainingConfig
from model.training.errors import TrainingError
from model.training.recipe import Recipe, accumulation_steps

# The first release that casts parameters alone and leaves buffers as they are.
_EXACT_DEEPSPEED = "0.19.2"
# What DeepSpeed is told; "auto" is filled in from the recipe.
DEEPSPEED = Path(__file__).with_name("deepspeed_zero1.json")
_CHECKPOINTS_KEPT = 2


def training_arguments(
    config: TrainingConfig,
    *,
    shows_progress: bool = True,
    keeps_nothing: bool = False,
) -> TrainingArguments:
    """Everything that Trainer needs to know.

    Args:
        config: The run.
        shows_progress: A bar on the terminal.
        keeps_nothing: For short runs: no evaluations and no checkpoints on the way.

    Raises:
        TrainingError: The batches cannot be, or a library is missing.
    """
    recipe, data = config.recipe, config.data
    when = "no" if keeps_nothing else "steps"
    return TrainingArguments(
        output_dir=str(checkpoint_folder(config)),
        num_train_epochs=recipe.epochs,
        max_steps=recipe.max_steps or -1,
        per_device_train_batch_size=recipe.per_device_batch,
        per_device_eval_batch_size=recipe.per_device_batch,
        gradient_accumulation_steps=_accumulation(recipe),
        optim="adamw_torch",
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        adam_beta1=recipe.betas[0],
        adam_beta2=recipe.betas[1],
        max_grad_norm=recipe.max_grad_norm,
        lr_scheduler_type="cosine",
        warmup_steps=recipe.warmup_share,
        bf16=recipe.precision == "bf16",
        # Unsaid, several processes without GPUs would each train alone.
        use_cpu=not torch.cuda.is_available(),
        deepspeed=_deepspeed() if recipe.deepspeed else None,
        # Texts alone leave the visual branches without gradients.
        ddp_find_unused_parameters=not data.shows_video,
        dataloader_num_workers=recipe.workers,
        dataloader_pin_memory=torch.cuda.is_available(),
        remove_unused_columns=False,
        prediction_loss_only=True,
        eval_strategy=when,
        eval_steps=recipe.evaluation_steps,
        save_strategy=when,
        save_steps=recipe.evaluation_steps,
        save_total_limit=_CHECKPOINTS_KEPT,
        metric_for_best_model=best_by(config),
        greater_is_better=best_by(config) == "accuracy",
        logging_steps=recipe.logging_steps,
        logging_first_step=True,
        # The trainer brings its own writer of TensorBoard's curves.
        report_to=[],
        disable_tqdm=not shows_progress,
        seed=recipe.seed,
        label_names=["labels"],
    )


def best_by(config: TrainingConfig) -> Literal["accuracy", "loss"]:
    """What makes a checkpoint the best: of labels, as in MMLA's paper, accuracy."""
    return "accuracy" if config.data.kind == "mmla" else "loss"


def checkpoint_folder(config: TrainingConfig) -> Path:
    """Where a run keeps what it needs to go on."""
    return config.output_folder / "checkpoints"


def _accumulation(recipe: Recipe) -> int:
    devices = int(os.environ.get("WORLD_SIZE", "1"))
    visible = torch.cuda.device_count()
    if visible > 1 and "WORLD_SIZE" not in os.environ:
        message = (
            f"{visible} GPUs are visible and one process was started: start with "
            f"`torchrun --nproc-per-node {visible} -m model.training CONFIG.toml`, or "
            "name one in CUDA_VISIBLE_DEVICES."
        )
        raise TrainingError(message)
    if recipe.batch_tokens:
        return _one_batch(devices)
    return accumulation_steps(
        global_batch=recipe.global_batch,
        per_device_batch=recipe.per_device_batch,
        device_count=devices,
    )


def _one_batch(device_count: int) -> int:
    if device_count > 1:
        message = (
            "Batches of `batch_tokens` are made for one process: start one, or leave "
            "it out of the recipe."
        )
        raise TrainingError(message)
    return 1


def _deepspeed() -> dict[str, Any]:
    if importlib.util.find_spec("deepspeed") is None:
        message = (
            "The recipe asks for DeepSpeed, which is not installed: install it, or set "
            "`deepspeed = false`. To install it: pip install -r "
            "requirements/deepspeed.txt"
        )
        raise TrainingError(message)
    installed = version("deepspeed")
    if Version(installed) < Version(_EXACT_DEEPSPEED):
        message = (
            f"DeepSpeed {installed} rounds the positions' frequencies to the weights' "
            f"precision. Install {_EXACT_DEEPSPEED} or later (pip install -r "
            "requirements/deepspeed.txt), or set `deepspeed = false`."
        )
        raise TrainingError(message)
    config: dict[str, Any] = json.loads(DEEPSPEED.read_text(encoding="utf-8"))
    return config
