"""Names of sources as one argument of a command line: CSV, as names may hold commas."""

import csv
import io
from collections.abc import Iterable


def source_list(names: Iterable[str]) -> str:
    """The names between commas; `sources_in` is the way back."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(names)
    return text.getvalue()


def sources_in(text: str) -> tuple[str, ...]:
    """The names between commas, in double quotes where a name holds a comma."""
    words = next(csv.reader([text], skipinitialspace=True), [])
    return tuple(name for word in words if (name := word.strip()))
