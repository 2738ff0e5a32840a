"""Before training the network answers as the published InternVL2.5 does."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from sentencepiece import SentencePieceProcessor
from torch import Tensor
from transformers import (
    InternVLConfig,
    InternVLForConditionalGeneration,
    InternVLVisionConfig,
    LlamaConfig,
)

from model.collation import collate
from model.config import MimicChatConfig
from model.convert_internlm2 import convert
from model.initialisation import build
from model.published_base import from_base
from model.text import Encoder, load_tokenizer
from model.video import VideoInput, from_frames
from tests.model.internvl_publication import (
    ADDED_TOKENS,
    EPS,
    HEADS,
    HIDDEN,
    INNER,
    KEY_HEADS,
    LAYERS,
    NAMED_TOKENS,
    THETA,
    VISION_HIDDEN,
    VISION_LAYERS,
    VOCABULARY,
    publish,
    published_weights,
)
from tests.model.tiny import logits_of, noise, tiny_config

_QUESTION = "Which title fits?\nA. so cute\nB. 你好 😂"
_TOKENS_A_FRAME = 4


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("download") / "it", published_weights())


@pytest.fixture(scope="module")
def base(published: Path) -> Path:
    """Converted; the temporal encoder is ours, as the publication has none."""
    folder = published.with_name("base")
    convert(published, folder)
    return folder


def _config(base: Path, **ablation: bool) -> MimicChatConfig:
    config = MimicChatConfig.load(base / "config.json")
    language = replace(config.language, max_tokens=800)
    temporal = tiny_config().temporal
    config = replace(config, language=language, temporal=temporal)
    return config.with_ablation(**ablation)


def _published_prompt(folder: Path, frame_count: int) -> list[int]:
    """Its conversation template written out, and its tokenizer's ids."""
    pieces = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    system = (
        "你是书生·万象，英文名是InternVL，是由上海人工智能实验室、清华大学及多家合作单位"
        "联合开发的多模态大语言模型。"
    )
    named = NAMED_TOKENS
    picture = [
        named["<img>"],
        *[named["<IMG_CONTEXT>"]] * _TOKENS_A_FRAME,
        named["</img>"],
    ]
    ids = [named["<s>"], named["<|im_start|>"], *pieces.encode(f"system\n{system}")]
    ids += [named["<|im_end|>"], *pieces.encode("\n"), named["<|im_start|>"]]
    for number in range(1, frame_count + 1):
        lead = "user\n" if number == 1 else "\n"
        ids += [*pieces.encode(f"{lead}Frame-{number}: "), *picture]
    ids += [*pieces.encode(f"\n{_QUESTION}"), named["<|im_end|>"], *pieces.encode("\n")]
    return [*ids, named["<|im_start|>"], *pieces.encode("assistant\n")]


def _reference(base: Path) -> InternVLForConditionalGeneration:
    """Transformers' own InternVL with the same weights."""
    text = LlamaConfig(
        vocab_size=VOCABULARY + len(ADDED_TOKENS),
        hidden_size=HIDDEN,
        intermediate_size=INNER,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_HEADS,
        rms_norm_eps=EPS,
        rope_parameters={"rope_type": "default", "rope_theta": THETA},
    )
    vision = InternVLVisionConfig(
        hidden_size=VISION_HIDDEN,
        num_hidden_layers=VISION_LAYERS,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=28,
        patch_size=7,
        attention_bias=True,
    )
    model = InternVLForConditionalGeneration(
        InternVLConfig(
            text_config=text.to_dict(),
            vision_config=vision.to_dict(),
            image_token_id=NAMED_TOKENS["<IMG_CONTEXT>"],
            tie_word_embeddings=False,
        )
    )
    model.load_state_dict(_in_transformers_names(base))
    return model.eval()


def _in_transformers_names(base: Path) -> dict[str, Tensor]:
    places = {
        "language_model": "model.language_model.",
        "spatial_encoder": "model.vision_tower.",
        "spatial_projector": "model.multi_modal_projector.",
    }
    weights = {}
    for part, place in places.items():
        for file in sorted((base / part).glob("*.safetensors")):
            for name, weight in load_file(file).items():
                key = place + name.removeprefix("model.")
                key = key.replace("projector.norm.", "projector.layer_norm.")
                weights["lm_head.weight" if name == "lm_head.weight" else key] = weight
    return weights


def _video(config: MimicChatConfig) -> VideoInput:
    return from_frames(noise(9), config)


def test_the_prompt_is_the_published_one(published: Path, base: Path) -> None:
    """[VID] stands for the first <img>, [SEP] for the last </img>."""
    config = _config(base)
    encoder = Encoder(config, load_tokenizer(base))

    example = encoder.encode(_video(config), _QUESTION)

    ours = {
        config.video_id: NAMED_TOKENS["<img>"],
        config.separator_id: NAMED_TOKENS["</img>"],
        config.spatial_id: NAMED_TOKENS["<IMG_CONTEXT>"],
    }
    ids = [ours.get(number, number) for number in example.input_ids]
    assert ids == _published_prompt(published, config.spatial.frame_count)
    assert example.input_ids.count(config.video_id) == 1
    assert example.input_ids.count(config.separator_id) == 1


@pytest.mark.parametrize("without_frames", [False, True])
def test_it_starts_with_the_published_answers(
    published: Path,
    base: Path,
    without_frames: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """The whole network, temporal branch and adapters included."""
    config = _config(base, no_temporal_encoder=without_frames)
    torch.manual_seed(0)
    if config.has_temporal_branch:
        _add_temporal_encoder(base, config)
    network = from_base(config, base, dtype=torch.float32)
    video = _video(config)
    encoder = Encoder(config, load_tokenizer(base))
    batch = collate(
        [encoder.encode(video, _QUESTION)], config, padding_id=encoder.padding_id
    )

    logits = logits_of(network, batch)

    mean, std = (
        torch.tensor(v)[:, None, None]
        for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    )
    with torch.no_grad():
        expected = _reference(base)(
            input_ids=torch.tensor([_published_prompt(published, 8)]),
            pixel_values=(video.tiles / 255 - mean) / std,
        ).logits
    torch.testing.assert_close(logits, expected, atol=1e-4, rtol=1e-4)


def _add_temporal_encoder(base: Path, config: MimicChatConfig) -> None:
    encoder = build(config).temporal_encoder
    assert encoder is not None
    folder = base / "temporal_encoder"
    folder.mkdir(exist_ok=True)
    save_file(dict(encoder.timesformer.named_parameters()), folder / "one.safetensors")
