"""Real checkpoints of real architectures: tiny, with random weights, made on the spot.

They load through the same Auto classes as the large ones. What they write is noise; the
way there is the production one.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

# Its classes are typed for files from the hub, not for configs made by hand.
hf: Any = transformers

_HIDDEN = 32
_IMAGE_SIDE = 28
_PATCH = 7
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


def build(family: str, folder: Path, *, seed: int = 0) -> Path:
    """Write a checkpoint of a family of the registry; return its folder."""
    torch.manual_seed(seed)
    network, processor = _BUILDERS[family]()
    # With the usual small initial weights, all inputs would end in the same words.
    with torch.no_grad():
        for weights in network.parameters():
            if weights.ndim > 1:
                weights.normal_(std=0.25)
    network.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _tokenizer(special: list[str], named: Mapping[str, str] | None = None) -> Any:
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


def _text(kind: type[Any], tokenizer: Any, **more: Any) -> Any:
    """The config of a two-layer language model."""
    return kind(
        vocab_size=len(tokenizer),
        hidden_size=_HIDDEN,
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


def _clip(**more: Any) -> Any:
    sizes = {"hidden_size": _HIDDEN, "intermediate_size": 48, "num_hidden_layers": 3}
    return hf.CLIPVisionConfig(
        **sizes,
        num_attention_heads=4,
        image_size=_IMAGE_SIDE,
        patch_size=_PATCH,
        **more,
    )


def _square() -> dict[str, dict[str, int]]:
    side = {"height": _IMAGE_SIDE, "width": _IMAGE_SIDE}
    return {"size": side, "crop_size": side}


def _chatml(video: str) -> str:
    return _CHATML.replace("{VIDEO}", video)


_QWEN_TOKENS = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]


def qwen_processor(*, patch_size: int, longest_edge: int) -> Any:
    """Of Qwen2-VL and Qwen2.5-VL, with the small tokenizer."""
    size = {"shortest_edge": 28 * 28, "longest_edge": longest_edge}
    return hf.Qwen2_5_VLProcessor(
        image_processor=hf.Qwen2VLImageProcessor(patch_size=patch_size, size=size),
        tokenizer=_tokenizer(_QWEN_TOKENS),
        video_processor=hf.Qwen2VLVideoProcessor(patch_size=patch_size, size=size),
        chat_template=_chatml("<|vision_start|><|video_pad|><|vision_end|>"),
    )


def _qwen2_5_vl() -> tuple[Any, Any]:
    processor = qwen_processor(patch_size=_PATCH, longest_edge=56 * 56)
    tokenizer = processor.tokenizer
    start, end, image, video = tokenizer.convert_tokens_to_ids(_QWEN_TOKENS)
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [1, 1, 2]}
    text = _text(hf.Qwen2_5_VLTextConfig, tokenizer, rope_parameters=rope)
    config = hf.Qwen2_5_VLConfig(
        text_config=text.to_dict(),
        vision_config={
            "depth": 2,
            "hidden_size": _HIDDEN,
            "intermediate_size": 48,
            "num_heads": 4,
            "out_hidden_size": _HIDDEN,
            "patch_size": _PATCH,
            "window_size": 28,
            "fullatt_block_indexes": [1],
        },
        vision_start_token_id=start,
        vision_end_token_id=end,
        image_token_id=image,
        video_token_id=video,
    )
    return hf.Qwen2_5_VLForConditionalGeneration(config), processor


def _internvl() -> tuple[Any, Any]:
    named = {
        "start_image_token": "<img>",
        "end_image_token": "</img>",
        "context_image_token": "<IMG_CONTEXT>",
        "video_token": "<video>",
    }
    tokenizer = _tokenizer(list(named.values()), named)
    config = hf.InternVLConfig(
        text_config=_text(hf.Qwen2Config, tokenizer).to_dict(),
        vision_config={
            "hidden_size": _HIDDEN,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": [_IMAGE_SIDE, _IMAGE_SIDE],
            "patch_size": [_PATCH, _PATCH],
        },
        image_token_id=tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=4,
        tie_word_embeddings=False,
    )
    size = {"height": _IMAGE_SIDE, "width": _IMAGE_SIDE}
    processor = hf.InternVLProcessor(
        image_processor=hf.GotOcr2ImageProcessor(size=size),
        tokenizer=tokenizer,
        video_processor=hf.InternVLVideoProcessor(size=size),
        image_seq_length=4,
        chat_template=_chatml("<video>\n"),
    )
    return hf.InternVLForConditionalGeneration(config), processor


def _llava_onevision() -> tuple[Any, Any]:
    tokenizer = _tokenizer(["<image>", "<video>"])
    config = hf.LlavaOnevisionConfig(
        text_config=_text(hf.Qwen2Config, tokenizer).to_dict(),
        vision_config=hf.SiglipVisionConfig(
            hidden_size=_HIDDEN,
            intermediate_size=48,
            num_hidden_layers=2,
            num_attention_heads=4,
            image_size=_IMAGE_SIDE,
            patch_size=_PATCH,
            vision_use_head=False,
        ).to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=[[_IMAGE_SIDE, _IMAGE_SIDE]],
    )
    size = {"height": _IMAGE_SIDE, "width": _IMAGE_SIDE}
    processor = hf.LlavaOnevisionProcessor(
        image_processor=hf.LlavaOnevisionImageProcessor(
            size=size, image_grid_pinpoints=[[_IMAGE_SIDE, _IMAGE_SIDE]]
        ),
        tokenizer=tokenizer,
        video_processor=hf.LlavaOnevisionVideoProcessor(size=size),
        num_image_tokens=(_IMAGE_SIDE // _PATCH) ** 2,
        vision_feature_select_strategy="full",
        chat_template=_chatml("<video>"),
    )
    return hf.LlavaOnevisionForConditionalGeneration(config), processor


def _video_llava() -> tuple[Any, Any]:
    tokenizer = _tokenizer(["<image>", "<video>"])
    config = hf.VideoLlavaConfig(
        text_config=_text(hf.LlamaConfig, tokenizer).to_dict(),
        vision_config=_clip().to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
    )
    # Like the real one, it comes without a template.
    processor = hf.VideoLlavaProcessor(
        image_processor=hf.VideoLlavaImageProcessor(
            **_square() | {"size": {"shortest_edge": _IMAGE_SIDE}}
        ),
        video_processor=hf.VideoLlavaVideoProcessor(
            **_square() | {"size": {"shortest_edge": _IMAGE_SIDE}}
        ),
        tokenizer=tokenizer,
        patch_size=_PATCH,
        vision_feature_select_strategy="default",
    )
    return hf.VideoLlavaForConditionalGeneration(config), processor


def _llava_next_video() -> tuple[Any, Any]:
    tokenizer = _tokenizer(["<image>", "<video>"])
    pinpoints = [[_IMAGE_SIDE, _IMAGE_SIDE]]
    config = hf.LlavaNextVideoConfig(
        text_config=_text(hf.LlamaConfig, tokenizer).to_dict(),
        vision_config=_clip().to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=pinpoints,
    )
    sizes = _square() | {"size": {"shortest_edge": _IMAGE_SIDE}}
    processor = hf.LlavaNextVideoProcessor(
        image_processor=hf.LlavaNextImageProcessor(
            **sizes, image_grid_pinpoints=pinpoints
        ),
        video_processor=hf.LlavaNextVideoVideoProcessor(**sizes),
        tokenizer=tokenizer,
        patch_size=_PATCH,
        vision_feature_select_strategy="default",
        chat_template=_chatml("<video>\n"),
    )
    return hf.LlavaNextVideoForConditionalGeneration(config), processor


def _smolvlm() -> tuple[Any, Any]:
    named = {
        "fake_image_token": "<fake_token_around_image>",
        "image_token": "<image>",
        "global_image_token": "<global-img>",
        "video_token": "<video>",
        "end_of_utterance_token": "<end_of_utterance>",
    }
    tokenizer = _tokenizer(list(named.values()), named)
    config = hf.SmolVLMConfig(
        text_config=_text(hf.LlamaConfig, tokenizer).to_dict(),
        vision_config={
            "hidden_size": _HIDDEN,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": _IMAGE_SIDE,
            "patch_size": _PATCH,
        },
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )
    edge = {"longest_edge": _IMAGE_SIDE}
    sizes: dict[str, Any] = {"size": edge, "max_image_size": edge}
    processor = hf.SmolVLMProcessor(
        image_processor=hf.SmolVLMImageProcessor(**sizes),
        tokenizer=tokenizer,
        video_processor=hf.SmolVLMVideoProcessor(**sizes),
        image_seq_len=4,
        chat_template=_chatml("<video>"),
    )
    return hf.SmolVLMForConditionalGeneration(config), processor


_BUILDERS: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "qwen2_5_vl": _qwen2_5_vl,
    "internvl": _internvl,
    "llava_onevision": _llava_onevision,
    "video_llava": _video_llava,
    "llava_next_video": _llava_next_video,
    "smolvlm": _smolvlm,
}
FAMILIES = tuple(_BUILDERS)


def plain_tokenizer() -> Any:
    """A tokenizer without any token for pictures."""
    return _tokenizer([])
