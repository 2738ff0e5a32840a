"""One study of the platform."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from client.transport import Transport
from client.work import Work, as_list, wait_for

Facts = dict[str, Any]


class Study:
    """A study that the token's owner runs.

    Attributes:
        facts: What the platform said of it last: its settings and times, by name.
    """

    def __init__(self, transport: Transport, facts: Mapping[str, Any]) -> None:
        self._transport = transport
        self.facts = dict(facts)

    def __repr__(self) -> str:
        return f"<study {self.key}: {self.state}>"

    @property
    def id(self) -> str:
        return str(self.facts["public_id"])

    @property
    def key(self) -> str:
        return str(self.facts["key"])

    @property
    def title(self) -> str:
        return str(self.facts["title"])

    @property
    def state(self) -> str:
        """draft, sealed, open, paused or closed; as the platform said last."""
        return str(self.facts["state"])

    def _path(self, rest: str = "") -> str:
        return f"studies/{self.id}/{rest}"

    def _send(self, method: str, rest: str, body: object = None) -> Any:  # noqa: ANN401
        return self._transport.send(method, self._path(rest), body)

    def refresh(self) -> "Study":
        """Ask for its settings and state."""
        self.facts = dict(self._send("GET", ""))
        return self

    # --- What is in it ----------------------------------------------------------

    def update(self, **settings: object) -> "Study":
        """Change settings; those of the protocol only while it is a draft."""
        self.facts = dict(self._send("PATCH", "", settings))
        return self

    def add_videos(
        self, videos: Collection[str] | str = (), *, selection: str = ""
    ) -> Facts:
        """Add videos (`platform:id`), a saved selection, or both."""
        body: Facts = {"videos": as_list(videos)}
        return dict(
            self._send(
                "POST",
                "videos/",
                body | ({"selection": selection} if selection else {}),
            )
        )

    def remove_videos(self, videos: Collection[str] | str) -> Facts:
        return dict(self._send("POST", "videos/remove/", {"videos": as_list(videos)}))

    def sources(self) -> list[Facts]:
        """The AI sources that it can test, and whether it does."""
        return [dict(row) for row in self._send("GET", "sources/")]

    def set_sources(self, keys: Collection[str] | str) -> Facts:
        """Test these AI sources and no others."""
        return dict(self._send("PUT", "sources/", {"sources": as_list(keys)}))

    def import_comments(
        self,
        file: str | Path,
        *,
        create_sources: bool = True,
        add_sources: bool = True,
        dry_run: bool = False,
    ) -> Work:
        """Send a CSV or JSON Lines file of AI comments; `.wait()` for its import."""
        fields = {
            "create_sources": create_sources,
            "add_sources": add_sources,
            "dry_run": dry_run,
        }
        path = self._path("imports/")
        facts = self._transport.upload(path, fields, {"file": Path(file)})
        return Work(self._transport, f"{path}{facts['public_id']}/", facts)

    def fill(self) -> Facts:
        """Put the newest comments into the batches."""
        return dict(self._send("POST", "fill/"))

    def write_text(self, kind: str, text: str) -> Facts:
        """Write the guidelines or the consent text, in Markdown."""
        return dict(self._send("PUT", f"texts/{kind}/", {"text": text}))

    def texts(self) -> list[Facts]:
        """The newest guidelines and consent text."""
        return [dict(row) for row in self._send("GET", "texts/")]

    def instrument(self) -> Facts:
        """What annotators are asked: questions, verdicts and scale, in full."""
        return dict(self._send("GET", "instrument/"))

    def training(self) -> list[Facts]:
        """The practice comments: `text`, `origin`, `feedback`, `video`."""
        return self._list("training")

    def set_training(self, rows: Collection[Mapping[str, object]]) -> list[Facts]:
        """Replace the practice of a draft."""
        return self._set_list("training", rows)

    def questions(self) -> list[Facts]:
        """The comprehension questions: `text`, `choices` with a star at the right."""
        return self._list("questions")

    def set_questions(self, rows: Collection[Mapping[str, object]]) -> list[Facts]:
        """Replace the comprehension questions of a draft."""
        return self._set_list("questions", rows)

    def checks(self) -> list[Facts]:
        """The attention checks: `text`, `expected_verdict`, `expected_score`."""
        return self._list("checks")

    def set_checks(self, rows: Collection[Mapping[str, object]]) -> list[Facts]:
        """Replace the attention checks of a draft."""
        return self._set_list("checks", rows)

    def _list(self, name: str) -> list[Facts]:
        return [dict(row) for row in self._send("GET", f"{name}/")[name]]

    def _set_list(
        self, name: str, rows: Collection[Mapping[str, object]]
    ) -> list[Facts]:
        sent = {name: [dict(row) for row in rows]}
        return [dict(row) for row in self._send("PUT", f"{name}/", sent)[name]]

    def start_round(
        self,
        models: Collection[str] | str,
        *,
        scope: str = "missing",
        seed: int | None = None,
    ) -> Work:
        """Let models write comments (admins); `.wait()` until all are written."""
        body: Facts = {"models": as_list(models), "scope": scope}
        facts = self._send(
            "POST", "rounds/", body | ({} if seed is None else {"seed": seed})
        )
        return Work(self._transport, f"rounds/{facts['public_id']}/", facts)

    # --- Its way ----------------------------------------------------------------

    def readiness(self) -> Facts:
        """What the batches lack; `reasons` says what is in the way."""
        return dict(self._send("GET", "readiness/"))

    def _move(self, transition: str) -> "Study":
        self.facts = dict(self._send("POST", f"{transition}/"))
        return self

    def preregister(self, hypotheses: str, **plan: object) -> Facts:
        """Fix the plan for good, before the study opens.

        Args:
            hypotheses: One per line.
            plan: `exclusion_rules`, `checks_to_pass`, `annotators`, `rates` and
                `analysis_notes`.
        """
        body = {"hypotheses": hypotheses, **plan}
        return dict(self._send("POST", "preregistration/", body))

    def preregistration(self) -> Facts:
        """The registered plan: `text`, `sha256`, `registered_at`.

        Its files, such as `preregistration.pdf`, are in `downloads()`.

        Raises:
            RefusedError: nothing is registered (status 404).
        """
        return dict(self._send("GET", "preregistration/"))

    def seal(self) -> "Study":
        """Fix the batches for good."""
        return self._move("seal")

    def open(self) -> "Study":
        """Let annotators begin."""
        return self._move("open")

    def pause(self) -> "Study":
        return self._move("pause")

    def resume(self) -> "Study":
        return self._move("resume")

    def close(self) -> "Study":
        """End it for good."""
        return self._move("close")

    def archive(self) -> "Study":
        return self._move("archive")

    def copy(self) -> "Study":
        """A new draft like it."""
        return Study(self._transport, self._send("POST", "copy/"))

    def delete(self) -> None:
        """Delete it; drafts only."""
        self._send("DELETE", "")

    # --- People -----------------------------------------------------------------

    def invitations(self) -> list[Facts]:
        return [dict(row) for row in self._send("GET", "invitations/")]

    def invite(self, label: str = "", **settings: object) -> Facts:
        """A link into the study; its `address` is what annotators open.

        One with this label that still lets people in is given back as it is: so a
        program that runs again makes no second one.

        Args:
            label: What researchers call it.
            settings: `kind` ("link" or "crowd"), `cap`, `expires_at` and
                `participant_parameter`.
        """
        for row in self.invitations():
            if label and row["label"] == label and not row["problem"]:
                return row
        body = {"label": label, **settings}
        return dict(self._send("POST", "invitations/", body))

    def annotators(self) -> list[Facts]:
        """Each annotator by `code`: work, checks, exclusion."""
        return [dict(row) for row in self._send("GET", "annotators/")]

    def add_annotators(self, usernames: Collection[str] | str) -> list[Facts]:
        """Let people who have an account judge: all of them, or none."""
        body = {"usernames": as_list(usernames)}
        return [dict(row) for row in self._send("POST", "annotators/", body)]

    def exclude(self, code: str, reason: str, *, frees_places: bool = False) -> Facts:
        """Leave an annotator out of the results, for a reason that reports state."""
        body = {"reason": reason, "frees_places": frees_places}
        return dict(self._send("POST", f"annotators/{code}/exclude/", body))

    def restore(self, code: str) -> Facts:
        """Count an annotator in the results again."""
        return dict(self._send("POST", f"annotators/{code}/restore/"))

    def progress(self) -> Facts:
        """How far it is: batches, places, submitted, judgments, annotators."""
        return dict(self._send("GET", "progress/"))

    def wait_until_judged(
        self, timeout_s: float = 30 * 24 * 3600, every_s: float = 60
    ) -> Facts:
        """Wait until every place is submitted; the progress then.

        Raises:
            TookTooLongError: it isn't in that time.
        """
        found: Facts = {}

        def is_judged() -> bool:
            found.update(self.progress())
            return bool(found["submitted"] >= found["places"] > 0)

        wait_for(is_judged, timeout_s, every_s, repr(self))
        return found

    # --- Results ----------------------------------------------------------------

    def report(self, timeout_s: float = 3600, every_s: float = 3) -> Facts:
        """Every figure by name, once it is computed."""
        found: Facts = {}

        def is_computed() -> bool:
            found.clear()
            found.update(self._send("GET", "report/"))
            return "metrics" in found

        wait_for(is_computed, timeout_s, every_s, f"the report of {self!r}")
        return found

    def judgments(self) -> Iterator[Facts]:
        """The long table, row by row."""
        path = f"judgments/?page_size=1000&study={self.id}"
        while path:
            page = self._transport.send("GET", path)
            yield from page["results"]
            path = (page["next"] or "").partition("/api/")[2]

    def downloads(self) -> list[Facts]:
        """Every file that can be taken away: name, use and address."""
        return [dict(row) for row in self._send("GET", "downloads/")]

    def download(self, name: str, folder: str | Path = ".") -> Path:
        """Write a file of `downloads()`, or `bundle.zip`, into a folder.

        Raises:
            KeyError: the study has no file of that name.
        """
        target = Path(folder) / f"{self.key}-{name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == "bundle.zip":
            self._transport.download(self._bundle_address(), target)
            return target
        addresses = {row["name"]: row["address"] for row in self.downloads()}
        if name not in addresses:
            msg = f"no file {name!r}; there are {', '.join(addresses)}, bundle.zip"
            raise KeyError(msg)
        self._transport.download(addresses[name], target)
        return target

    def _bundle_address(self) -> str:
        path = self._path("bundle/")
        work = Work(self._transport, path, self._transport.send("POST", path))
        return str(work.wait().facts["address"])
