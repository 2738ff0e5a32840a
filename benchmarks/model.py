"""How fast MIMIC-Chat trains and writes, beside the straightforward way, in one run.

    python -m benchmarks.model                               # nano, on the processor
    python -m benchmarks.model --network 8b                  # random weights, on a GPU
    python -m benchmarks.model --network 8b --depth 1 --batch 1 --steps 2

Straightforward: batches as they come, attention that writes its whole matrix, every
clip decoded when it is needed, one video at a time in generation. Ours: batches of like
length, fused attention, frames from the cache, generation in batches. One sequence a
clip: ours, with up to twelve examples about a clip in one sequence. All recompute
activations, have the same random weights and examples, and run by turns, each time in a
process of its own; the best round of each counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from typing import Any

import torch

from benchmarks.model_run import PER_CLIP, Work
from generation.machine import this_machine

# How each is called, and what tasks it does.
VARIANTS = {
    "straightforward": ("train", "generate"),
    "ours": ("train", "generate"),
    "one sequence a clip": ("train",),
}
_GIB, _TERA = 1024, 1e12


def main() -> None:
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        common = {
            "network": options.network,
            "depth": options.depth,
            "folder": folder,
            "batch": options.batch,
            "steps": options.steps,
            "comments": options.comments,
            "tokens": options.tokens,
        }
        depth = f", {options.depth} layers of each part" if options.depth else ""
        threads = (
            "" if torch.cuda.is_available() else f", {torch.get_num_threads()} threads"
        )
        print(f"machine: {this_machine()}{threads}")
        print(f"network: {options.network}{depth}, random weights")
        print(
            f"training: {options.steps * options.batch} examples, {PER_CLIP} a clip, "
            f"{options.batch} sequences a step; clips of 250 frames"
        )
        tasks = ["train"] + (["generate"] if options.comments else [])
        for task in tasks:
            best = _best(task, common, options)
            show = _show_training if task == "train" else _show_generation
            for variant, result in best.items():
                show(variant, result)
            first = next(iter(best))
            for variant, result in best.items():
                factor = _speed(result) / _speed(best[first])
                print(f"{variant}: {factor:.1f} times as fast as {first}")
            print()
        if options.profile:
            profile = Work("ours", "profile", **common)
            print(_run(profile)["profile"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--network", default="nano", help="8b, nano or a file")
    parser.add_argument("--depth", type=int, default=0, help="layers; 0: all")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument(
        "--steps", type=int, default=31, help="few leave little to group by length"
    )
    parser.add_argument("--comments", type=int, default=32, help="0: no generation")
    parser.add_argument("--tokens", type=int, default=30, help="of each comment")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=[*VARIANTS])
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    return parser


def _best(
    task: str, common: dict[str, Any], options: argparse.Namespace
) -> dict[str, dict[str, Any]]:
    """The fastest round of each; they take turns, as others may use the machine."""
    best: dict[str, dict[str, Any]] = {}
    variants = [name for name in options.variants if task in VARIANTS[name]]
    for _ in range(options.rounds):
        for variant in variants:
            result = _run(Work(variant, task, **common))
            if variant not in best or _speed(result) > _speed(best[variant]):
                best[variant] = result
    return best


def _run(work: Work) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.model_run", json.dumps(asdict(work))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _speed(result: dict[str, Any]) -> float:
    """Samples or comments in a second of work; on a GPU that is the clock's."""
    done = result.get("samples", result.get("comments", 0))
    return float(done / result["busy_seconds"])


def _by_clock(result: dict[str, Any]) -> str:
    """Where others use the processor too, the clock says something else."""
    if torch.cuda.is_available():
        return ""
    share = result["busy_seconds"] / result["seconds"]
    return f" of processor time ({_speed(result) * share:.2f} by the clock)"


def _show_training(variant: str, result: dict[str, Any]) -> None:
    seconds = result["busy_seconds"]
    rate = result["flops"] / seconds
    padded = 100 * (1 - result["tokens"] / result["places"])
    print(f"{variant}: training")
    print(f"  samples a second      {_speed(result):10.2f}{_by_clock(result)}")
    print(f"  tokens a second       {result['tokens'] / seconds:10.0f}")
    print(f"  padding               {padded:10.1f} % of the places")
    print(
        f"  FLOP utilisation      {100 * rate / result['peak_flops']:10.1f} % "
        f"({rate / _TERA:.3f} of {result['peak_flops'] / _TERA:.3f} TFLOP/s, the best "
        "product of large matrices in this run)"
    )
    print(f"  memory                {result['memory_mb'] / _GIB:10.2f} GiB")


def _show_generation(variant: str, result: dict[str, Any]) -> None:
    print(f"{variant}: generation")
    print(f"  comments a second     {_speed(result):10.2f}{_by_clock(result)}")
    print(f"  new tokens a second   {_speed(result) * result['tokens']:10.0f}")
    print(f"  memory                {result['memory_mb'] / _GIB:10.2f} GiB")


if __name__ == "__main__":
    main()
