"""InternVL2.5 with InternLM2 as its authors publish it: tiny, with random weights.

And what InternLM2 computes with them, written from its paper and published layout.
"""

import json
from pathlib import Path

import sentencepiece
import torch
from safetensors.torch import save_file
from sentencepiece import sentencepiece_model_pb2
from torch import Tensor
from torch.nn import functional

HIDDEN, HEADS, KEY_HEADS, LAYERS, INNER, VOCABULARY = 32, 4, 2, 2, 48, 320
WIDTH = HIDDEN // HEADS
THETA, EPS = 1e6, 1e-5
VISION_HIDDEN, VISION_LAYERS = 16, 2
# Pieces of tokenizer.model that have no meaning there; tokenizer_config.json alone says
# which chat tokens they became (92538 to 92543 in the real one).
PLACEHOLDERS = tuple(f"[UNUSED_TOKEN_{number}]" for number in range(141, 147))
CHAT_TOKENS = (
    "<|plugin|>",
    "<|interpreter|>",
    "<|action_end|>",
    "<|action_start|>",
    "<|im_end|>",
    "<|im_start|>",
)
# Past the end of tokenizer.model (from 92544 on in the real one).
ADDED_TOKENS = (
    "<img>",
    "</img>",
    "<IMG_CONTEXT>",
    "<quad>",
    "</quad>",
    "<ref>",
    "</ref>",
    "<box>",
    "</box>",
)
# With its number, every token that has a name of its own.
NAMED_TOKENS = {"<unk>": 0, "<s>": 1, "</s>": 2} | {
    token: VOCABULARY - len(CHAT_TOKENS) + place
    for place, token in enumerate((*CHAT_TOKENS, *ADDED_TOKENS))
}


def published_config() -> dict[str, object]:
    """config.json, without what nobody here reads."""
    return {
        "llm_config": {
            "architectures": ["InternLM2ForCausalLM"],
            "vocab_size": VOCABULARY + len(ADDED_TOKENS),
            "hidden_size": HIDDEN,
            "intermediate_size": INNER,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "num_key_value_heads": KEY_HEADS,
            "rope_theta": THETA,
            "rms_norm_eps": EPS,
            "rope_scaling": {"type": "dynamic", "factor": 2.0},
        },
        "vision_config": {
            "image_size": 28,
            "patch_size": 7,
            "hidden_size": VISION_HIDDEN,
            "num_hidden_layers": VISION_LAYERS,
            "num_attention_heads": 2,
            "intermediate_size": 32,
        },
    }


def published_weights() -> dict[str, Tensor]:
    """Every weight of the layout, by its published name."""
    generator = torch.Generator().manual_seed(0)
    shapes = _language_shapes() | _vision_shapes() | _projector_shapes()
    return {
        name: torch.randn(shape, generator=generator) * 0.3
        for name, shape in shapes.items()
    }


