"""Runs a checkpoint that brings its own code, for the subprocess engine.

Started as `PYTHON remote_code.py` with the Python (3.10 or later) of an environment
made from requirements-remote-code.txt. It imports nothing of this project, so that the
environment may be as old as the checkpoint's code. docs/generation.md has the protocol.
"""

import hashlib
import importlib
import json
import os
import queue
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from importlib.metadata import distributions, packages_distributions
from pathlib import Path
from typing import Any

Message = dict[str, Any]

PROTOCOL = 1
IMAGE_SIDE = 448
MERGED_FRAMES = 4
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
# The packages whose versions are told.
TOLD = (
    *("accelerate", "decord", "einops", "flash-attn", "numpy", "peft", "pillow"),
    *("sentencepiece", "timm", "tokenizers", "torch", "torchvision", "transformers"),
)
KEPT: list[Any] = []  # only kept alive do declarations hold


def main() -> None:
    # Whatever a library prints must not pass for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    writer = None
    for message in lines_until_the_end():
        is_broken = False
        try:
            if message["do"] == "open":
                writer = ADAPTERS[message["adapter"]](message)
                answer = {"protocol": PROTOCOL, **writer.about()}
            else:
                answer = {"text": writer.write(message) if writer else None}
        except (ImportError, OSError, ValueError, KeyError, RuntimeError) as error:
            is_broken = is_device_broken(error)
            answer = {"protocol": PROTOCOL, "error": reason_of(error, message["do"])}
        answers.write(json.dumps({"id": message["id"], **answer}) + "\n")
        answers.flush()
        if is_broken:
            # Every later call would fail; the next request starts a new program.
            os._exit(1)


def lines_until_the_end() -> Iterator[Message]:
    """Messages; when the other side is gone, this process ends even in mid-work."""
    waiting: queue.SimpleQueue[Message] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            waiting.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


def is_device_broken(error: Exception) -> bool:
    """Whether the accelerator is lost for this process."""
    words = str(error).lower()
    signs = ("cuda error", "device-side assert", "cublas_status", "cudnn_status")
    return "out of memory" not in words and any(sign in words for sign in signs)


def reason_of(error: Exception, doing: str) -> dict[str, str]:
    """What passes (memory, a crash) and what does not (a wrong set-up or video)."""
    words = f"{type(error).__name__}: {error}"[:300]
    if "out of memory" in words.lower():
        return {"reason": "out_of_memory", "message": "Memory is short for one video."}
    if doing == "open" or isinstance(error, (ImportError, KeyError)):
        return {"reason": "misconfigured", "message": words}
    if isinstance(error, ValueError):
        return {"reason": "undecodable", "message": words}
    return {"reason": "crashed", "message": words}


class Writer(ABC):
    """Loads with transformers' Auto classes; adapters differ in how to ask."""

    def __init__(self, message: Message) -> None:
        import torch

        let_torchvision_load(torch)
        import transformers

        self.torch = torch
        self.decoding = message["decoding"]
        self.device = device_of(torch, message["devices"])
        dtype = getattr(torch, message["dtype"])
        self.tokenizer, network = self.load(transformers, message["checkpoint"], dtype)
        self.network = network.eval().to(self.device)
        self.versions = (
            f"transformers {transformers.__version__}, torch {torch.__version__}"
        )

    def load(
        self,
        transformers: Any,  # noqa: ANN401 - loaded late
        folder: str,
        dtype: Any,  # noqa: ANN401
    ) -> tuple[Any, Any]:
        """Tokenizer and network."""
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            folder, trust_remote_code=True
        )
        network = transformers.AutoModel.from_pretrained(
            folder, trust_remote_code=True, torch_dtype=dtype
        )
        return tokenizer, network

    def about(self) -> Message:
        return {
            "program": "remote_code, " + self.versions,
            "device": self.device,
            **surroundings_of(self.torch, self.device),
        }

    def write(self, message: Message) -> str:
        self.torch.manual_seed(message["seed"])
        with self.torch.inference_mode():
            return self.chat(pictures_of(message["frames"]), words_of(message))

    def options(self) -> dict[str, Any]:
        """How to choose words, in the names of `generate`."""
        count = self.decoding["max_new_tokens"] + self.decoding["reasoning_tokens"]
        if self.decoding["temperature"] <= 0:
            return {"max_new_tokens": count, "do_sample": False}
        return {
            "max_new_tokens": count,
            "do_sample": True,
            "temperature": self.decoding["temperature"],
            "top_p": self.decoding["top_p"],
        }

    @abstractmethod
    def chat(self, pictures: list[Any], words: str) -> str:
        """The model's answer; each repository's own `chat` differs."""


