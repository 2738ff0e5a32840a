"""llama.cpp's own server on tiny random weights that see pictures.

Run as `python -m tests.generation.gguf_server FOLDER KEY`: it says its address, and
serves until its input ends. What it writes is noise; that it looks, is not.
"""

import sys
from pathlib import Path
from string import ascii_lowercase

import gguf
import numpy as np
import xllamacpp

_WIDTH, _INNER, _HEADS, _LAYERS = 32, 64, 4, 2
_PATCH, _SIDE = 14, 56
_WORDS = ("the", "dog", "so", "good", "wait", "lol")
_TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
_UNKNOWN, _CONTROL, _BYTE, _NORMAL = 2, 3, 6, 1


class _Writer:
    """A GGUF file whose matrices are drawn from a seed."""

    def __init__(self, path: Path, architecture: str, seed: int) -> None:
        self.file = gguf.GGUFWriter(str(path), architecture)
        self._noise = np.random.default_rng(seed)

    def draw(self, name: str, *shape: int) -> None:
        values = 0.3 * self._noise.standard_normal(shape)
        self.file.add_tensor(name, values.astype(np.float32))

    def linear(self, name: str, outputs: int, inputs: int) -> None:
        self.draw(f"{name}.weight", outputs, inputs)
        self.draw(f"{name}.bias", outputs)

    def norm(self, name: str, width: int, *, has_bias: bool = True) -> None:
        self.file.add_tensor(f"{name}.weight", np.ones(width, np.float32))
        if has_bias:
            self.file.add_tensor(f"{name}.bias", np.zeros(width, np.float32))

    def finish(self) -> None:
        self.file.write_header_to_file()
        self.file.write_kv_data_to_file()
        self.file.write_tensors_to_file()
        self.file.close()


def write_language_model(path: Path) -> None:
    """A Llama of two layers that knows the alphabet and a few words."""
    writer = _Writer(path, "llama", seed=0)
    file = writer.file
    file.add_context_length(8192)
    file.add_embedding_length(_WIDTH)
    file.add_block_count(_LAYERS)
    file.add_feed_forward_length(_INNER)
    file.add_head_count(_HEADS)
    file.add_head_count_kv(_HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_dimension_count(_WIDTH // _HEADS)
    file.add_chat_template(_TEMPLATE)
    vocabulary_size = _add_vocabulary(file)
    writer.draw("token_embd.weight", vocabulary_size, _WIDTH)
    writer.draw("output.weight", vocabulary_size, _WIDTH)
    writer.norm("output_norm", _WIDTH, has_bias=False)
    for layer in range(_LAYERS):
        block = f"blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.draw(f"{block}{name}.weight", _WIDTH, _WIDTH)
        writer.draw(f"{block}ffn_gate.weight", _INNER, _WIDTH)
        writer.draw(f"{block}ffn_up.weight", _INNER, _WIDTH)
        writer.draw(f"{block}ffn_down.weight", _WIDTH, _INNER)
        for name in ("attn_norm", "ffn_norm"):
            writer.norm(f"{block}{name}", _WIDTH, has_bias=False)
    writer.finish()


def _add_vocabulary(file: gguf.GGUFWriter) -> int:
    """Specials, bytes, words and letters, in SentencePiece's manner; how many."""
    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    types = [_UNKNOWN, _CONTROL, _CONTROL, *[_BYTE] * 256]
    pieces += ["\u2581", *(f"\u2581{word}" for word in _WORDS), *ascii_lowercase]
    types += [_NORMAL] * (len(pieces) - len(types))
    file.add_vocab_size(len(pieces))
    file.add_tokenizer_model("llama")
    file.add_token_list([piece.encode() for piece in pieces])
    file.add_token_scores([-float(place) for place in range(len(pieces))])
    file.add_token_types(types)
    file.add_bos_token_id(1)
    file.add_eos_token_id(2)
    return len(pieces)


def write_eyes(path: Path) -> None:
    """A picture encoder of two layers and a projector, in LLaVA's manner."""
    width, inner = _WIDTH // 2, _INNER // 2
    writer = _Writer(path, "clip", seed=1)
    file = writer.file
    for name in ("has_vision_encoder", "use_gelu"):
        file.add_bool(f"clip.{name}", val=True)
    file.add_string("clip.projector_type", "mlp")
    sizes = {
        "image_size": _SIDE,
        "patch_size": _PATCH,
        "embedding_length": width,
        "feed_forward_length": inner,
        "projection_dim": _WIDTH,
        "block_count": _LAYERS,
        "attention.head_count": 2,
    }
    for name, value in sizes.items():
        file.add_uint32(f"clip.vision.{name}", value)
    file.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    for name in ("mean", "std"):
        file.add_array(f"clip.vision.image_{name}", [0.5] * 3)
    writer.draw("v.patch_embd.weight", width, 3, _PATCH, _PATCH)
    writer.draw("v.class_embd", width)
    writer.draw("v.position_embd.weight", (_SIDE // _PATCH) ** 2 + 1, width)
    for name in ("v.pre_ln", "v.post_ln"):
        writer.norm(name, width)
    for layer in range(_LAYERS):
        block = f"v.blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            writer.linear(block + name, width, width)
        writer.linear(f"{block}ffn_up", inner, width)
        writer.linear(f"{block}ffn_down", width, inner)
        for name in ("ln1", "ln2"):
            writer.norm(block + name, width)
    writer.linear("mm.0", _WIDTH, width)
    writer.linear("mm.2", _WIDTH, _WIDTH)
    writer.finish()


def main() -> None:
    folder, key = Path(sys.argv[1]), sys.argv[2]
    write_language_model(folder / "tiny.gguf")
    write_eyes(folder / "eyes.gguf")
    settings = xllamacpp.CommonParams()
    settings.model.path = str(folder / "tiny.gguf")
    settings.mmproj.path = str(folder / "eyes.gguf")
    settings.n_ctx = 8192
    settings.n_parallel = 4
    settings.cpuparams.n_threads = 1
    settings.warmup = False
    settings.api_keys = [key]
    settings.port = 0
    server = xllamacpp.Server(settings)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