def publish(
    folder: Path,
    weights: dict[str, Tensor],
    *,
    shards: int = 2,
    adds_space: bool = False,
) -> Path:
    """Write a download: config, tokenizer and weights in several files."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(published_config()))
    names = sorted(weights)
    for shard in range(shards):
        part = {name: weights[name] for name in names[shard::shards]}
        file = f"model-{shard + 1:05d}-of-{shards:05d}.safetensors"
        save_file(part, folder / file)
    _train_tokenizer(folder, adds_space=adds_space)
    _name_tokens(folder)
    return folder


def _name_tokens(folder: Path) -> None:
    """What the tokenizer's other files say."""
    added = {token: NAMED_TOKENS[token] for token in reversed(ADDED_TOKENS)}
    (folder / "added_tokens.json").write_text(json.dumps(added))
    decoder = {
        str(number): {
            "content": token,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": True,
        }
        for token, number in NAMED_TOKENS.items()
    }
    config = {
        "added_tokens_decoder": decoder,
        "additional_special_tokens": ["<|im_start|>", "<|im_end|>", *ADDED_TOKENS],
        "auto_map": {"AutoTokenizer": ["tokenization_internlm2.InternLM2Tokenizer"]},
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "</s>",
        "tokenizer_class": "InternLM2Tokenizer",
        "unk_token": "<unk>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def internlm2_logits(weights: dict[str, Tensor], ids: Tensor) -> Tensor:
    """(batch, tokens) to (batch, tokens, vocabulary), in the published layout."""
    own = {
        name.removeprefix("language_model."): weight
        for name, weight in weights.items()
        if name.startswith("language_model.")
    }
    hidden = own["model.tok_embeddings.weight"][ids]
    for layer in range(LAYERS):
        at = f"model.layers.{layer}"
        normed = _rms_norm(hidden, own[f"{at}.attention_norm.weight"])
        hidden = hidden + _attention(
            normed, own[f"{at}.attention.wqkv.weight"], own[f"{at}.attention.wo.weight"]
        )
        normed = _rms_norm(hidden, own[f"{at}.ffn_norm.weight"])
        w1, w2, w3 = (own[f"{at}.feed_forward.w{i}.weight"] for i in (1, 2, 3))
        hidden = hidden + (functional.silu(normed @ w1.T) * (normed @ w3.T)) @ w2.T
    return _rms_norm(hidden, own["model.norm.weight"]) @ own["output.weight"].T


def _attention(hidden: Tensor, wqkv: Tensor, wo: Tensor) -> Tensor:
    """For each key head the fused rows hold its queries, then its key, its value."""
    batch, tokens, _ = hidden.shape
    groups = HEADS // KEY_HEADS
    fused = (hidden @ wqkv.T).view(batch, tokens, KEY_HEADS, groups + 2, WIDTH)
    query = fused[..., :groups, :].reshape(batch, tokens, HEADS, WIDTH)
    key, value = fused[..., -2, :], fused[..., -1, :]
    query, key = _rotated(query), _rotated(key)
    rows = []
    for head in range(HEADS):
        of_key = head // groups
        scores = query[:, :, head] @ key[:, :, of_key].mT / WIDTH**0.5
        later = torch.ones(tokens, tokens).triu(1).bool()
        share = scores.masked_fill(later, float("-inf")).softmax(-1)
        rows.append(share @ value[:, :, of_key])
    return torch.cat(rows, dim=-1) @ wo.T


def _rotated(heads: Tensor) -> Tensor:
    """RoPE in halves: (batch, tokens, heads, width)."""
    half = WIDTH // 2
    frequencies = 1 / THETA ** (torch.arange(half) / half)
    angles = torch.arange(heads.shape[1])[:, None] * frequencies
    cos, sin = angles.cos()[:, None], angles.sin()[:, None]
    one, two = heads[..., :half], heads[..., half:]
    return torch.cat([one * cos - two * sin, two * cos + one * sin], dim=-1)


def _rms_norm(hidden: Tensor, weight: Tensor) -> Tensor:
    return hidden / (hidden.square().mean(-1, keepdim=True) + EPS).sqrt() * weight


def _language_shapes() -> dict[str, tuple[int, ...]]:
    total = VOCABULARY + len(ADDED_TOKENS)
    shapes: dict[str, tuple[int, ...]] = {
        "model.tok_embeddings.weight": (total, HIDDEN),
        "model.norm.weight": (HIDDEN,),
        "output.weight": (total, HIDDEN),
    }
    for layer in range(LAYERS):
        at = f"model.layers.{layer}"
        shapes |= {
            f"{at}.attention.wqkv.weight": ((HEADS + 2 * KEY_HEADS) * WIDTH, HIDDEN),
            f"{at}.attention.wo.weight": (HIDDEN, HIDDEN),
            f"{at}.attention_norm.weight": (HIDDEN,),
            f"{at}.ffn_norm.weight": (HIDDEN,),
            f"{at}.feed_forward.w1.weight": (INNER, HIDDEN),
            f"{at}.feed_forward.w2.weight": (HIDDEN, INNER),
            f"{at}.feed_forward.w3.weight": (INNER, HIDDEN),
        }
    return {f"language_model.{name}": shape for name, shape in shapes.items()}


def _vision_shapes() -> dict[str, tuple[int, ...]]:
    width = VISION_HIDDEN
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.class_embedding": (1, 1, width),
        "embeddings.position_embedding": (1, 17, width),
        "embeddings.patch_embedding.weight": (width, 3, 7, 7),
        "embeddings.patch_embedding.bias": (width,),
    }
    for layer in range(VISION_LAYERS):
        at = f"encoder.layers.{layer}"
        shapes |= {
            f"{at}.attn.qkv.weight": (3 * width, width),
            f"{at}.attn.qkv.bias": (3 * width,),
            f"{at}.attn.proj.weight": (width, width),
            f"{at}.attn.proj.bias": (width,),
            f"{at}.ls1": (width,),
            f"{at}.ls2": (width,),
            f"{at}.mlp.fc1.weight": (32, width),
            f"{at}.mlp.fc1.bias": (32,),
            f"{at}.mlp.fc2.weight": (width, 32),
            f"{at}.mlp.fc2.bias": (width,),
        }
        for norm in ("norm1", "norm2"):
            shapes |= {f"{at}.{norm}.{kind}": (width,) for kind in ("weight", "bias")}
    return {f"vision_model.{name}": shape for name, shape in shapes.items()}


def _projector_shapes() -> dict[str, tuple[int, ...]]:
    width = 4 * VISION_HIDDEN
    return {
        "mlp1.0.weight": (width,),
        "mlp1.0.bias": (width,),
        "mlp1.1.weight": (HIDDEN, width),
        "mlp1.1.bias": (HIDDEN,),
        "mlp1.3.weight": (HIDDEN, HIDDEN),
        "mlp1.3.bias": (HIDDEN,),
    }


def _train_tokenizer(folder: Path, *, adds_space: bool) -> None:
    words = ["so cute", "haha this cat", "what a video", "你好 可爱", "first comment"]
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(words * 50), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=VOCABULARY - len(PLACEHOLDERS),
        model_type="bpe",
        byte_fallback=True,
        character_coverage=1.0,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        add_dummy_prefix=adds_space,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
    )
    corpus.unlink()
    file = folder / "tokenizer.model"
    published = sentencepiece_model_pb2.ModelProto  # type: ignore[attr-defined]
    pieces = published.FromString(file.read_bytes())
    for name in PLACEHOLDERS:
        pieces.pieces.add(
            piece=name, score=0.0, type=pieces.SentencePiece.Type.USER_DEFINED
        )
    file.write_bytes(pieces.SerializeToString())
