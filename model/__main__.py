"""Tell what a network consists of.

python -m model summary 8b|nano|CONFIG.toml [--json]
"""

import argparse
import json
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from model.plain_values import ConfigError
from model.sizes import config_of
from model.summary import Summary, summarise

_GIB = 1024**3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m model", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    summary = commands.add_parser("summary", help="parts, parameters, memory")
    summary.add_argument("config", help="8b, nano, or a .toml or .json file")
    summary.add_argument("--json", action="store_true", help="for programs")
    arguments = parser.parse_args()
    try:
        result = summarise(config_of(arguments.config))
    except (ConfigError, ValueError) as error:
        parser.exit(1, f"{error}\n")
    if arguments.json:
        print(json.dumps(asdict(result), indent=2))
    else:
        _print(result)


def _print(summary: Summary) -> None:
    table = Table(title=f"MIMIC-Chat {summary.name}")
    for column in ("part", "parameters", "of these train"):
        table.add_column(column, justify="left" if column == "part" else "right")
    for part in summary.parts:
        counts = (part.parameter_count, part.trainable_count)
        table.add_row(part.name, *(f"{count:,}" for count in counts))
    table.add_section()
    table.add_row("all", f"{summary.parameter_count:,}", f"{summary.trainable_count:,}")
    console = Console()
    console.print(table)
    console.print(
        f"Memory: weights in bf16 {summary.weights_bytes / _GIB:.2f} GiB; to train "
        f"{summary.training_bytes / _GIB:.2f} GiB and the activations; cache "
        f"{summary.cache_bytes_per_token / 1024:.0f} KiB a token.\n"
        f"Sequence: at most {summary.max_visual_tokens} visual tokens of "
        f"{summary.max_tokens}.",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
