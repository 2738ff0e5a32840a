"""Tries a checkpoint in a process of its own: are the weights whole, does it see?

Run as `python -m generation.engines.trial_process FOLDER [FAMILY]`; the last line on
standard output is JSON. Without a family, only the weights are looked at.
"""

import json
import sys
from pathlib import Path

from safetensors import SafetensorError, safe_open

from corpus.media.strips import Frames
from generation.engines.base import Request

_FRAMES = 8
_SIDE = 224


def main() -> None:
    folder, family_name = Path(sys.argv[1]), "".join(sys.argv[2:])
    problems = [*_torn_files(folder)]
    processor = ""
    try:
        processor = _fed_processor(folder, family_name) if family_name else ""
    # Each file that lacks or does not fit has its own way to show.
    except (OSError, ValueError, ImportError, LookupError, AttributeError) as error:
        words = " ".join(str(error).split())[:200]
        problems.append(f"The processor does not take a video: {words}")
    sys.stdout.write(f"\n{json.dumps([processor, problems])}\n")


def _torn_files(folder: Path) -> list[str]:
    """Weights whose header does not fit their length."""
    problems = []
    for path in sorted(folder.rglob("*.safetensors")):
        try:
            with safe_open(path, "np") as file:
                file.keys()
        except SafetensorError as error:
            problems.append(f"{path.relative_to(folder)} is damaged: {error}.")
    return problems


def _fed_processor(folder: Path, family_name: str) -> str:
    """The name of the processor, which has taken a gray video as in a round."""
    import model  # noqa: F401 - lets torchvision load beside a CPU torch

    # isort: split

    import numpy as np
    import transformers

    from generation.engines.families import FAMILIES
    from generation.engines.inputs import InputMaker

    transformers.utils.logging.set_verbosity_error()
    processor = transformers.AutoProcessor.from_pretrained(
        folder, local_files_only=True
    )
    kind = FAMILIES[family_name]
    count = kind.frame_count or _FRAMES
    image = np.full((_SIDE, _SIDE, 3), 128, dtype=np.uint8)
    video = Frames(
        images=(image,) * count,
        indices=tuple(range(count)),
        timestamps=tuple(float(second) for second in range(count)),
        source_fps=1.0,
        duration=float(count),
        source_frame_count=count,
    )
    InputMaker(processor, kind).inputs([Request("trial", video, "Hello.", None, 0)])
    return f"{type(processor).__name__} of transformers {transformers.__version__}"


if __name__ == "__main__":
    main()
