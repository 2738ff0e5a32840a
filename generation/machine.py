"""What this machine offers to a model, found without loading torch."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_QUERY = (
    "--query-gpu=name,memory.total,uuid,driver_version",
    "--format=csv,noheader,nounits",
)
_USE_QUERY = (
    "--query-gpu=name,memory.total,uuid,memory.used,utilization.gpu",
    "--format=csv,noheader,nounits",
)
_MIB = 1024**2
_ASK_S = 20.0
_MIB_PER_GIB = 1024
_KIB_PER_GIB = 1024**2


@dataclass(frozen=True)
class Device:
    """One accelerator.

    Attributes:
        name: As torch and `GENERATION_DEVICES` call it: "cuda:0".
        model: "NVIDIA H200".
    """

    name: str
    model: str
    memory_gib: float

    def __str__(self) -> str:
        return f"{self.name} ({self.model})"


@dataclass(frozen=True)
class Machine:
    """Accelerators with their memory in GiB, and the machine's own memory.

    Attributes:
        driver: Version of the accelerators' driver; empty without one.
    """

    gpu_names: tuple[str, ...]
    gpu_memory_gib: tuple[float, ...]
    memory_gib: float
    driver: str = ""

    @property
    def devices(self) -> tuple[Device, ...]:
        gpus = zip(self.gpu_names, self.gpu_memory_gib, strict=True)
        return tuple(Device(f"cuda:{n}", *gpu) for n, gpu in enumerate(gpus))

    def chosen(self, names: Sequence[str]) -> tuple[Device, ...]:
        """The named ones that are there, in that order; without names all."""
        there = {device.name: device for device in self.devices}
        return tuple(there[n] for n in names if n in there) if names else self.devices

    def __str__(self) -> str:
        if not self.gpu_names:
            return f"a processor with {self.memory_gib:.0f} GiB of memory, no GPU"
        kinds: dict[tuple[str, float], int] = {}
        for kind in zip(self.gpu_names, self.gpu_memory_gib, strict=True):
            kinds[kind] = kinds.get(kind, 0) + 1
        return " and ".join(
            f"{count} x {name} with {gib:.0f} GiB"
            for (name, gib), count in kinds.items()
        )


@lru_cache(maxsize=1)
def this_machine() -> Machine:
    """Asked for once a process."""
    lines = _ask_driver().splitlines()
    told = [[word.strip() for word in line.split(",")] for line in lines]
    gpus = _visible([gpu for gpu in told if len(gpu) == _QUERY[0].count(",") + 1])
    return Machine(
        gpu_names=tuple(name for name, *_ in gpus),
        gpu_memory_gib=tuple(float(mib) / _MIB_PER_GIB for _, mib, *_ in gpus),
        memory_gib=_memory_gib(),
        driver=gpus[0][3] if gpus else "",
    )


def _visible(gpus: list[list[str]]) -> list[list[str]]:
    """Those that this process may use: the driver's program tells of all.

    `CUDA_VISIBLE_DEVICES` gives numbers, or beginnings of names such as GPU-8f3a; the
    first that is unknown ends the list, as CUDA has it.
    """
    wanted = os.environ.get("CUDA_VISIBLE_DEVICES")
    if wanted is None:
        return gpus
    found = []
    for word in map(str.strip, wanted.split(",")):
        number = int(word) if word.isdecimal() else -1
        match = [
            gpu
            for n, gpu in enumerate(gpus)
            if n == number or (word.startswith("GPU-") and gpu[2].startswith(word))
        ]
        if not match:
            break
        found.append(match[0])
    return found


@dataclass(frozen=True)
class GpuUse:
    """What one GPU is doing now.

    Attributes:
        name: As torch calls it: "cuda:0".
        model: "NVIDIA H200".
        memory_bytes, used_bytes: In all, and taken by any program.
        busy_percent: Share of the last moments in which something ran, 0 to 100.
    """

    name: str
    model: str
    memory_bytes: int
    used_bytes: int
    busy_percent: int


def gpu_use() -> tuple[GpuUse, ...]:
    """Asks the driver anew; a GPU that tells no numbers (MIG) is left out."""
    told = [
        [word.strip() for word in line.split(",")]
        for line in _ask_driver(_USE_QUERY).splitlines()
    ]
    columns = _USE_QUERY[0].count(",") + 1
    found = []
    for number, gpu in enumerate(
        _visible([one for one in told if len(one) == columns])
    ):
        model, *numbers = gpu[0], gpu[1], *gpu[3:]
        if all(word.isdecimal() for word in numbers):
            total, used, busy = map(int, numbers)
            found.append(
                GpuUse(f"cuda:{number}", model, total * _MIB, used * _MIB, busy)
            )
    return tuple(found)


def _ask_driver(query: tuple[str, ...] = _QUERY) -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        reply = subprocess.run(  # noqa: S603 - the driver's own program, fixed words
            [program, *query],
            capture_output=True,
            text=True,
            timeout=_ASK_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return reply.stdout


def _memory_gib() -> float:
    """Of the machine, or of the container where that is less."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    total = next(int(line.split()[1]) for line in lines if line.startswith("MemTotal"))
    limit = Path("/sys/fs/cgroup/memory.max")
    words = limit.read_text(encoding="ascii").strip() if limit.is_file() else "max"
    machine_gib = total / _KIB_PER_GIB
    return machine_gib if words == "max" else min(machine_gib, int(words) / 1024**3)
