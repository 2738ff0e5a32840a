"""Conversion: the same numbers, in the Llama layout, file by file."""

import json
import re
import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from sentencepiece import SentencePieceProcessor
from torch import Tensor
from torch.nn import functional
from transformers import (
    LlamaForCausalLM,
    TimesformerConfig,
    TimesformerForVideoClassification,
)

from model.config import MimicChatConfig
from model.convert_internlm2 import ConversionError, convert
from model.convert_tokenizer import TokenizerError
from model.published_base import from_base
from model.published_layout import UnknownWeightError
from model.text import Encoder, load_tokenizer
from tests.model.internvl_publication import (
    ADDED_TOKENS,
    LAYERS,
    NAMED_TOKENS,
    PLACEHOLDERS,
    VOCABULARY,
    internlm2_logits,
    publish,
    published_weights,
)
from tests.model.tiny import tiny_config


def test_the_language_model_computes_what_internlm2_does(tmp_path: Path) -> None:
    weights = published_weights()
    convert(publish(tmp_path / "published", weights), tmp_path / "base")
    ids = torch.randint(0, VOCABULARY, (2, 17), generator=torch.Generator())

    llama = LlamaForCausalLM.from_pretrained(
        tmp_path / "base" / "language_model", dtype=torch.float32
    )
    with torch.no_grad():
        logits = llama(ids).logits

    torch.testing.assert_close(
        logits, internlm2_logits(weights, ids), atol=1e-5, rtol=1e-5
    )


def test_a_network_stands_on_the_converted_weights(tmp_path: Path) -> None:
    """Its vision encoder and projector compute what the published ones do."""
    weights = published_weights()
    source = publish(tmp_path / "published", weights)
    config = convert(source, tmp_path / "base").with_ablation(no_temporal_encoder=True)

    network = from_base(config, tmp_path / "base", dtype=torch.float32)

    assert config.language.layer_count == LAYERS
    vision = dict(network.spatial_encoder.vit.named_parameters())
    query, key, value = weights["vision_model.encoder.layers.1.attn.qkv.weight"].chunk(
        3
    )
    for letter, part in (("q", query), ("k", key), ("v", value)):
        ours = vision[f"encoder.layer.1.attention.{letter}_proj.weight"]
        assert torch.equal(ours, part)
    tokens = torch.randn(3, 64)
    normed = functional.layer_norm(
        tokens, (64,), weights["mlp1.0.weight"], weights["mlp1.0.bias"]
    )
    inner = functional.gelu(
        normed @ weights["mlp1.1.weight"].T + weights["mlp1.1.bias"]
    )
    expected = inner @ weights["mlp1.3.weight"].T + weights["mlp1.3.bias"]
    assert network.spatial_projector is not None
    torch.testing.assert_close(network.spatial_projector(tokens), expected)


def _publish_timesformer(folder: Path) -> dict[str, Tensor]:
    """Write a tiny TimeSformer with a classifier; return its weights."""
    published = TimesformerConfig(
        image_size=16,
        patch_size=8,
        num_frames=4,
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
    )
    classifier = TimesformerForVideoClassification(published)
    classifier.save_pretrained(folder)
    return dict(classifier.state_dict())


def test_the_temporal_encoder_joins_the_base(tmp_path: Path) -> None:
    source = publish(tmp_path / "published", published_weights())
    published = _publish_timesformer(tmp_path / "timesformer")

    config = convert(source, tmp_path / "base", temporal=tmp_path / "timesformer")
    network = from_base(config, tmp_path / "base", dtype=torch.float32)

    assert config.temporal.clip_length == 4
    assert network.temporal_encoder is not None
    ours = network.temporal_encoder.timesformer.state_dict()
    assert {f"timesformer.{name}" for name in ours} < set(published)
    for name, weight in ours.items():
        assert torch.equal(weight, published[f"timesformer.{name}"]), name


def _published_ids(folder: Path, text: str) -> list[int]:
    """As the published tokenizer writes: named tokens, sentencepiece between them."""
    pieces = SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    marks = "|".join(map(re.escape, NAMED_TOKENS))
    ids: list[int] = []
    for part in re.split(f"({marks})", text):
        ids += [NAMED_TOKENS[part]] if part in NAMED_TOKENS else pieces.encode(part)
    return ids


_CHAT = (
    "<s><|im_start|>system\n你好<|im_end|>\n<|im_start|>user\n"
    "Frame-1: <img><IMG_CONTEXT><IMG_CONTEXT></img>\nso  cute 😂<|im_end|>\n"
    "<|im_start|>assistant\nhaha this cat<|im_end|>"
)


