"""How likely a network finds given words after a request: teacher forcing."""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from generation.engines.checkpoint_loading import Loaded
from model.native.inputs import for_network


def log_probabilities(
    loaded: Loaded, inputs: Mapping[str, torch.Tensor], continuations: Sequence[str]
) -> list[float]:
    """Of each text as what follows the prompt, summed over its tokens.

    A text that is spelt with the tokens of an earlier one has minus infinity, so that
    a sum over spellings counts it once.

    Args:
        loaded: The network and its tokenizer.
        inputs: Of one request, up to where the answer begins.
        continuations: None of them empty.
    """
    on_device = for_network(inputs, loaded.device, loaded.network.dtype)
    return summed(
        spelt(loaded, continuations),
        lambda written: _next_words(loaded.network, on_device, written),
    )


def spelt(loaded: Loaded, texts: Sequence[str]) -> list[tuple[int, ...]]:
    """The tokens of each text."""
    tokenizer = loaded.processor.tokenizer
    return [
        tuple(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts
    ]


def summed(
    written: Sequence[tuple[int, ...]],
    next_words: Callable[[tuple[int, ...]], torch.Tensor],
) -> list[float]:
    """The log-probability of each text, summed over its tokens.

    Args:
        written: The tokens of each.
        next_words: Gives (tokens + 1, vocabulary) log-probabilities after the prompt
            and these tokens, token by token.
    """
    # All that begin alike share one pass; letters are mostly one token.
    passes: dict[tuple[int, ...], torch.Tensor] = {}
    seen: set[tuple[int, ...]] = set()
    found = []
    for tokens in written:
        if tokens in seen:
            found.append(-math.inf)
            continue
        seen.add(tokens)
        before = tokens[:-1]
        if before not in passes:
            passes[before] = next_words(before)
        rows = passes[before]
        chosen = torch.tensor(tokens, device=rows.device)
        found.append(float(rows.gather(1, chosen[:, None]).sum()))
    return found


def _next_words(
    network: Any,  # noqa: ANN401 - one class a family
    inputs: Mapping[str, torch.Tensor],
    written: tuple[int, ...],
) -> torch.Tensor:
    """(len(written) + 1, vocabulary) log-probabilities of each next token.

    Args:
        network: In evaluation mode.
        inputs: Of one request, on its device.
        written: Tokens of the answer so far.
    """
    kept = len(written) + 1
    # The vocabulary is large and the prompt long: only the last rows are wanted.
    has_limit = "logits_to_keep" in inspect.signature(network.forward).parameters
    limit = {"logits_to_keep": kept} if has_limit else {}
    with torch.inference_mode():
        logits = network(**_longer(inputs, written), use_cache=False, **limit).logits
    return logits[0, -kept:].float().log_softmax(dim=-1)


def _longer(
    inputs: Mapping[str, torch.Tensor], written: tuple[int, ...]
) -> dict[str, torch.Tensor]:
    """The inputs with words of the answer behind the prompt."""
    if not written:
        return dict(inputs)
    shape = inputs["input_ids"].shape
    words = torch.tensor([written], device=inputs["input_ids"].device)
    longer = {}
    for name, tensor in inputs.items():
        if tensor.shape == shape:
            # Beside the tokens: a mask, where words count, or kinds, where 0 is text.
            fill = torch.full_like(words, name == "attention_mask", dtype=tensor.dtype)
            more = words if name == "input_ids" else fill
            longer[name] = torch.cat([tensor, more.to(tensor.dtype)], dim=1)
        else:
            longer[name] = tensor
    return longer
