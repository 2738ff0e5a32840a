"""Write the table of the long table's columns into docs/api.md.

python -m docs.columns
"""

from pathlib import Path

from annotation.long_table import described

PAGE = Path(__file__).parent / "api.md"
_BEGIN, _END = "<!-- columns: written by docs/columns.py -->", "<!-- columns end -->"


def with_columns(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{described()}\n\n{_END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_columns(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
