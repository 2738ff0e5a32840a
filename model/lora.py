"""Adapters (LoRA, arXiv:2106.09685) on the language model's attention."""

from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from transformers import LlamaForCausalLM

from model.config import LoraSettings

ADAPTER = "default"


def add_adapters(language_model: LlamaForCausalLM, settings: LoraSettings) -> None:
    """Put an adapter beside each attention projection, in place.

    B starts at zero, so nothing changes before training.
    """
    inject_adapter_in_model(
        LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules=list(settings.targets),
        ),
        language_model,
        adapter_name=ADAPTER,
    )


def reset_adapters(language_model: LlamaForCausalLM) -> None:
    """Random A, zero B, as before training."""
    for module in language_model.modules():
        if isinstance(module, LoraLayer):
            module.reset_lora_parameters(ADAPTER, init_lora_weights=True)
