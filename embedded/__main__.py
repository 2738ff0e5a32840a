"""Command line of the demo: `bootstrap.py demo`, or `mimic-demo` once installed."""

import argparse
import logging
import sys
from pathlib import Path

from embedded.address import Address
from embedded.demo import Demo
from embedded.errors import EmbeddedError
from embedded.options import demo_parser
from embedded.state_folder import StateFolder

INTERRUPTED = 130


def main() -> int:
    """Run the command line; return the exit status."""
    options = demo_parser().parse_args()
    # A closed terminal or pipe must not keep the services from an orderly stop.
    logging.raiseExceptions = False
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        return _demo(options)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _demo(options: argparse.Namespace) -> int:
    # Resolved, so that one folder has one name, and its services are found by it.
    state = StateFolder(options.state.resolve())
    address = Address(options.host, options.port)
    with state.hold(address.url):
        demo = Demo(state, address)
        if options.reset:
            if not (options.yes or _is_confirmed(state.path)):
                sys.stdout.write("Nothing was deleted.\n")
                return 1
            demo.reset()
        demo.run(with_generation=options.generation)
    return 0


def _is_confirmed(folder: Path) -> bool:
    question = f"Delete all studies, judgments and accounts in {folder}? [y/N] "
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except EOFError:
        return False


if __name__ == "__main__":
    sys.exit(main())
