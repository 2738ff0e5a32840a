"""LoRA on the language model of a video model; its weights as safetensors alone."""

import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peft import LoraConfig, PeftModel, get_peft_model

from model.config import LoraSettings

WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"


class AdapterError(ValueError):
    """An adapter that cannot be used; the message says what to do."""


def add_adapter(network: Any, settings: LoraSettings) -> PeftModel:  # noqa: ANN401
    """Put an adapter beside the attention of the language model; nothing else trains.

    Vision encoders have projections of the same names: they stay as they are.
    """
    network.requires_grad_(requires_grad=False)
    places = "|".join(map(re.escape, settings.targets))
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=rf"{re.escape(_decoder_name(network))}\..*\.(?:{places})",
    )
    with _quiet_peft():
        return get_peft_model(network, config)


def save_adapter(adapted: PeftModel, folder: Path) -> None:
    """Write what trained; a kill in the middle leaves no half file under its name."""
    with tempfile.TemporaryDirectory(dir=_made(folder)) as made:
        adapted.save_pretrained(made)
        for name in (CONFIG, WEIGHTS):
            Path(made, name).replace(folder / name)


def load_adapter(network: Any, folder: Path) -> PeftModel:  # noqa: ANN401
    """A trained adapter beside the weights that it was trained on.

    Raises:
        AdapterError: A file is missing, or it belongs to another network.
    """
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            # Without the safetensors file peft would unpickle another.
            message = f"{folder} holds no adapter: it has no {name}."
            raise AdapterError(message)
    try:
        with _quiet_peft():
            adapted = PeftModel.from_pretrained(network, str(folder))
    except (RuntimeError, ValueError) as error:
        message = f"The adapter in {folder} was trained on another network: {error}"
        raise AdapterError(message) from error
    return adapted.eval()


@contextmanager
def _quiet_peft() -> Iterator[None]:
    """It reads an attribute that transformers is about to rename."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=".*is_gradient_checkpointing", category=FutureWarning
        )
        yield


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _decoder_name(network: Any) -> str:  # noqa: ANN401
    decoder = network.get_decoder()
    return next(name for name, part in network.named_modules() if part is decoder)
