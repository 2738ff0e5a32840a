"""A tiny checkpoint that brings its own code, in the style of InternVL2.

Its network is real, if small: pixels and words go through weights from a file.
"""

import json
from pathlib import Path

_CODE = """
import os
import sys

import torch
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel


class TinyConfig(PretrainedConfig):
    model_type = "tiny_remote"


class TinyChat(PreTrainedModel):
    config_class = TinyConfig
    all_tied_weights_keys = {}

    def __init__(self, config):
        super().__init__(config)
        self.sees = nn.Linear(3, 16)
        self.says = nn.Linear(16, 16)
        self.post_init()

    def chat(self, tokenizer, pixel_values, question, generation_config,
             num_patches_list=None):
        assert sum(num_patches_list) == len(pixel_values)
        if "crash" in question:
            raise RuntimeError("CUDA out of memory. Tried to allocate 99 GiB")
        print("Loading pictures: 100%")
        if len(pixel_values) > 2 and len(pixel_values.unique(dim=0)) == 2:
            sys.stderr.write("no kernel for so short a video\\n")
            os._exit(3)
        state = self.sees(pixel_values.mean(dim=(0, 2, 3)))
        words = [str(question.count("<image>")), "frames"]
        for _ in range(generation_config["max_new_tokens"]):
            scores = self.says(state)
            if generation_config["do_sample"]:
                choice = torch.multinomial((5 * scores).softmax(-1), 1)[0]
            else:
                choice = scores.argmax()
            words.append(tokenizer.decode([int(choice) + 5]))
            state = torch.tanh(state + nn.functional.one_hot(choice, 16))
        return " ".join(words)
"""


def build_remote(folder: Path) -> Path:
    """Write the folder: config, code, weights, tokenizer."""
    import torch
    from safetensors.torch import save_file

    from tests.tiny_checkpoints import plain_tokenizer

    folder.mkdir(parents=True)
    plain_tokenizer().save_pretrained(folder)
    config = {
        "model_type": "tiny_remote",
        "architectures": ["TinyChat"],
        "auto_map": {
            "AutoConfig": "tiny_remote.TinyConfig",
            "AutoModel": "tiny_remote.TinyChat",
        },
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tiny_remote.py").write_text(_CODE, encoding="utf-8")
    generator = torch.Generator().manual_seed(0)
    shapes = {
        "sees.weight": (16, 3),
        "sees.bias": (16,),
        "says.weight": (16, 16),
        "says.bias": (16,),
    }
    weights = {
        name: 2 * torch.randn(shape, generator=generator)
        for name, shape in shapes.items()
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder
