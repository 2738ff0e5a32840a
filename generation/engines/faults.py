"""What an error of torch means: short memory, a broken accelerator, or the input."""

import gc
from pathlib import Path

import torch

from generation.engines.base import EngineError, Reason

# What CUDA and its libraries say once the context of a process is broken.
_BROKEN = (
    "cuda error",
    "device-side assert",
    "cublas_status",
    "cudnn_status",
    "nccl error",
    "hip error",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory was short, on an accelerator or on the machine."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    words = str(error).lower()
    return "out of memory" in words or "can't allocate memory" in words


def is_device_broken(error: BaseException) -> bool:
    """Whether nothing will work on the accelerator any more, in this process.

    A failed assertion or a bad address on the device spoils the process's context for
    good: every later call fails as well, whatever it is about.
    """
    if is_out_of_memory(error) or not isinstance(error, RuntimeError):
        return False
    words = str(error).lower()
    return isinstance(error, torch.AcceleratorError) or any(
        sign in words for sign in _BROKEN
    )


def device_error(error: BaseException) -> EngineError:
    """Says that the accelerator broke; the process should end."""
    first = str(error).partition("\n")[0][:200]
    message = f"The accelerator broke, and the worker restarts: {first}"
    return EngineError(Reason.DEVICE_BROKEN, message)


def load_error(folder: Path, error: Exception) -> EngineError:
    """Why a checkpoint could not be brought into memory."""
    if is_device_broken(error):
        return device_error(error)
    if is_out_of_memory(error):
        message = f"There is not enough memory to load {folder}."
        return EngineError(Reason.OUT_OF_MEMORY, message)
    message = f"The checkpoint in {folder} does not load: {error}"
    return EngineError(Reason.MISCONFIGURED, message)


def free_memory() -> None:
    """Give unused memory back, so that a smaller batch finds room."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
