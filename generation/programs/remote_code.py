"""Runs a checkpoint that brings its own code, for the subprocess engine.

Started as `PYTHON remote_code.py` with the Python (3.10 or later) of an environment
made from requirements-remote-code.txt. It imports nothing of this project, so that the
environment may be as old as the checkpoint's code. docs/generation.md has the protocol.
"""

import json
import os
import queue
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Message = dict[str, Any]

PROTOCOL = 1
IMAGE_SIDE = 448
MERGED_FRAMES = 4
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
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

        folder = message["checkpoint"]
        self.torch = torch
        self.decoding = message["decoding"]
        self.device = device_of(torch, message["devices"])
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(
            folder, trust_remote_code=True
        )
        network = transformers.AutoModel.from_pretrained(
            folder,
            trust_remote_code=True,
            torch_dtype=getattr(torch, message["dtype"]),
        )
        self.network = network.eval().to(self.device)
        self.versions = (
            f"transformers {transformers.__version__}, torch {torch.__version__}"
        )

    def about(self) -> dict[str, str]:
        return {"program": "remote_code, " + self.versions, "device": self.device}

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
        tiles = self.torch.stack([self.tile(picture) for picture in pictures])
        names = "".join(f"Frame{n + 1}: <image>\n" for n in range(len(pictures)))
        answer = self.network.chat(
            self.tokenizer,
            tiles.to(self.device, self.network.dtype),
            names + words,
            self.options(),
            num_patches_list=[1] * len(pictures),
        )
        return str(answer)

    def tile(self, picture: Any) -> Any:  # noqa: ANN401 - loaded late
        """(3, side, side), normalised as ImageNet is."""
        import numpy as np

        square = picture.resize((IMAGE_SIDE, IMAGE_SIDE), resample=3)
        values = np.asarray(square, dtype=np.float32) / 255
        normal = (values - IMAGENET_MEAN) / IMAGENET_STD
        return self.torch.from_numpy(normal.transpose(2, 0, 1).copy()).float()


class InternVideo(InternVL):
    """InternVideo2.5: as InternVL, but its network merges the frames four by four."""

    def chat(self, pictures: list[Any], words: str) -> str:
        lacking = -len(pictures) % MERGED_FRAMES
        return super().chat([*pictures, *pictures[-1:] * lacking], words)


ADAPTERS: dict[str, Callable[[Message], Writer]] = {
    "minicpm_v": MiniCPMV,
    "internvl": InternVL,
    "internvideo": InternVideo,
}


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
    main()
