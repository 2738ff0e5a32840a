"""A frozen text encoder: pooled embeddings of comments and their videos' titles.

Any encoder that `transformers.AutoModel` knows, from a local folder, safetensors alone.
It is never trained here; what it says of a text is a list of numbers.
"""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray

from generation.engines.base import EngineError, Reason
from generation.engines.checkpoint_loading import first_device, quieten
from generation.engines.faults import is_out_of_memory, load_error

MOST_TOKENS = 256
_BATCH = 64
# Of a head that pooled embeddings don't need; many published encoders lack it.
_UNUSED = ("pooler.",)

Texts = Sequence[tuple[str, str]]
"""A comment, and the title of its video or nothing."""


def version() -> str:
    """What makes the embeddings, as the card tells it."""
    return f"transformers {transformers.__version__}, torch {torch.__version__}"


class TextEncoder:
    """An encoder in memory.

    Args:
        folder: With its config, tokenizer and safetensors.
        devices: As `Site` names them; the first is used.

    Raises:
        EngineError: It does not load.
    """

    def __init__(self, folder: Path, devices: Sequence[str] = ()) -> None:
        quieten()
        tokenizers: Any = transformers.AutoTokenizer
        networks: Any = transformers.AutoModel
        try:
            self._tokenizer = tokenizers.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
            network, flaws = networks.from_pretrained(
                folder,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
        except (OSError, ValueError, ImportError, KeyError, RuntimeError) as error:
            raise load_error(folder, error) from error
        _require_whole(flaws, folder)
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        self._device = first_device(devices)
        self._network = network.eval().to(self._device)
        self._most_tokens = min(MOST_TOKENS, _room_of(network.config))

    @property
    def device(self) -> str:
        return self._device

    def embeddings(self, texts: Texts) -> NDArray[np.float64]:
        """Mean of the last layer over each text's own tokens, (texts, width).

        Raises:
            EngineError: The memory is too short.
        """
        # Texts of one length together: little is padded.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i][0]))
        try:
            pieces = [self._of([texts[i] for i in rows]) for rows in _pieces(order)]
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            message = "There is not enough memory for the encoder; use a smaller one."
            raise EngineError(Reason.OUT_OF_MEMORY, message) from error
        found = np.concatenate(pieces)
        placed = np.empty_like(found)
        placed[order] = found
        return placed

    @torch.inference_mode()
    def _of(self, texts: Texts) -> NDArray[np.float64]:
        read = self._tokenizer(
            [comment for comment, _title in texts],
            # Without any titles, nothing stands in their place.
            [title for _comment, title in texts] if any(t for _, t in texts) else None,
            padding=True,
            truncation=True,
            max_length=self._most_tokens,
            return_tensors="pt",
        ).to(self._device)
        last = self._network(**read).last_hidden_state
        mask = read["attention_mask"].unsqueeze(-1).to(last.dtype)
        pooled = (last * mask).sum(1) / mask.sum(1).clamp(min=1)
        return np.asarray(pooled.double().cpu().numpy())


def _pieces(order: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]


def _room_of(config: Any) -> int:  # noqa: ANN401 - of any encoder
    """Tokens that the encoder has places for."""
    places = getattr(config, "max_position_embeddings", None)
    # RoBERTa's family counts its places from behind the padding.
    offset = (config.pad_token_id or 0) + 1 if "roberta" in config.model_type else 0
    return int(places) - offset if places else MOST_TOKENS


def _require_whole(flaws: dict[str, Any], folder: Path) -> None:
    """An encoder with gaps is refused: transformers would fill them with chance."""
    gaps = [*(flaws.get("missing_keys") or ()), *(flaws.get("mismatched_keys") or ())]
    names = sorted(str(name) for name in gaps if not str(name).startswith(_UNUSED))
    if names:
        few = ", ".join(names[:3])
        message = f"The encoder in {folder} lacks {len(names)} weights: {few} ..."
        raise EngineError(Reason.MISCONFIGURED, message)
