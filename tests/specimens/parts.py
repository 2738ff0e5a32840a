"""What tiny checkpoints share: a tokenizer, sizes, a template."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

from collections.abc import Mapping
from typing import Any

import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

# Its classes are typed for files from the hub, not for configs made by hand.
hf: Any = transformers

HIDDEN = 32
IMAGE_SIDE = 28
PATCH = 7
_WORDS = (
    "You are scrolling through a video app and have just watched this video.",
    "so cute lol I love this song who else is here the best part at the end",
    "Write the one comment that you would leave under it, as a viewer does.",
)
_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for part in message['content'] %}{% if part['type'] == 'video' %}{VIDEO}"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_CHATML_TOKENS = ["<|im_start|>", "<|im_end|>"]


def make_tokenizer(special: list[str], named: Mapping[str, str] | None = None) -> Any:
    """Byte-level BPE, trained on three sentences."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|endoftext|>", *_CHATML_TOKENS, *special],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(_WORDS, trainer)
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        extra_special_tokens=dict(named or {}),
    )


def text_config(kind: type[Any], tokenizer: Any, **more: Any) -> Any:
    """The config of a two-layer language model."""
    return kind(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        **more,
    )


def clip_config(**more: Any) -> Any:
    sizes = {"hidden_size": HIDDEN, "intermediate_size": 48, "num_hidden_layers": 3}
    return hf.CLIPVisionConfig(
        **sizes,
        num_attention_heads=4,
        image_size=IMAGE_SIDE,
        patch_size=PATCH,
        **more,
    )


def square() -> dict[str, dict[str, int]]:
    side = {"height": IMAGE_SIDE, "width": IMAGE_SIDE}
    return {"size": side, "crop_size": side}


def chatml(video: str) -> str:
    return _CHATML.replace("{VIDEO}", video)