class MiniCPMV(Writer):
    """MiniCPM-V 2.6: pictures and words in one message, one slice a picture."""

    def chat(self, pictures: list[Any], words: str) -> str:
        options = self.options()
        answer = self.network.chat(
            image=None,
            msgs=[{"role": "user", "content": [*pictures, words]}],
            tokenizer=self.tokenizer,
            sampling=options.pop("do_sample"),
            use_image_id=False,
            max_slice_nums=1,
            **options,
        )
        return str(answer)


class InternVL(Writer):
    """InternVL2 and 2.5: one tile a picture, each named in the question."""

    def chat(self, pictures: list[Any], words: str) -> str:
        tiles = squares_of(self.torch, pictures, IMAGE_SIDE)
        names = "".join(f"Frame{n + 1}: <image>\n" for n in range(len(pictures)))
        answer = self.network.chat(
            self.tokenizer,
            tiles.to(self.device, self.network.dtype),
            names + words,
            self.options(),
            num_patches_list=[1] * len(pictures),
        )
        return str(answer)


class InternVideo(InternVL):
    """InternVideo2.5: as InternVL, but its network merges the frames four by four."""

    def chat(self, pictures: list[Any], words: str) -> str:
        lacking = -len(pictures) % MERGED_FRAMES
        return super().chat([*pictures, *pictures[-1:] * lacking], words)


class VideoChatTPO(Writer):
    """VideoChat-TPO (arXiv:2412.19326) in conversation, as its authors' demo asks it.

    Its heads for time, place and masks answer other tasks and are not built; the tokens
    that call them are never chosen.
    """

    FRAMES = 16
    SIDE = 224
    QUERIES = 96
    # What the network asks its tokenizer for; the words stand in the checkpoint.
    HEADS: dict[str, str] = {
        "box_start_token": "<box_begin>",
        "time_start_token": "<time_begin>",
        "temp_token": "<temp>",
        "box_token": "<boxes>",
        "track_start_token": "<track_begin>",
        "track_token": "<tracking>",
        "track_box_token": "<track_box>",
    }
    WORDS = 30522
    # It asks the hub for the shapes of its parts, one of which is gated. The weights
    # are in the checkpoint; a folder of the same name is taken instead of the hub.
    PARTS: dict[str, Message] = {
        "mistralai/Mistral-7B-Instruct-v0.3": {
            "model_type": "mistral",
            "architectures": ["MistralForCausalLM"],
            "hidden_size": 4096,
            "intermediate_size": 14336,
            "max_position_embeddings": 32768,
            "num_attention_heads": 32,
            "num_hidden_layers": 32,
            "num_key_value_heads": 8,
            "rms_norm_eps": 1e-05,
            "rope_theta": 1000000.0,
            "sliding_window": None,
            "vocab_size": 32768,
        },
        "bert-base-uncased": {"model_type": "bert", "vocab_size": WORDS},
    }

    def load(
        self,
        transformers: Any,  # noqa: ANN401 - loaded late
        folder: str,
        dtype: Any,  # noqa: ANN401
    ) -> tuple[Any, Any]:
        self.write_parts()
        # The class that the checkpoint names is in its authors' repository.
        tokenizer = transformers.LlamaTokenizer.from_pretrained(folder)
        for name, word in self.HEADS.items():
            setattr(tokenizer, name, tokenizer.convert_tokens_to_ids(word))
        config = transformers.AutoConfig.from_pretrained(folder, trust_remote_code=True)
        config.build_decoder = False
        network = transformers.AutoModel.from_pretrained(
            folder,
            config=config,
            trust_remote_code=True,
            torch_dtype=dtype,
            _tokenizer=tokenizer,
        )
        return tokenizer, network.to(dtype)

    def write_parts(self) -> None:
        """Write the parts' shapes into the working folder, which is our own."""
        for name, shape in self.PARTS.items():
            Path(name).mkdir(parents=True, exist_ok=True)
            Path(name, "config.json").write_text(json.dumps(shape), encoding="utf-8")
        # Of this tokenizer the number of words alone matters: nothing is ever split.
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        words += [f"[unused{n}]" for n in range(self.WORDS - len(words))]
        vocabulary = Path("bert-base-uncased", "vocab.txt")
        vocabulary.write_text("\n".join(words), encoding="utf-8")

    def chat(self, pictures: list[Any], words: str) -> str:
        if len(pictures) > self.FRAMES:
            raise ValueError(f"The model takes {self.FRAMES} frames at most.")
        lacking = self.FRAMES - len(pictures)
        frames = [*pictures, *pictures[-1:] * lacking]
        video = squares_of(self.torch, frames, self.SIDE)[None]
        ids, is_video = self.asked(words)
        embedded = self.network.pad_text_embeds(
            input_ids=ids,
            video=video.to(self.device, self.network.dtype),
            video_idx=is_video,
        )
        (answer,) = self.network.lm.generate(
            inputs_embeds=embedded,
            attention_mask=self.torch.ones_like(ids),
            suppress_tokens=[getattr(self.tokenizer, name) for name in self.HEADS],
            pad_token_id=self.tokenizer.pad_token_id,
            **self.options(),
        )
        return str(self.tokenizer.decode(answer, skip_special_tokens=True))

    def asked(self, words: str) -> tuple[Any, Any]:
        """(1, tokens) ids, and which of them stand for the video.

        Each part begins as a text of its own, as the authors' tokenizer has it.
        """
        before, after, question = (
            self.tokenizer(part, return_tensors="pt").input_ids[0]
            for part in (
                "[INST] <Video>",
                "</Video>[/INST]",
                f" [INST] {words} [/INST] ",
            )
        )
        places = self.torch.zeros(self.QUERIES, dtype=self.torch.long)
        ids = self.torch.cat([before, places, after, question])
        is_video = self.torch.zeros(len(ids), dtype=self.torch.bool)
        is_video[len(before) : len(before) + self.QUERIES] = True
        return ids[None].to(self.device), is_video[None].to(self.device)