@pytest.mark.parametrize("adds_space", [False, True])
def test_the_tokenizer_writes_as_the_published_one(
    tmp_path: Path,
    adds_space: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Chat tokens are named in tokenizer_config.json alone, others in both files."""
    source = publish(tmp_path / "published", published_weights(), adds_space=adds_space)
    convert(source, tmp_path / "base")

    tokenizer = load_tokenizer(tmp_path / "base")

    names, ids = list(NAMED_TOKENS), list(NAMED_TOKENS.values())
    assert tokenizer.convert_tokens_to_ids(names) == ids
    assert tokenizer.convert_ids_to_tokens(ids) == names
    written = tokenizer.encode(_CHAT, add_special_tokens=False)
    assert written == _published_ids(source, _CHAT)
    if not adds_space:
        assert tokenizer.decode(written) == _CHAT
    Encoder(MimicChatConfig(), tokenizer)


def test_the_old_name_of_a_chat_token_is_plain_text(tmp_path: Path) -> None:
    """A viewer who writes it does not end the model's turn."""
    convert(publish(tmp_path / "published", published_weights()), tmp_path / "base")
    tokenizer = load_tokenizer(tmp_path / "base")

    ids = tokenizer.encode(PLACEHOLDERS[-2], add_special_tokens=False)

    assert NAMED_TOKENS["<|im_end|>"] not in ids
    assert tokenizer.decode(ids) == PLACEHOLDERS[-2]


def test_a_tokenizer_without_a_needed_token_is_refused(tmp_path: Path) -> None:
    source = publish(tmp_path / "published", published_weights())
    (source / "tokenizer_config.json").unlink()

    with pytest.raises(TokenizerError, match=r"<\|im_end\|>.*tokenizer_config\.json"):
        convert(source, tmp_path / "base")

    assert not (tmp_path / "base").exists()


def test_files_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    source = publish(tmp_path / "published", published_weights())
    (source / "added_tokens.json").write_text(json.dumps({"<img>": VOCABULARY + 1}))

    with pytest.raises(TokenizerError, match="<img>"):
        convert(source, tmp_path / "base")


def test_no_file_is_larger_than_asked(tmp_path: Path) -> None:
    weights = published_weights()
    source = publish(tmp_path / "published", weights)

    convert(source, tmp_path / "base", file_bytes=30_000)

    files = sorted((tmp_path / "base" / "language_model").glob("*.safetensors"))
    assert len(files) > 3
    largest = max(weight.nbytes for weight in weights.values())
    assert all(file.stat().st_size < max(30_000, largest) + 4_000 for file in files)
    names = [name for file in files for name in load_file(file)]
    assert len(names) == len(set(names)) == 3 + LAYERS * 9


def _own_memory() -> int:
    """Bytes of this process that are not pages of files."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) * 1024


def test_memory_holds_a_file_not_the_network(tmp_path: Path) -> None:
    """160 MB in four files, written in files of 20 MB."""
    weights = published_weights()
    wide = {name: w for name, w in weights.items() if "feed_forward.w1" not in name}
    source = publish(tmp_path / "published", wide, shards=1)
    for number in range(4):
        rows = {
            f"language_model.model.layers.{number * 10 + i}.feed_forward.w1.weight":
            torch.zeros(1_000_000)
            for i in range(10)
        }  # fmt: skip
        save_file(rows, source / f"more-{number}.safetensors")
    start, peak, is_done = _own_memory(), 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_done.wait(0.002):
            peak = max(peak, _own_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    with pytest.raises(ConversionError, match="do not fit"):
        convert(source, tmp_path / "base", file_bytes=20_000_000)
    is_done.set()
    watcher.join()

    written = (tmp_path / "base.unfinished").rglob("*.safetensors")
    assert sum(file.stat().st_size for file in written) > 160_000_000
    assert peak - start < 80_000_000


def test_a_missing_weight_is_named(tmp_path: Path) -> None:
    weights = published_weights()
    del weights["language_model.model.layers.1.ffn_norm.weight"]

    with pytest.raises(ConversionError, match=r"layers\.1\.post_attention"):
        convert(publish(tmp_path / "published", weights), tmp_path / "base")

    assert not (tmp_path / "base").exists()


def test_another_networks_weight_is_refused(tmp_path: Path) -> None:
    weights = published_weights() | {"language_model.lm_head.weight": torch.zeros(1)}

    with pytest.raises(UnknownWeightError, match="lm_head"):
        convert(publish(tmp_path / "published", weights), tmp_path / "base")


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    source = publish(tmp_path / "published", published_weights())
    (tmp_path / "base").mkdir()

    with pytest.raises(ConversionError, match="exists"):
        convert(source, tmp_path / "base")


def test_gaps_among_added_tokens_are_refused(tmp_path: Path) -> None:
    source = publish(tmp_path / "published", published_weights())
    beyond = VOCABULARY + len(ADDED_TOKENS) + 1
    (source / "added_tokens.json").write_text(json.dumps({"<x>": beyond}))

    with pytest.raises(TokenizerError, match="<x>"):
        convert(source, tmp_path / "base")


def test_shapes_come_from_the_publication(tmp_path: Path) -> None:
    source = publish(tmp_path / "published", published_weights())

    config = convert(source, tmp_path / "base")

    assert config.language.rope_theta == 1e6
    assert config.language.key_head_count == 2
    assert config.spatial.tokens_per_tile == tiny_config().spatial.tokens_per_tile
