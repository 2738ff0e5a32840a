"""Learning rates: the paper's single figure for all that trains, or one a part."""

from collections import defaultdict
from typing import Any

from torch import nn
from torch.optim import Optimizer

from model.training.recipe import Recipe

# What each part's parameters have in their names; the first that fits counts.
_MARKS = {
    "gates": "gates.",
    "boundaries": "boundaries",
    "adapters": "lora_",
    "projectors": "_projector.",
}


def part_of(name: str) -> str:
    """The part that a parameter belongs to; "others" if to none that has a rate."""
    for part, mark in _MARKS.items():
        if mark in name:
            return part
    return "others"


def learning_rate_of(name: str, recipe: Recipe) -> float:
    """A parameter's highest learning rate."""
    return getattr(recipe.rates, part_of(name), 0.0) or recipe.learning_rate


def split_groups(optimizer: Optimizer, network: nn.Module, recipe: Recipe) -> None:
    """Part an optimizer that has made no step into groups with rates of their own.

    What else its groups say, such as who is spared weight decay, stays.
    """
    rates = {
        id(parameter): learning_rate_of(name, recipe)
        for name, parameter in network.named_parameters()
    }
    groups: list[dict[str, Any]] = []
    for group in optimizer.param_groups:
        by_rate: dict[float, list[nn.Parameter]] = defaultdict(list)
        for parameter in group["params"]:
            by_rate[rates[id(parameter)]].append(parameter)
        groups += [
            {**group, "params": parameters, "lr": rate}
            for rate, parameters in by_rate.items()
        ]
    optimizer.param_groups[:] = groups
