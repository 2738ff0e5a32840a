"""How likely the network finds words of an answer after a prompt: teacher forcing."""

from dataclasses import replace

import torch
from torch import Tensor

from model.collation import collate, to_device
from model.mimic_chat import IGNORED_LABEL, MimicChat
from model.sequence import first_fusion
from model.text import Encoder
from model.video import VideoInput


@torch.inference_mode()
def next_words(
    network: MimicChat,
    encoder: Encoder,
    video: VideoInput,
    prompt: str,
    written: tuple[int, ...] = (),
) -> Tensor:
    """(len(written) + 1, vocabulary) log-probabilities of each next token.

    Args:
        network: In evaluation mode.
        encoder: For the network's tokenizer.
        video: The video.
        prompt: What is asked about it.
        written: Tokens of the answer so far.
    """
    asked = encoder.encode(video, prompt, reserve=len(written) + 1)
    example = replace(
        asked,
        input_ids=(*asked.input_ids, *written),
        labels=(*asked.labels, *[IGNORED_LABEL] * len(written)),
        token_count=asked.token_count + len(written),
    )
    batch = to_device(
        collate(
            [example],
            network.config,
            padding_id=encoder.padding_id,
            padding_side="left",
        ),
        network.device,
    )
    prepared = network.prepare(
        batch["input_ids"],
        batch["attention_mask"],
        batch["pixel_values"],
        batch.get("temporal_pixels"),
        batch.get("temporal_mask"),
    )
    hidden = network.run_language_model(
        prepared.embeddings,
        prepared.positions,
        first_fusion(prepared.layout, network.gates),
    )
    # The vocabulary is large and the prompt long: only the last rows are wanted.
    logits = network.language_model.lm_head(hidden[0, -(len(written) + 1) :])
    return torch.log_softmax(logits.float(), dim=-1)
