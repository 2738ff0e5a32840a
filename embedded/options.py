"""The options of `demo`; known before anything is installed."""

import argparse
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent
_IS_CHECKOUT = (_PROJECT / "bootstrap.py").is_file()
# Where the demo keeps its data and starts its processes: the checkout; once installed
# as a package, the folder that it is started in.
HOME = _PROJECT if _IS_CHECKOUT else Path.cwd()
LAST_PORT = 65535


def demo_parser() -> argparse.ArgumentParser:
    """Return the parser of what follows the word `demo`."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py demo" if _IS_CHECKOUT else "mimic-demo",
        description="Run the platform with a demo study. Ctrl-C stops it.",
    )
    parser.add_argument("--port", type=_port, default=8000, help="default: %(default)s")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: %(default)s, only this machine)",
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=HOME / ".demo",
        metavar="DIR",
        help="folder for all data (default: %(default)s)",
    )
    parser.add_argument(
        "--generation",
        action="store_true",
        help="add a worker for models that write comments (installs torch)",
    )
    parser.add_argument("--reset", action="store_true", help="start over; asks first")
    parser.add_argument("--yes", action="store_true", help="answer yes to --reset")
    return parser


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) <= LAST_PORT):
        msg = f"a port is a number from 1 to {LAST_PORT}, not {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)
