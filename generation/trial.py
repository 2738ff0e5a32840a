"""A checkpoint tried in a child process, so that whatever it does harms nobody."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from generation.registry import Entry

_PROJECT = Path(__file__).resolve().parents[1]
_TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Trial:
    """What came of it.

    Attributes:
        processor: Name and version of the processor that took a video; empty for
            engines whose processor is not ours.
        problems: What is wrong with the checkpoint.
        left_out: Why nothing was tried; empty where it was.
    """

    processor: str = ""
    problems: tuple[str, ...] = ()
    left_out: str = ""


def try_checkpoint(entry: Entry, folder: Path) -> Trial:
    """Open a checkpoint's weights; give its processor, if it is ours, a video."""
    # A fine-tune's folder holds an adapter; the processor is with its base.
    is_whole = entry.engine == "transformers" and "base" not in entry.options
    family = [str(entry.options["family"])] if is_whole else []
    needed = ["safetensors", *(entry.kind.modules if family else ())]
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        return Trial(left_out=f"{', '.join(missing)} is not installed")
    command = [
        sys.executable,
        "-m",
        "generation.engines.trial_process",
        str(folder),
        *family,
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            cwd=_PROJECT,
            env=os.environ | {"HF_HUB_OFFLINE": "1"},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Trial(problems=(f"The trial did not end within {_TIMEOUT_S:g} s.",))
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        return Trial(problems=(f"The trial died: {last[0][:300]}",))
    processor, problems = json.loads(done.stdout.splitlines()[-1])
    return Trial(processor, tuple(problems))
