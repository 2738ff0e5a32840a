"""Checkpoints on this machine: fetched, hashed once, verified."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from generation.errors import GenerationError
from generation.registry import Entry, checkpoint_folder
from generation.trial import Trial, try_checkpoint

_REVISION = "revision.txt"
_HASHES = "hashes.json"
_OUR_FILES = {_REVISION, _HASHES}
_THREADS = 4


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a checkpoint's folder; nothing, if `problems` is empty."""

    folder: Path
    file_count: int
    byte_count: int
    content_hash: str
    revision: str
    trial: Trial
    problems: tuple[str, ...]


def content_hash(folder: Path) -> str:
    """One hash of all files; files that did not change are not read again."""
    known = _known_hashes(folder)
    stamps = {str(path.relative_to(folder)): _stamp(path) for path in _files(folder)}
    stale = [
        name for name, stamp in stamps.items() if known.get(name, [""])[0] != stamp
    ]
    with ThreadPoolExecutor(_THREADS) as pool:
        digests = pool.map(lambda name: _sha256(folder / name), stale)
        fresh = dict(zip(stale, digests, strict=True))
    hashes = {
        name: [stamp, fresh.get(name) or known[name][1]]
        for name, stamp in stamps.items()
    }
    if hashes != known:
        _note(folder / _HASHES, json.dumps(hashes, indent=1))
    listing = "".join(
        f"{digest}  {name}\n" for name, (_, digest) in sorted(hashes.items())
    )
    return hashlib.sha256(listing.encode()).hexdigest()


def has_config(folder: Path) -> bool:
    """Whether a checkpoint lies there, or a fine-tune's adapter."""
    return any(
        (folder / name).is_file() for name in ("config.json", "adapter_config.json")
    )


def noted_revision(folder: Path) -> str:
    """The commit that `fetch` got; empty where the files came another way."""
    path = folder / _REVISION
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""


def fetch(entry: Entry, root: Path) -> Path:
    """Download a checkpoint; files that an earlier try got whole are kept.

    Returns:
        The folder, with the commit noted in it.

    Raises:
        GenerationError: There is nothing to download, no hub to be reached (the
            message says where to put the files by hand), or a file came damaged.
    """
    folder = _own_folder(entry, root)
    if not entry.repository:
        message = f"{entry.key} has no repository; put its files into {folder}."
        raise GenerationError(message)
    return fetch_repository(entry.repository, entry.revision, folder)


def fetch_repository(
    repository: str, revision: str, folder: Path, *, only: Sequence[str] | None = None
) -> Path:
    """The same of any repository of the hub.

    Args:
        repository: Such as "owner/name".
        revision: A commit, tag or branch; empty: the newest.
        folder: Where the files go.
        only: Patterns of the files that are wanted; None: all.

    Raises:
        GenerationError: As `fetch`.
    """
    import httpx2
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        commit = revision or HfApi().model_info(repository).sha
        folder.mkdir(parents=True, exist_ok=True)
        snapshot_download(
            repository,
            revision=commit,
            local_dir=folder,
            allow_patterns=None if only is None else [*only],
        )
        # The download itself looks at lengths alone.
        checked = HfApi().verify_repo_checksums(
            repository, revision=commit, local_dir=folder
        )
    except (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        httpx2.HTTPError,
        OSError,
    ) as error:
        message = (
            f"{repository} cannot be fetched ({type(error).__name__}). Get its "
            f"files on a machine that can, and put them into {folder}."
        )
        raise GenerationError(message) from error
    _remove_damaged(folder, [each["path"] for each in checked.mismatches])
    _note(folder / _REVISION, f"{commit}\n")
    return folder


def how_to_get(entry: Entry) -> str:
    """What to do about a checkpoint that is not there."""
    if entry.repository:
        return f"run: manage.py models fetch {entry.key}."
    return "put its files there."


def _own_folder(entry: Entry, root: Path) -> Path:
    if entry.has_checkpoint:
        return checkpoint_folder(entry, root)
    message = f"{entry.key} runs on a server: there are no files of it on this machine."
    raise GenerationError(message)


def _remove_damaged(folder: Path, names: list[str]) -> None:
    """Make room for another download.

    Raises:
        GenerationError: There were damaged files.
    """
    for name in names:
        (folder / name).unlink()
    if names:
        message = (
            f"{', '.join(names)} in {folder} was not what the hub promised and is "
            "removed; fetch again."
        )
        raise GenerationError(message)


def verify(entry: Entry, root: Path) -> Verdict:
    """Look whether a checkpoint is whole, of the right revision, and can be used.

    Raises:
        GenerationError: The model runs on a server.
    """
    folder = _own_folder(entry, root)
    files = _files(folder) if folder.is_dir() else []
    if not files:
        message = f"There is nothing in {folder}; {how_to_get(entry)}"
        return Verdict(folder, 0, 0, "", "", Trial(), (message,))
    revision = noted_revision(folder)
    trial = try_checkpoint(entry, folder)
    problems = [*_missing_files(folder), *trial.problems]
    if entry.revision and revision and revision != entry.revision:
        problems.append(
            f"The files are of {revision}; the entry says {entry.revision}."
        )
    return Verdict(
        folder=folder,
        file_count=len(files),
        byte_count=sum(path.stat().st_size for path in files),
        content_hash=content_hash(folder),
        revision=revision,
        trial=trial,
        problems=tuple(problems),
    )


def _missing_files(folder: Path) -> list[str]:
    problems = []
    if not has_config(folder):
        problems.append("config.json is missing.")
    indices = [
        *folder.glob("*.safetensors.index.json"),
        *folder.glob("*.bin.index.json"),
    ]
    parts = {
        part
        for index in indices
        for part in json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
    }
    problems += [
        f"{part} is missing." for part in sorted(parts) if not (folder / part).is_file()
    ]
    if not any(folder.glob("*.safetensors")) and not any(folder.glob("*.bin")):
        problems.append("There are no weights.")
    return problems


def _files(folder: Path) -> list[Path]:
    """All but our notes and the hub's own bookkeeping."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name not in _OUR_FILES
        and ".cache" not in path.relative_to(folder).parts
    )


def _known_hashes(folder: Path) -> dict[str, list[str]]:
    try:
        known: dict[str, list[str]] = json.loads((folder / _HASHES).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return known


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note(path: Path, text: str) -> None:
    """Write a note beside the files; a folder that is read-only goes without."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        return
