"""The report of a file of judgments: `python -m analysis judgments.csv --format md`.

`python -m analysis bundle` makes a reproduction bundle, `python -m analysis compare`
sets two studies side by side, `python -m analysis plan` says how large a study must be,
`python -m analysis thinking` what was answered to the items of a build,
`python -m analysis reproduction` how far results are reproduced,
`python -m analysis judge` adds estimates with a judge's guesses, and
`python -m analysis verify` says whether a bundle's numbers are those of its judgments.
None needs Django or a database. The same file, seed and levels give the same bytes.
"""

import os
import sys
from collections.abc import Sequence

from analysis.command_line import (
    bundle,
    compare,
    judge,
    plan,
    report,
    reproduction,
    thinking,
    verify,
)
from analysis.errors import AnalysisError

_COMMANDS = {
    "bundle": bundle,
    "compare": compare,
    "judge": judge,
    "plan": plan,
    "reproduction": reproduction,
    "thinking": thinking,
    "verify": verify,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was asked for; 2 if the input is wrong, with the reason on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = _COMMANDS.get(words[0]) if words else None
    try:
        if command is not None:
            text = command.run(command.parser().parse_args(words[1:]))
        else:
            text = report.run(report.parser().parse_args(words))
    except AnalysisError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    _print(text)
    return 0


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
