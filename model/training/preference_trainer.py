"""The trainer that learns preferences, with the network's start as the reference."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import TrainingArguments

from model.mimic_chat import IGNORED_LABEL
from model.training.config import PreferenceConfig, TrainingConfig
from model.training.dataset import Skipped
from model.training.learner import BatchMaker, TrainedNetwork
from model.training.preference import balanced_weights, dpo_loss, kto_loss
from model.training.preference_data import Preferences
from model.training.preference_dataset import PairCollator, PairDataset
from model.training.trainer import NetworkTrainer

_FACTS = ("wanted", "weight", "flip")


class Reference:
    """The network as the run found it: the same one, its trained parts as they were.

    With new adapters that is the network with its adapters off and its gates at their
    start. Only what trains is kept twice.
    """

    def __init__(self, network: TrainedNetwork) -> None:
        self._network = network
        self._start = {
            name: parameter.detach().clone()
            for name, parameter in network.trainable_parameters().items()
        }

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """The network is the reference inside, without gradients."""
        now = self._network.trainable_parameters()
        learnt = {name: parameter.data for name, parameter in now.items()}
        try:
            for name, parameter in now.items():
                parameter.data = self._start[name].to(parameter.device)
            with torch.no_grad():
                yield
        finally:
            for name, parameter in now.items():
                parameter.data = learnt[name]


class PreferenceTrainer(NetworkTrainer):
    """KTO or DPO; checkpoints, order and what is skipped as in any other run."""

    def __init__(
        self,
        network: TrainedNetwork,
        arguments: TrainingArguments,
        config: TrainingConfig,
        preferences: Preferences,
        datasets: tuple[PairDataset, PairDataset],
        collator: BatchMaker,
    ) -> None:
        """Put all together.

        Args:
            network: What trains, in place; as it is now it is the reference.
            arguments: The recipe in Trainer's words.
            config: The run.
            preferences: For the balance of both kinds.
            datasets: To learn from, and held out.
            collator: The network's own.
        """
        _without_dropout(network)
        self._reference = Reference(network)
        self._objective = config.objective
        self._preference: PreferenceConfig = config.preference
        wanted = sum(one.wanted for one in preferences.training)
        self._balance = balanced_weights(
            wanted, len(preferences.training) - wanted, config.preference
        )
        super().__init__(
            network, arguments, config.recipe, datasets, PairCollator(collator)
        )
        # The loss is a mean of the batch: accumulated batches weigh as one.
        self.model_accepts_loss_kwargs = False

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,  # noqa: FBT001, FBT002 (Trainer's signature)
        num_items_in_batch: Tensor | int | None = None,  # noqa: ARG002
    ) -> Any:  # noqa: ANN401
        for skipped in cast(list[Skipped], inputs.pop("skipped", [])):
            self.skipped[skipped.source] = skipped.reason
        if "input_ids" not in inputs:
            loss = sum(p.sum() * 0.0 for p in model.parameters() if p.requires_grad)
        else:
            loss = self._measured(model, inputs)["loss"]
        return (loss, {}) if return_outputs else loss

    def _measured(self, model: nn.Module, inputs: dict[str, Any]) -> dict[str, Tensor]:
        """The loss, and by pair how far the network went from the reference."""
        wanted, weight, flip = (inputs.pop(name) for name in _FACTS)
        learnt = model(**inputs, sums_rows=True).row_sums
        with self._reference():
            start = self.network(**inputs, sums_rows=True).row_sums
        first, second = (learnt - start).chunk(2)
        if self._objective == "kto":
            desirable, undesirable = self._balance
            weight = weight * torch.where(wanted, desirable, undesirable)
            loss = kto_loss(first, second, wanted, weight, beta=self._preference.beta)
            return {"loss": loss, "first": first, "second": second, "wanted": wanted}
        counts = (inputs["labels"] != IGNORED_LABEL).sum(dim=1).chunk(2)
        by = counts if self._preference.loss == "ipo" else (1, 1)
        loss = dpo_loss(
            first / by[0],
            second / by[1],
            flip,
            beta=self._preference.beta,
            loss=self._preference.loss,
        )
        return {"loss": loss, "first": first, "second": second, "wanted": wanted}

    @torch.no_grad()
    def evaluate(
        self,
        eval_dataset: Any = None,  # noqa: ANN401 (Trainer's signature)
        ignore_keys: list[str] | None = None,  # noqa: ARG002
        metric_key_prefix: str = "eval",
    ) -> dict[str, float]:
        """The mean loss of a pair, and how often the network prefers as people do."""
        model = cast(nn.Module, self.model_wrapped if self.is_in_train else self.model)
        model.eval()
        sums, gains, skipped = [0.0, 0.0], [], 0
        for batch in self.get_eval_dataloader(eval_dataset):
            skipped += len(batch.pop("skipped", []))
            if "input_ids" not in batch:
                continue
            found = self._measured(model, self._prepare_inputs(batch))
            sums[0] += float(found["loss"]) * len(found["first"])
            sums[1] += len(found["first"])
            gains.append(
                torch.stack([found["first"], found["second"], found["wanted"].float()])
            )
        metrics = {
            f"{metric_key_prefix}_loss": sums[0] / sums[1] if sums[1] else math.nan,
            f"{metric_key_prefix}_skipped_count": float(skipped),
            **{
                f"{metric_key_prefix}_{name}": value
                for name, value in self._told(gains).items()
            },
        }
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def _told(self, gains: list[Tensor]) -> dict[str, float]:
        """In nats: what comments gained; NaN where there is none of a kind."""
        if not gains:
            return {}
        first, second, wanted = torch.cat(gains, dim=1)
        if self._objective == "dpo":
            return {
                "chosen_gain": float(first.mean()),
                "rejected_gain": float(second.mean()),
                "preferred_share": float((first > second).float().mean()),
            }
        is_wanted = wanted > 0
        return {
            "chosen_gain": float(first[is_wanted].mean()),
            "rejected_gain": float(first[~is_wanted].mean()),
            "stranger_gain": float(second.mean()),
        }


def _without_dropout(network: TrainedNetwork) -> None:
    """Network and reference are compared as they write."""
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
