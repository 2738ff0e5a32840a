"""What this machine offers to a model, found without loading torch."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_QUERY = ("--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
_ASK_S = 20.0
_MIB_PER_GIB = 1024
_KIB_PER_GIB = 1024**2


@dataclass(frozen=True)
class Machine:
    """Accelerators with their memory in GiB, and the machine's own memory."""

    gpu_names: tuple[str, ...]
    gpu_memory_gib: tuple[float, ...]
    memory_gib: float

    def room_gib(self, devices: Sequence[str] = ()) -> float:
        """The most that a model may need, spread over these accelerators or all."""
        if not self.gpu_names:
            return self.memory_gib
        gpus = enumerate(self.gpu_memory_gib)
        return sum(gib for n, gib in gpus if not devices or f"cuda:{n}" in devices)

    def __str__(self) -> str:
        if not self.gpu_names:
            return f"a processor with {self.memory_gib:.0f} GiB of memory, no GPU"
        names = " and ".join(sorted(set(self.gpu_names)))
        count = len(self.gpu_names)
        return f"{count} x {names}, {self.room_gib():.0f} GiB in all"


@lru_cache(maxsize=1)
def this_machine() -> Machine:
    """Asked for once a process."""
    gpus = [line.rsplit(",", 1) for line in _ask_driver().splitlines() if "," in line]
    return Machine(
        gpu_names=tuple(name.strip() for name, _ in gpus),
        gpu_memory_gib=tuple(float(mib) / _MIB_PER_GIB for _, mib in gpus),
        memory_gib=_memory_gib(),
    )


def _ask_driver() -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        reply = subprocess.run(  # noqa: S603 - the driver's own program, fixed words
            [program, *_QUERY],
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
