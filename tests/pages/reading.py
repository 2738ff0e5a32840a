"""What of a page a person reads, and what the browser and its scripts do."""

import re
from html.parser import HTMLParser
from typing import Final

# Attributes whose value is read or heard.
_WORDS: Final = {"alt", "aria-label", "aria-valuetext", "placeholder", "title"}
# What no two requests for one page have in common.
_TOKEN: Final = re.compile(r"[A-Za-z0-9]{64}")


class PageReader(HTMLParser):
    """Splits a page into texts and into what programs read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.machinery: list[str] = []
        self._is_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_script = tag in ("script", "style")
        for name, value in attrs:
            if name in _WORDS:
                self.texts.append(value or "")
            else:
                self.machinery.append(_TOKEN.sub("", f'<{tag} {name}="{value}">'))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._is_script = False

    def handle_data(self, data: str) -> None:
        (self.machinery if self._is_script else self.texts).append(data)
