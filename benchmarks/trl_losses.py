"""TRL's own losses on drawn log-probabilities, which ours must equal.

    python -m venv /tmp/trl && /tmp/trl/bin/pip install trl==1.16.0 datasets
    PYTHONPATH=. /tmp/trl/bin/python -m benchmarks.trl_losses \
        tests/model/training/trl_losses.json

TRL's trainers are called with a stand-in for the network that gives the drawn values.
"""

import importlib
import json
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

_ROWS, _TOKENS, _BETA = 4, 7, 0.1


def main() -> None:
    with suppress(ImportError):
        importlib.import_module("model.torchvision_import").make_importable()
    trl = importlib.import_module("trl")
    torch.manual_seed(0)
    drawn = _drawn()
    found: dict[str, Any] = {
        "provenance": f"trl {trl.__version__}, torch {torch.__version__}, "
        "python -m benchmarks.trl_losses",
        "beta": _BETA,
        "rows": {name: value.tolist() for name, value in drawn.items()},
        "kto": [
            _kto(trl, drawn, *weights)
            for weights in ((1.0, 1.0), (1.0, 0.4), (3.0, 1.0))
        ],
        "dpo": [
            _dpo(trl, drawn, loss, flip)
            for loss, flip in (
                ("sigmoid", 0.0),
                ("robust", 0.1),
                ("robust", 0.2),
                ("ipo", 0.0),
            )
        ],
    }
    Path(sys.argv[1]).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _drawn() -> dict[str, Tensor]:
    """Log-probabilities of tokens; rows of DPO: the chosen half, then the rejected."""
    counts = torch.tensor([7, 4, 5, 6])
    mask = (torch.arange(_TOKENS) < counts[:, None]).double()
    values = {
        name: -torch.rand(_ROWS, _TOKENS, dtype=torch.float64) * 3 * mask
        for name in ("policy", "reference", "kl_policy", "kl_reference")
    }
    wanted = torch.tensor([True, False, True, False])
    return {**values, "mask": mask, "wanted": wanted}


def _inputs(drawn: dict[str, Tensor]) -> dict[str, Tensor]:
    ids = torch.ones(_ROWS, _TOKENS + 1, dtype=torch.long)
    start = torch.zeros(_ROWS, 1, dtype=torch.float64)
    return {
        "input_ids": ids,
        "attention_mask": ids,
        "completion_mask": torch.cat([start, drawn["mask"]], dim=1),
    }


class _Network:
    """Gives what was drawn; the second kind of sequence is told by its mask."""

    def __init__(self, own: Tensor, kl: Tensor) -> None:
        self.training, self.own, self.kl = True, own, kl

    def __call__(self, **inputs: Any) -> SimpleNamespace:  # noqa: ANN401
        is_kl = bool((inputs["attention_mask"] == 2).any())
        values = self.kl if is_kl else self.own
        nothing = torch.zeros_like(values)
        return SimpleNamespace(
            log_probs=values,
            entropy=nothing,
            mean_logits=nothing,
            is_top1=nothing.bool(),
        )


def _trainer(network: _Network, **fields: Any) -> Any:  # noqa: ANN401
    accelerator = SimpleNamespace(
        device=torch.device("cpu"),
        gather_for_metrics=lambda value: value,
        gather=lambda value: value,
    )
    return SimpleNamespace(
        model=network,
        accelerator=accelerator,
        beta=_BETA,
        precompute_ref_logps=True,
        aux_loss_enabled=False,
        _metrics={"train": defaultdict(list), "eval": defaultdict(list)},
        _total_train_tokens=0,
        _tp_size=1,
        args=SimpleNamespace(gradient_checkpointing_kwargs=None),
        **fields,
    )


def _kto(
    trl: Any,  # noqa: ANN401
    drawn: dict[str, Tensor],
    desirable: float,
    undesirable: float,
) -> dict[str, Any]:
    policy = drawn["policy"].clone().requires_grad_()
    network = _Network(policy, drawn["kl_policy"])
    trainer = _trainer(
        network,
        calculate_KL=True,
        loss_type="kto",
        desirable_weight=desirable,
        undesirable_weight=undesirable,
    )
    trainer._compute_kl_logps = lambda model, batch: (  # noqa: SLF001
        trl.KTOTrainer._compute_kl_logps(trainer, model, batch)  # noqa: SLF001
    )
    inputs = _inputs(drawn)
    batch = {
        **inputs,
        "KL_input_ids": inputs["input_ids"],
        "KL_attention_mask": inputs["attention_mask"] * 2,
        "KL_completion_mask": inputs["completion_mask"],
        "label": drawn["wanted"],
        "ref_logps": drawn["reference"].sum(dim=1),
        "ref_KL_logps": drawn["kl_reference"].sum(dim=1),
    }
    loss = trl.KTOTrainer._compute_loss(trainer, network, batch, False)  # noqa: SLF001, FBT003
    loss.backward()
    return {
        "desirable_weight": desirable,
        "undesirable_weight": undesirable,
        **_told(loss, policy),
    }


def _dpo(
    trl: Any,  # noqa: ANN401
    drawn: dict[str, Tensor],
    loss_type: str,
    flip: float,
) -> dict[str, Any]:
    policy = drawn["policy"].clone().requires_grad_()
    network = _Network(policy, drawn["kl_policy"])
    trainer = _trainer(
        network,
        loss_types=[loss_type],
        loss_weights=[1.0],
        label_smoothing=flip,
        f_divergence_type="reverse_kl",
        ld_alpha=None,
        use_weighting=False,
    )
    chosen, rejected = drawn["reference"].sum(dim=1).chunk(2)
    batch = {
        **_inputs(drawn),
        "ref_chosen_logps": chosen,
        "ref_rejected_logps": rejected,
    }
    loss = trl.DPOTrainer._compute_loss(trainer, network, batch, False)  # noqa: SLF001, FBT003
    loss.backward()
    return {"loss_type": loss_type, "flip": flip, **_told(loss, policy)}


def _told(loss: Tensor, policy: Tensor) -> dict[str, Any]:
    assert policy.grad is not None  # noqa: S101
    return {"loss": loss.item(), "gradient": policy.grad.tolist()}


if __name__ == "__main__":
    main()
