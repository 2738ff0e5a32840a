"""Dropout of hidden states: keeps a small language model from learning by heart."""

from torch import Tensor, nn
from torch.nn import functional
from transformers import LlamaForCausalLM


def drop_hidden_states(language_model: LlamaForCausalLM, share: float) -> None:
    """Drop a share of what each attention and each perceptron adds, and of the output.

    In training alone (`train()` and `eval()` decide). The layers stay as they are, so
    checkpoints know nothing of it; Llama's own code has dropout for attention weights
    only. Places as in Vaswani et al. (2017), section 5.4.
    """

    def drop(module: nn.Module, _: object, hidden: Tensor) -> Tensor:
        return functional.dropout(hidden, share, module.training)

    def drop_first(
        module: nn.Module, inputs: object, output: tuple[Tensor, ...]
    ) -> tuple[Tensor, ...]:
        hidden, *weights = output
        return (drop(module, inputs, hidden), *weights)

    decoder = language_model.model
    for layer in decoder.layers:
        layer.self_attn.register_forward_hook(drop_first)
        layer.mlp.register_forward_hook(drop)
    decoder.norm.register_forward_hook(drop)
