"""A tiny checkpoint with the signatures of VideoChat-TPO's own code.

Its language model is real, if small; frames and words go through weights from a file.
"""

import io
import json
from pathlib import Path
from typing import Any

_QUERIES = 96
_HEADS = (
    "<box_begin>", "<time_begin>", "<temp>", "<boxes>", "<track_begin>", "<tracking>",
    "<track_box>",
)  # fmt: skip
_LANGUAGE = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
_CODE = """
import torch
from torch import nn
from transformers import (
    AutoConfig, BertTokenizer, MistralConfig, MistralForCausalLM, PretrainedConfig,
    PreTrainedModel,
)


class TinyTPOConfig(PretrainedConfig):
    model_type = "tiny_tpo"

    def __init__(self, language=None, **kwargs):
        super().__init__(**kwargs)
        self.language = language


class TinyTPO(PreTrainedModel):
    config_class = TinyTPOConfig
    all_tied_weights_keys = {}

    def __init__(self, config, _tokenizer=None):
        super().__init__(config)
        # The heads need repositories of their own.
        assert config.build_decoder is False
        self.tokenizer = _tokenizer
        published = AutoConfig.from_pretrained("mistralai/Mistral-7B-Instruct-v0.3")
        assert (published.hidden_size, published.num_key_value_heads) == (4096, 8)
        words = BertTokenizer.from_pretrained("bert-base-uncased")
        assert len(words) == 30522
        language = MistralConfig(vocab_size=len(_tokenizer), **config.language)
        self.lm = MistralForCausalLM(language)
        self.sees = nn.Linear(3 * 16, 96 * language.hidden_size)
        self.post_init()

    def pad_text_embeds(self, input_ids=None, image=None, video=None,
                        return_visual=False, video_idx=None, image_idx=None):
        assert video.shape[1:] == (16, 3, 224, 224)
        assert int(video_idx.sum()) == 96 and not input_ids[video_idx].any()
        embedded = self.lm.get_input_embeddings()(input_ids).detach()
        seen = self.sees(video.mean(dim=(3, 4)).flatten(1))
        embedded[video_idx] = seen.reshape(96, -1).to(embedded.dtype)
        for name in ("box_token", "temp_token", "track_token", "track_box_token"):
            assert not (input_ids == getattr(self.tokenizer, name)).any()
        return embedded
"""


def build_tpo(folder: Path) -> Path:
    """Write the folder: config, code, weights, a sentencepiece tokenizer."""
    import torch
    from safetensors.torch import save_file
    from transformers import MistralConfig, MistralForCausalLM

    folder.mkdir(parents=True)
    vocabulary = _write_tokenizer(folder)
    config = {
        "model_type": "tiny_tpo",
        "architectures": ["TinyTPO"],
        "auto_map": {
            "AutoConfig": "tiny_tpo.TinyTPOConfig",
            "AutoModel": "tiny_tpo.TinyTPO",
        },
        "build_decoder": True,
        "language": _LANGUAGE,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tiny_tpo.py").write_text(_CODE, encoding="utf-8")
    torch.manual_seed(0)
    sizes: dict[str, Any] = _LANGUAGE
    language = MistralForCausalLM(MistralConfig(vocab_size=vocabulary, **sizes))
    weights = {f"lm.{name}": value for name, value in language.state_dict().items()}
    weights |= {
        "sees.weight": torch.randn(_QUERIES * sizes["hidden_size"], 3 * 16),
        "sees.bias": torch.zeros(_QUERIES * sizes["hidden_size"]),
    }
    for value in weights.values():
        if value.ndim > 1:
            value.normal_(std=0.4)
    save_file(
        {name: value.contiguous() for name, value in weights.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    return folder


def _write_tokenizer(folder: Path) -> int:
    """Sentencepiece, and behind it the words of the heads; the number of all words."""
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["Write the one comment.", "so cute, love this song"]),
        model_writer=model,
        vocab_size=64,
        hard_vocab_limit=False,
        byte_fallback=False,
        character_coverage=1.0,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
    )
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    own = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    first = own.get_piece_size()
    plain = {"lstrip": False, "rstrip": False, "single_word": False}
    added = {
        str(number): {"content": word, "normalized": False, "special": True, **plain}
        for number, word in enumerate(["<unk>", "<s>", "</s>"])
    } | {
        str(first + n): {"content": word, "normalized": True, "special": False, **plain}
        for n, word in enumerate(_HEADS)
    }
    settings = {
        "tokenizer_class": "MultimodalLlamaTokenizer",
        "add_bos_token": True,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "<unk>",
        "legacy": True,
        "added_tokens_decoder": added,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return first + len(_HEADS)
