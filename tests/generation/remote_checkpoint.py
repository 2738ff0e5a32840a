"""A tiny checkpoint that brings its own code, as InternVL2 and MiniCPM-V 2.6 do.

Its network is real, if small: pixels and words go through weights from a file.
"""

import json
from pathlib import Path

_CODE = """
import os
import sys

import numpy as np
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

{chat}
    def written(self, pixels, tokenizer, count, samples):
        if len(pixels) > 2 and len(pixels.unique(dim=0)) == 2:
            sys.stderr.write("no kernel for so short a video\\n")
            os._exit(3)
        state = self.sees(pixels.mean(dim=(0, 2, 3)))
        words = [str(len(pixels)), "frames"]
        for _ in range(count):
            scores = self.says(state)
            if samples:
                choice = torch.multinomial((5 * scores).softmax(-1), 1)[0]
            else:
                choice = scores.argmax()
            words.append(tokenizer.decode([int(choice) + 5]))
            state = torch.tanh(state + nn.functional.one_hot(choice, 16))
        return " ".join(words)
"""

# The signatures are those of the repositories.
_CHATS = {
    "internvl": """
    def chat(self, tokenizer, pixel_values, question, generation_config,
             num_patches_list=None):
        assert sum(num_patches_list) == len(pixel_values) == question.count("<image>")
        if "crash" in question:
            raise RuntimeError("CUDA out of memory. Tried to allocate 99 GiB")
        print("Loading pictures: 100%")
        return self.written(pixel_values, tokenizer,
                            generation_config["max_new_tokens"],
                            generation_config["do_sample"])
""",
    "internvideo": """
    def chat(self, tokenizer, pixel_values, question, generation_config, history=None,
             return_history=False, num_patches_list=None):
        assert sum(num_patches_list) == len(pixel_values) == question.count("<image>")
        merged = pixel_values.reshape(len(pixel_values) // 4, 4, 3, 448, 448)
        return self.written(merged.flatten(0, 1), tokenizer,
                            generation_config["max_new_tokens"],
                            generation_config["do_sample"])
""",
    "minicpm_v": """
    def chat(self, image, msgs, tokenizer, processor=None, vision_hidden_states=None,
             max_new_tokens=2048, min_new_tokens=0, sampling=True, max_inp_length=8192,
             system_prompt="", stream=False, max_slice_nums=None, use_image_id=None,
             **kwargs):
        assert image is None and use_image_id is False and max_slice_nums == 1
        (message,) = msgs
        *pictures, words = message["content"]
        assert message["role"] == "user" and isinstance(words, str)
        pixels = torch.stack([torch.from_numpy(np.array(p)) for p in pictures])
        # Noise is gray on average: only what differs from gray counts.
        pixels = pixels.permute(0, 3, 1, 2).to(self.dtype) - 127.5
        assert sampling == ("temperature" in kwargs)
        return self.written(pixels, tokenizer, max_new_tokens, sampling)
""",
}


def build_remote(folder: Path, style: str = "internvl") -> Path:
    """Write the folder: config, code in a repository's style, weights, tokenizer."""
    import torch
    from safetensors.torch import save_file

    from tests.specimens.checkpoints import plain_tokenizer

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
    (folder / "tiny_remote.py").write_text(
        _CODE.replace("{chat}", _CHATS[style]), encoding="utf-8"
    )
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
