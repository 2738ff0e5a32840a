"""How much memory a process used at most."""

from pathlib import Path


def peak_mb(process: int | str = "self") -> float:
    """Of this process alone: ru_maxrss would begin with the parent's."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