ADAPTERS: dict[str, Callable[[Message], Writer]] = {
    "minicpm_v": MiniCPMV,
    "internvl": InternVL,
    "internvideo": InternVideo,
    "videochat_tpo": VideoChatTPO,
}


def squares_of(torch: Any, pictures: list[Any], side: int) -> Any:  # noqa: ANN401
    """(pictures, 3, side, side), normalised as ImageNet is."""
    import numpy as np

    squares = [picture.resize((side, side), resample=3) for picture in pictures]
    values = np.stack([np.asarray(square, dtype=np.float32) for square in squares])
    normal = (values / 255 - IMAGENET_MEAN) / IMAGENET_STD
    return torch.from_numpy(normal.transpose(0, 3, 1, 2).copy()).float()


def let_torchvision_load(torch: Any) -> None:  # noqa: ANN401 - loaded late
    """Declare what a torchvision built for CUDA misses beside a torch without it."""
    if torch.version.cuda is None:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(
                f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
            )
        KEPT.append(library)


def device_of(torch: Any, devices: list[str]) -> str:  # noqa: ANN401 - loaded late
    if devices:
        return devices[0]
    return "cuda:0" if torch.cuda.is_available() else "cpu"


def check(names: list[str]) -> None:
    """Import what the named packages bring, and say what is installed."""
    import torch

    let_torchvision_load(torch)
    brought = packages_distributions()
    for name in names:
        modules = [m for m, by in brought.items() if plain(name) in map(plain, by)]
        public = sorted(m for m in modules if not m.startswith("_") and "." not in m)
        if not public:
            raise ImportError(f"{name} is not installed.")
        importlib.import_module(public[0])
    told = surroundings_of(torch, "cpu")
    told["python"] = sys.version.split()[0]
    sys.stdout.write(json.dumps({**told, "installed": versions_of_all()}) + "\n")


def plain(name: str) -> str:
    return name.lower().replace("_", "-")


def versions_of_all() -> dict[str, str]:
    return {plain(str(one.metadata["Name"])): one.version for one in distributions()}


def surroundings_of(torch: Any, device: str) -> Message:  # noqa: ANN401
    """Of all that is installed: a hash, and the versions that answers depend on."""
    installed = versions_of_all()
    listing = "".join(f"{name}=={installed[name]}\n" for name in sorted(installed))
    on_gpu = device.startswith("cuda")
    return {
        "packages": {name: installed[name] for name in TOLD if name in installed},
        "environment": hashlib.sha256(listing.encode()).hexdigest(),
        "cuda": torch.version.cuda or "",
        "gpu": torch.cuda.get_device_name(device) if on_gpu else "",
    }


def pictures_of(frames: Message) -> list[Any]:
    """The frames as pictures; see the protocol for how they lie in the file."""
    from PIL import Image

    size = (frames["width"], frames["height"])
    pixels = Path(frames["file"]).read_bytes()
    step = size[0] * size[1] * 3
    return [
        Image.frombytes("RGB", size, pixels[n * step : (n + 1) * step])
        for n in range(frames["count"])
    ]


def words_of(message: Message) -> str:
    if message["system"]:
        return f"{message['system']}\n{message['prompt']}"
    return str(message["prompt"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["check"]:
        check(sys.argv[2:])
    else:
        main()
