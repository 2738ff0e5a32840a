"""A video model of transformers as our trainer meets it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from peft import PeftModel
from torch import Tensor, nn
from torch.nn import functional
from transformers import GenerationConfig

from model.mimic_chat import IGNORED_LABEL, NetworkOutput, exact_rows, sums_by_row
from model.native.adapter import add_adapter, load_adapter
from model.native.config import NativeConfig
from model.native.inputs import ClipInputs, end_ids, for_network

# Its types do not know of networks of many classes.
_networks: Any = transformers.AutoModelForImageTextToText


@dataclass(frozen=True)
class Drawing:
    """How an answer is drawn: by a seed, among the likeliest tokens."""

    seed: int
    temperature: float
    top_p: float


class NativeNetwork(nn.Module):
    """A frozen model with an adapter that trains."""

    accepts_loss_kwargs = True

    def __init__(self, adapted: PeftModel) -> None:
        super().__init__()
        self.adapted: Any = adapted

    @property
    def device(self) -> torch.device:
        return torch.device(self.adapted.device)

    def trainable_parameters(self) -> dict[str, nn.Parameter]:
        """The adapter's, by name."""
        return {n: p for n, p in self.named_parameters() if p.requires_grad}

    def gradient_checkpointing_enable(self) -> None:
        """Compute the language model's layers twice instead of keeping what they gave.

        Nothing trains in the vision encoder, so nothing of it is kept anyway.
        """
        decoder = self.adapted.get_base_model().get_decoder()
        # Its name in older and in newer releases of transformers.
        old = decoder.gradient_checkpointing_enable
        enable = getattr(decoder, "activation_checkpointing_enable", old)
        enable({"use_reentrant": False})

    def forward(
        self,
        labels: Tensor,
        num_items_in_batch: Tensor | int | None = None,
        sums_rows: bool = False,  # noqa: FBT001, FBT002 - a batch's fields, by name
        **inputs: Tensor,
    ) -> NetworkOutput:
        """One pass.

        Args:
            labels: (batch, tokens), padded on the left: the answer's ids, else -100.
            num_items_in_batch: Divide the loss by this instead of by the batch's own
                number of answer tokens.
            sums_rows: Give each row's log-probability instead of a loss.
            inputs: As `native_dataset.NativeCollator` makes them.

        Returns:
            The loss, over the answers' tokens alone, or the rows' sums.
        """
        is_answer = labels != IGNORED_LABEL
        # Answers stand at the right end: only they meet the large vocabulary.
        longest = int(is_answer.sum(dim=1).max())
        output = self.adapted(
            **for_network(inputs, self.device, self.adapted.dtype),
            logits_to_keep=longest + 1,
            use_cache=False,
        )
        targets, chosen = labels[:, -longest:], is_answer[:, -longest:]
        logits = output.logits[:, -longest - 1 : -1][chosen].float()
        if sums_rows:
            return NetworkOutput(row_sums=sums_by_row(logits, labels[:, -longest:]))
        total = functional.cross_entropy(logits, targets[chosen], reduction="sum")
        return NetworkOutput(
            loss=total
            / (is_answer.sum() if num_items_in_batch is None else num_items_in_batch),
            exact=None if self.training else exact_rows(logits, targets),
        )

    @torch.inference_mode()
    def write(
        self,
        inputs: ClipInputs,
        batch: dict[str, Tensor],
        max_new_tokens: int,
        drawing: Drawing | None = None,
    ) -> list[str]:
        """The likeliest answers, or drawn ones; a row of a batch padded on the left."""
        self.eval()
        how: dict[str, Any] = {"do_sample": False}
        if drawing is not None:
            torch.manual_seed(drawing.seed)
            how = {
                "do_sample": True,
                "temperature": drawing.temperature,
                "top_p": drawing.top_p,
            }
        ends = end_ids(self.adapted, inputs.processor)
        pad = inputs.processor.tokenizer.pad_token_id
        rows = self.adapted.generate(
            **for_network(batch, self.device, self.adapted.dtype),
            generation_config=GenerationConfig(
                max_new_tokens=max_new_tokens,
                **how,
                eos_token_id=ends,
                pad_token_id=ends[0] if pad is None else pad,
            ),
        )
        written = rows[:, batch["input_ids"].shape[1] :]
        texts = inputs.processor.tokenizer.batch_decode(
            written, skip_special_tokens=True
        )
        return [text.strip() for text in texts]


def published(folder: Path, dtype: torch.dtype) -> Any:  # noqa: ANN401
    """A model as it was published; its safetensors alone, and none of its code."""
    return _networks.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, dtype=dtype
    )


def start(config: NativeConfig, dtype: torch.dtype) -> NativeNetwork:
    """The published model with a new adapter, drawn from torch's generator."""
    network = published(Path(config.checkpoint), dtype)
    return NativeNetwork(add_adapter(network, config.lora))


def trained(config: NativeConfig, adapter: Path, dtype: torch.dtype) -> NativeNetwork:
    """The published model with a trained adapter.

    Raises:
        AdapterError: It is none, or belongs to another network.
    """
    network = published(Path(config.checkpoint), dtype)
    return NativeNetwork(load_adapter(network, adapter))
