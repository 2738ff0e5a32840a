"""transformers' Trainer with our order, our files and our count of skipped videos."""

import math
from pathlib import Path
from typing import Any, cast

import torch
from accelerate.utils import gather_object  # type: ignore[import-untyped]
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset
from transformers import EarlyStoppingCallback, Trainer, TrainingArguments
from transformers.integrations.integration_utils import TensorBoardCallback
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from model.mimic_chat import IGNORED_LABEL, MimicChat, NetworkOutput
from model.training.callbacks import CompleteCheckpoints
from model.training.dataset import Skipped
from model.training.dropout import drop_hidden_states
from model.training.learner import BatchMaker, TrainedNetwork, TrainingSet
from model.training.parameter_groups import split_groups
from model.training.positions import ExactPositions
from model.training.recipe import Recipe
from model.training.sampling import EpochSampler, TokenBatches
from model.training.state import (
    keep_trained_alone,
    load_trained,
    save_skipped,
    save_trained,
)


class _Trained(nn.Module):
    """The network without its config, which Trainer would write into."""

    accepts_loss_kwargs = True

    def __init__(self, network: TrainedNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, **inputs: Any) -> NetworkOutput:  # noqa: ANN401
        return self.network(**inputs)


class NetworkTrainer(Trainer):
    """Saves only what trains, goes on where it stopped, counts what it skips.

    Attributes:
        skipped: Sources that could not be used, with the reason.
    """

    def __init__(
        self,
        network: TrainedNetwork,
        arguments: TrainingArguments,
        recipe: Recipe,
        datasets: tuple[TrainingSet, TrainingSet],
        collator: BatchMaker,
    ) -> None:
        """Put all together.

        Args:
            network: What trains, in place.
            arguments: The recipe in Trainer's words.
            recipe: The recipe.
            datasets: To learn from, and held out.
            collator: Makes batches of both.
        """
        self.skipped: dict[str, str] = {}
        self._recipe = recipe
        callbacks: list[Any] = [
            TensorBoardCallback(),
            CompleteCheckpoints(),
            ExactPositions(),
        ]
        if recipe.patience:
            callbacks.append(EarlyStoppingCallback(recipe.patience))
        if recipe.dropout and isinstance(network, MimicChat):
            drop_hidden_states(network.language_model, recipe.dropout)
        if recipe.checkpoints_activations:
            network.gradient_checkpointing_enable()
        super().__init__(
            model=_Trained(network),
            args=arguments,
            data_collator=collator,
            train_dataset=datasets[0],
            eval_dataset=datasets[1],
            callbacks=callbacks,
        )
        if self.is_deepspeed_enabled:
            keep_trained_alone(self.accelerator)

    @property
    def network(self) -> TrainedNetwork:
        return cast(_Trained, self.accelerator.unwrap_model(self.model)).network

    def gather_skipped(self) -> None:
        """Tell every process what the others skipped; each calls it."""
        for skipped in gather_object([self.skipped]):
            self.skipped |= skipped

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:  # noqa: ANN401
        self.gather_skipped()
        super()._save_checkpoint(model, trial)
        if self.is_world_process_zero():
            name = f"{PREFIX_CHECKPOINT_DIR}-{self.state.global_step}"
            save_skipped(self.skipped, Path(str(self.args.output_dir), name))

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,  # noqa: FBT001, FBT002 (Trainer's signature)
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:  # noqa: ANN401
        for skipped in cast(list[Skipped], inputs.pop("skipped", [])):
            self.skipped[skipped.source] = skipped.reason
        if "input_ids" not in inputs:
            # Nothing in this batch could be used; every device still takes its step.
            loss = sum(p.sum() * 0.0 for p in model.parameters() if p.requires_grad)
            return (loss, {}) if return_outputs else loss
        return super().compute_loss(
            model,
            inputs,
            return_outputs=return_outputs,
            num_items_in_batch=num_items_in_batch,
        )

    @torch.no_grad()
    def evaluate(
        self,
        eval_dataset: Any = None,  # noqa: ANN401 (Trainer's signature)
        ignore_keys: list[str] | None = None,  # noqa: ARG002
        metric_key_prefix: str = "eval",
    ) -> dict[str, float]:
        """The mean loss of a token, and the share of answers that would be written.

        Trainer's own mean is one of batches, whatever is in them. What cannot be
        decoded is counted, and is neither a loss of 0 nor a wrong answer.
        """
        wrapped = self.model_wrapped if self.is_in_train else self.model
        network = cast(nn.Module, wrapped)
        network.eval()
        nats, tokens, skipped, rows, exact = 0.0, 0, 0, 0, 0
        for batch in self.get_eval_dataloader(eval_dataset):
            skipped += len(batch.pop("skipped", []))
            if "input_ids" in batch:
                inputs = self._prepare_inputs(batch)
                output = network(**inputs, num_items_in_batch=1)
                nats += float(output.loss)
                rows += len(output.exact)
                exact += int(output.exact.sum())
                tokens += int((inputs["labels"][:, 1:] != IGNORED_LABEL).sum())
        counts = torch.tensor(
            [nats, tokens, skipped, rows, exact],
            dtype=torch.float64,
            device=self.args.device,
        )
        nats, tokens, skipped, rows, exact = self.accelerator.reduce(counts).tolist()
        metrics = {
            f"{metric_key_prefix}_loss": nats / tokens if tokens else math.nan,
            f"{metric_key_prefix}_accuracy": exact / rows if rows else math.nan,
            f"{metric_key_prefix}_skipped_count": skipped,
        }
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def create_optimizer(self, model: nn.Module | None = None) -> Optimizer:
        optimizer = super().create_optimizer(model)
        split_groups(optimizer, model or cast(nn.Module, self.model), self._recipe)
        return optimizer

    def get_train_dataloader(self) -> DataLoader[Any]:
        recipe, dataset = self._recipe, cast(TrainingSet, self.train_dataset)
        if not recipe.batch_tokens:
            return super().get_train_dataloader()
        loader = DataLoader(
            cast(Dataset[Any], dataset),
            batch_sampler=TokenBatches(
                dataset, token_count=recipe.batch_tokens, seed=recipe.seed
            ),
            collate_fn=self.data_collator,
            num_workers=self.args.dataloader_num_workers,
            pin_memory=self.args.dataloader_pin_memory,
        )
        return cast(DataLoader[Any], self.accelerator.prepare(loader))

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> EpochSampler:
        dataset = cast(TrainingSet, train_dataset or self.train_dataset)
        return EpochSampler(
            dataset,
            batch_size=self._recipe.global_batch,
            groups=self._recipe.groups_by_length,
            seed=self._recipe.seed,
        )

    def _save(
        self,
        output_dir: str | None = None,
        state_dict: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        if self.args.should_save:
            save_trained(self.network, Path(output_dir or str(self.args.output_dir)))

    def _load_from_checkpoint(
        self,
        resume_from_checkpoint: str,
        model: torch.nn.Module | None = None,  # noqa: ARG002
    ) -> None:
        load_trained(self.network, Path(resume_from_checkpoint))
