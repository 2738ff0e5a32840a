"""Pytest plugin: in which order and where the tests run, and which only at night.

The files that take longest start first, so that no process is left alone with one of
them at the end; `durations.json` says how long each took. `--write-durations` makes it
again from the run that is asked for it. Folders whose tests share what takes long to
start are run by one process.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

TABLE = Path(__file__).with_name("durations.json")
# A test without an entry, in seconds.
_SLOW_S, _FAST_S = 10.0, 0.2
# An installation with workers of its own.
_TOGETHER = ("tests/faults/",)


class FilesAndFolders(LoadFileScheduling):  # type: ignore[misc]
    """One file is for one process, and so are these folders."""

    def _split_scope(self, nodeid: str) -> str:
        scope = super()._split_scope(nodeid)
        return next((one for one in _TOGETHER if scope.startswith(one)), str(scope))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-durations",
        action="store_true",
        help=f"write what each file took into tests/{TABLE.name}",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """After the files were shuffled, which stays so within a file."""
    _leave_for_the_night(config, items)
    _put_longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadFileScheduling | None:
    """Keep some folders together where files are."""
    return FilesAndFolders(config, log) if config.option.dist == "loadfile" else None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Note what the run took, if that was asked for."""
    if config.getoption("write_durations"):
        reports = (one for some in terminalreporter.stats.values() for one in some)
        _write([one for one in reports if isinstance(one, pytest.TestReport)])


def _leave_for_the_night(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is marked `nightly`, unless `-m` or the command line names it."""
    named = {word.partition("::")[2] for word in config.args}
    if "nightly" in config.option.markexpr or any(named):
        return
    left = [item for item in items if item.get_closest_marker("nightly")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def _put_longest_first(items: list[pytest.Item]) -> None:
    """Sort the files by what they take; within a file nothing changes."""
    known: dict[str, float] = json.loads(TABLE.read_text())
    guesses: defaultdict[str, float] = defaultdict(float)
    for item in items:
        is_slow = item.get_closest_marker("slow") is not None
        guesses[_file(item)] += _SLOW_S if is_slow else _FAST_S
    items.sort(key=lambda item: -known.get(_file(item), guesses[_file(item)]))


def _write(reports: list[pytest.TestReport]) -> None:
    """Note what each file took; files that did not run keep their entry."""
    took: defaultdict[str, float] = defaultdict(float)
    for report in reports:
        took[report.nodeid.partition("::")[0]] += report.duration
    tests = TABLE.parent.parent
    kept = {
        file: seconds
        for file, seconds in json.loads(TABLE.read_text()).items()
        if (tests / file).exists()
    }
    table = kept | {file: round(seconds, 1) for file, seconds in took.items()}
    ordered = dict(sorted(table.items(), key=lambda entry: (-entry[1], entry[0])))
    TABLE.write_text(json.dumps(ordered, indent=1) + "\n")


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
