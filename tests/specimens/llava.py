"""Tiny checkpoints of the LLaVA line, of InternVL and of SmolVLM2."""

from typing import Any

from tests.specimens.parts import (
    HIDDEN,
    IMAGE_SIDE,
    PATCH,
    chatml,
    clip_config,
    hf,
    make_tokenizer,
    square,
    text_config,
)


def internvl() -> tuple[Any, Any]:
    named = {
        "start_image_token": "<img>",
        "end_image_token": "</img>",
        "context_image_token": "<IMG_CONTEXT>",
        "video_token": "<video>",
    }
    tokenizer = make_tokenizer(list(named.values()), named)
    config = hf.InternVLConfig(
        text_config=text_config(hf.Qwen2Config, tokenizer).to_dict(),
        vision_config={
            "hidden_size": HIDDEN,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": [IMAGE_SIDE, IMAGE_SIDE],
            "patch_size": [PATCH, PATCH],
        },
        image_token_id=tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=4,
        tie_word_embeddings=False,
    )
    size = {"height": IMAGE_SIDE, "width": IMAGE_SIDE}
    processor = hf.InternVLProcessor(
        image_processor=hf.GotOcr2ImageProcessor(size=size),
        tokenizer=tokenizer,
        video_processor=hf.InternVLVideoProcessor(size=size),
        image_seq_length=4,
        chat_template=chatml("<video>\n"),
    )
    return hf.InternVLForConditionalGeneration(config), processor


def llava_onevision() -> tuple[Any, Any]:
    tokenizer = make_tokenizer(["<image>", "<video>"])
    config = hf.LlavaOnevisionConfig(
        text_config=text_config(hf.Qwen2Config, tokenizer).to_dict(),
        vision_config=hf.SiglipVisionConfig(
            hidden_size=HIDDEN,
            intermediate_size=48,
            num_hidden_layers=2,
            num_attention_heads=4,
            image_size=IMAGE_SIDE,
            patch_size=PATCH,
            vision_use_head=False,
        ).to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=[[IMAGE_SIDE, IMAGE_SIDE]],
    )
    size = {"height": IMAGE_SIDE, "width": IMAGE_SIDE}
    processor = hf.LlavaOnevisionProcessor(
        image_processor=hf.LlavaOnevisionImageProcessor(
            size=size, image_grid_pinpoints=[[IMAGE_SIDE, IMAGE_SIDE]]
        ),
        tokenizer=tokenizer,
        video_processor=hf.LlavaOnevisionVideoProcessor(size=size),
        num_image_tokens=(IMAGE_SIDE // PATCH) ** 2,
        vision_feature_select_strategy="full",
        chat_template=chatml("<video>"),
    )
    return hf.LlavaOnevisionForConditionalGeneration(config), processor


def video_llava() -> tuple[Any, Any]:
    tokenizer = make_tokenizer(["<image>", "<video>"])
    config = hf.VideoLlavaConfig(
        text_config=text_config(hf.LlamaConfig, tokenizer).to_dict(),
        vision_config=clip_config().to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
    )
    # Like the real one, it comes without a template.
    processor = hf.VideoLlavaProcessor(
        image_processor=hf.VideoLlavaImageProcessor(
            **square() | {"size": {"shortest_edge": IMAGE_SIDE}}
        ),
        video_processor=hf.VideoLlavaVideoProcessor(
            **square() | {"size": {"shortest_edge": IMAGE_SIDE}}
        ),
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
    )
    return hf.VideoLlavaForConditionalGeneration(config), processor


def llava_next_video() -> tuple[Any, Any]:
    tokenizer = make_tokenizer(["<image>", "<video>"])
    pinpoints = [[IMAGE_SIDE, IMAGE_SIDE]]
    config = hf.LlavaNextVideoConfig(
        text_config=text_config(hf.LlamaConfig, tokenizer).to_dict(),
        vision_config=clip_config().to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=pinpoints,
    )
    sizes = square() | {"size": {"shortest_edge": IMAGE_SIDE}}
    processor = hf.LlavaNextVideoProcessor(
        image_processor=hf.LlavaNextImageProcessor(
            **sizes, image_grid_pinpoints=pinpoints
        ),
        video_processor=hf.LlavaNextVideoVideoProcessor(**sizes),
        tokenizer=tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        chat_template=chatml("<video>\n"),
    )
    return hf.LlavaNextVideoForConditionalGeneration(config), processor


def smolvlm() -> tuple[Any, Any]:
    named = {
        "fake_image_token": "<fake_token_around_image>",
        "image_token": "<image>",
        "global_image_token": "<global-img>",
        "video_token": "<video>",
        "end_of_utterance_token": "<end_of_utterance>",
    }
    tokenizer = make_tokenizer(list(named.values()), named)
    config = hf.SmolVLMConfig(
        text_config=text_config(hf.LlamaConfig, tokenizer).to_dict(),
        vision_config={
            "hidden_size": HIDDEN,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "image_size": IMAGE_SIDE,
            "patch_size": PATCH,
        },
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )
    edge = {"longest_edge": IMAGE_SIDE}
    sizes: dict[str, Any] = {"size": edge, "max_image_size": edge}
    processor = hf.SmolVLMProcessor(
        image_processor=hf.SmolVLMImageProcessor(**sizes),
        tokenizer=tokenizer,
        video_processor=hf.SmolVLMVideoProcessor(**sizes),
        image_seq_len=4,
        chat_template=chatml("<video>"),
    )
    return hf.SmolVLMForConditionalGeneration(config), processor
