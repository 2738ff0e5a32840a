"""Tiny checkpoints of the generations of Qwen-VL, and of VideoLLaMA3 beside them."""

from typing import Any

from tests.specimens.parts import HIDDEN, PATCH, chatml, hf, make_tokenizer, text_config

_QWEN_TOKENS = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]


def qwen_processor(*, patch_size: int, longest_edge: int) -> Any:
    """Of Qwen2-VL and Qwen2.5-VL, with the small tokenizer."""
    size = {"shortest_edge": 28 * 28, "longest_edge": longest_edge}
    return hf.Qwen2_5_VLProcessor(
        image_processor=hf.Qwen2VLImageProcessor(patch_size=patch_size, size=size),
        tokenizer=make_tokenizer(_QWEN_TOKENS),
        video_processor=hf.Qwen2VLVideoProcessor(patch_size=patch_size, size=size),
        chat_template=chatml("<|vision_start|><|video_pad|><|vision_end|>"),
    )


def qwen2_vl() -> tuple[Any, Any]:
    processor = qwen_processor(patch_size=PATCH, longest_edge=56 * 56)
    tokenizer = processor.tokenizer
    start, end, image, video = tokenizer.convert_tokens_to_ids(_QWEN_TOKENS)
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [1, 1, 2]}
    text = text_config(hf.Qwen2VLTextConfig, tokenizer, rope_parameters=rope)
    config = hf.Qwen2VLConfig(
        text_config=text.to_dict(),
        vision_config={
            "depth": 2,
            "embed_dim": HIDDEN,
            "hidden_size": HIDDEN,
            "num_heads": 4,
            "mlp_ratio": 2,
            "patch_size": PATCH,
        },
        vision_start_token_id=start,
        vision_end_token_id=end,
        image_token_id=image,
        video_token_id=video,
    )
    own = hf.Qwen2VLProcessor(
        image_processor=processor.image_processor,
        tokenizer=tokenizer,
        video_processor=processor.video_processor,
        chat_template=processor.chat_template,
    )
    return hf.Qwen2VLForConditionalGeneration(config), own


def qwen2_5_vl() -> tuple[Any, Any]:
    processor = qwen_processor(patch_size=PATCH, longest_edge=56 * 56)
    tokenizer = processor.tokenizer
    start, end, image, video = tokenizer.convert_tokens_to_ids(_QWEN_TOKENS)
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [1, 1, 2]}
    text = text_config(hf.Qwen2_5_VLTextConfig, tokenizer, rope_parameters=rope)
    config = hf.Qwen2_5_VLConfig(
        text_config=text.to_dict(),
        vision_config={
            "depth": 2,
            "hidden_size": HIDDEN,
            "intermediate_size": 48,
            "num_heads": 4,
            "out_hidden_size": HIDDEN,
            "patch_size": PATCH,
            "window_size": 28,
            "fullatt_block_indexes": [1],
        },
        vision_start_token_id=start,
        vision_end_token_id=end,
        image_token_id=image,
        video_token_id=video,
    )
    return hf.Qwen2_5_VLForConditionalGeneration(config), processor


def qwen3_vl() -> tuple[Any, Any]:
    tokenizer = make_tokenizer(_QWEN_TOKENS)
    start, end, image, video = tokenizer.convert_tokens_to_ids(_QWEN_TOKENS)
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 1, 1]}
    text = text_config(
        hf.Qwen3VLTextConfig, tokenizer, rope_parameters=rope, head_dim=8
    )
    config = hf.Qwen3VLConfig(
        text_config=text.to_dict(),
        vision_config={
            "depth": 2,
            "hidden_size": HIDDEN,
            "intermediate_size": 48,
            "num_heads": 4,
            "out_hidden_size": HIDDEN,
            "patch_size": 8,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        vision_start_token_id=start,
        vision_end_token_id=end,
        image_token_id=image,
        video_token_id=video,
    )
    size = {"shortest_edge": 2 * 32 * 32, "longest_edge": 8 * 64 * 64}
    processor = hf.Qwen3VLProcessor(
        image_processor=hf.Qwen2VLImageProcessor(patch_size=8, size=size),
        tokenizer=tokenizer,
        video_processor=hf.Qwen3VLVideoProcessor(patch_size=8, size=size),
        chat_template=chatml("<|video_pad|>"),
    )
    return hf.Qwen3VLForConditionalGeneration(config), processor


def video_llama_3() -> tuple[Any, Any]:
    pads = ["<|image_pad|>", "<|video_pad|>"]
    tokenizer = make_tokenizer(pads)
    image, video = tokenizer.convert_tokens_to_ids(pads)
    config = hf.VideoLlama3Config(
        text_config=text_config(hf.Qwen2Config, tokenizer).to_dict(),
        vision_config={
            "hidden_size": HIDDEN,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "patch_size": PATCH,
        },
        image_token_id=image,
        video_token_id=video,
    )
    size = {"shortest_edge": 28 * 28, "longest_edge": 56 * 56}
    processor = hf.VideoLlama3Processor(
        image_processor=hf.VideoLlama3ImageProcessor(patch_size=PATCH, size=size),
        tokenizer=tokenizer,
        video_processor=hf.VideoLlama3VideoProcessor(patch_size=PATCH, size=size),
        chat_template=chatml("<|video_pad|>"),
    )
    return hf.VideoLlama3ForConditionalGeneration(config), processor
