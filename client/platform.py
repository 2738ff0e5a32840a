"""The platform: its corpus, its models, and the studies of the token's owner."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from client.errors import RefusedError
from client.studies import Facts, Study
from client.transport import Transport
from client.work import Work


class Platform:
    """One installation, as the owner of a token sees it.

    Args:
        address: Of its first page, such as `https://study.example.org`.
        token: From the page *API tokens*; its scope says what it may do.
        timeout_s: For one answer.
        patience_s: How long to go on asking where it says "later" (429, 503).
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        timeout_s: float = 60,
        patience_s: float = 120,
    ) -> None:
        self._transport = Transport(
            address, token, timeout_s=timeout_s, patience_s=patience_s
        )

    def __repr__(self) -> str:
        return f"<platform {self._transport.root}>"

    # --- Studies ----------------------------------------------------------------

    def studies(self, **filters: str) -> Iterator[Study]:
        """Those of the token's owner; `state` and `key` narrow them."""
        for row in self._pages("studies/", filters):
            yield Study(self._transport, row)

    def study(self, key: str) -> Study:
        """The study with this key.

        Raises:
            KeyError: the token's owner has none.
        """
        for study in self.studies(key=key):
            return study
        msg = f"you have no study {key!r}"
        raise KeyError(msg)

    def create_study(self, *, key: str, title: str, **content: object) -> Study:
        """Create a draft, or give back the one of yours that has the key already.

        So a program that runs again goes on with its study.

        Args:
            key: Names it.
            title: What people read.
            content: `template`, `selection`, `videos`, `sources`, `guidelines`,
                `consent`, `training`, `questions`, `checks`, `ways_out`, and every
                setting of the pages, such as `redundancy`.

        Raises:
            RefusedError: a value can't be used, or another person's study has the key.
        """
        body = {"key": key, "title": title, **content}
        try:
            facts = self._transport.send("POST", "studies/", body)
            return Study(self._transport, facts)
        except RefusedError as error:
            if error.status != 409:  # noqa: PLR2004 (taken)
                raise
            for study in self.studies(key=key):
                return study
            raise

    # --- The corpus -------------------------------------------------------------

    def videos(self, **filters: str) -> Iterator[Facts]:
        """Videos of the corpus; `search`, `platform`, `clip` and others narrow them."""
        return self._pages("corpus/videos/", filters)

    def selections(self) -> list[Facts]:
        """The saved selections of videos."""
        return [dict(row) for row in self._transport.send("GET", "corpus/selections/")]

    def save_selection(self, title: str, **rules: object) -> Facts:
        """Run the funnel and keep what it leaves; one of that title is given back."""
        for row in self.selections():
            if row["title"] == title:
                return row
        body = {"title": title, **rules}
        return dict(self._transport.send("POST", "corpus/selections/", body))

    def import_corpus(
        self,
        records: str | Path,
        *,
        clips: str | Path | None = None,
        clips_folder: str = "",
    ) -> Work:
        """Send a records file with a zip of its clips (admins); `.wait()` for it."""
        files = {"records": Path(records)}
        if clips is not None:
            files["clips"] = Path(clips)
        fields = {"clips_folder": clips_folder} if clips_folder else {}
        facts = self._transport.upload("corpus/imports/", fields, files)
        path = f"corpus/imports/{facts['public_id']}/"
        return Work(self._transport, path, facts)

    def models(self) -> list[Facts]:
        """The models that can write comments (admins)."""
        return [dict(row) for row in self._transport.send("GET", "models/")]

    def _pages(self, path: str, filters: dict[str, Any]) -> Iterator[Facts]:
        """Every row of a list, page after page."""
        path = f"{path}?{urlencode(filters)}"
        while path:
            page = self._transport.send("GET", path)
            yield from map(dict, page["results"])
            path = (page["next"] or "").partition("/api/")[2]
