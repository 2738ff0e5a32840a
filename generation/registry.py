"""The models that can write comments: one TOML file each, checked when it is read.

A site adds entries of its own in a folder beside these, under other names.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema

from generation.engines.base import Decoding
from generation.engines.kinds import ENGINE_KINDS, EngineKind
from generation.errors import RegistryError
from generation.frame_policy import FramesPolicy
from generation.prompts import PROMPTS

# Checkpoints that came with the project, each in a folder of its entry's key.
SHIPPED = Path(__file__).parent.parent / "model" / "checkpoints"
_FOLDER = Path(__file__).parent / "registry"
# The group of the 24 models of the test.
PANEL = "panel"
_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")


@dataclass(frozen=True)
class Entry:
    """One model in one configuration.

    Attributes:
        key: The file's name without its ending.
        group: `panel` for the 24 of the test, `own` and `ablation` for MIMIC-Chat,
            `later` for newer ones, `site` for a site's own.
        named_in: Where the papers name it; empty: it is our proposal.
        revision: Commit of the repository; empty: whatever the folder holds.
        memory_gib: For the weights and one video, on one accelerator unless
            `device_count` or `device_map` among the options spreads them.
        options: What its engine alone understands.
        digest: Of the file, so that a job can say by which entry it was made.
    """

    key: str
    title: str
    group: str
    named_in: str
    paper: str
    licence: str
    engine: str
    repository: str
    revision: str
    dtype: str
    quantisation: str
    memory_gib: float
    prompt_version: str
    notes: str
    frames_policy: FramesPolicy
    decoding: Decoding
    options: Mapping[str, Any]
    digest: str

    @property
    def kind(self) -> EngineKind:
        return ENGINE_KINDS[self.engine]

    @property
    def queue(self) -> str:
        return self.kind.queue

    @property
    def family(self) -> str:
        """Models that are run alike: a family, a program's adapter, or the engine."""
        named = (self.options.get(n) for n in ("family", "adapter", "environment"))
        return str(next(filter(None, named), self.engine))

    @property
    def is_mapped(self) -> bool:
        """Whether its layers are laid out over devices by the room they have."""
        return self.options.get("device_map") == "auto"

    @property
    def device_count(self) -> int:
        """Devices that hold its weights together; 0: all that there are."""
        return int(self.options.get("device_count", 0 if self.is_mapped else 1))

    @property
    def is_charged(self) -> bool:
        """Whether its server has a price."""
        return "usd_per_million_input_tokens" in self.options

    @property
    def has_checkpoint(self) -> bool:
        """Whether it needs files on this machine."""
        return self.kind.has_checkpoint


@dataclass(frozen=True)
class Registry:
    """What its folders hold.

    Attributes:
        entries: By their keys, in the order of keys.
        flaws: Of the files that hold no entry, a sentence each: which, where and why.
    """

    entries: Mapping[str, Entry]
    flaws: tuple[str, ...]


def read_registry(site_folder: Path | None = None) -> Registry:
    """Every entry; a file that is wrong keeps no other model from writing.

    Args:
        site_folder: Where a site keeps its own entries.
    """
    found: dict[str, Entry] = {}
    flaws = []
    for folder in filter(None, (_FOLDER, site_folder)):
        for path in sorted(folder.glob("*.toml")):
            try:
                if path.stem in found:
                    raise _key_taken(path)
                found[path.stem] = _entry(path, path.stat().st_mtime_ns)
            except RegistryError as error:
                flaws.append(str(error))
    return Registry(dict(sorted(found.items())), tuple(flaws))


def _key_taken(path: Path) -> RegistryError:
    return RegistryError(f"{path}: the key {path.stem} is taken; rename the file.")


def entry(key: str, site_folder: Path | None = None) -> Entry:
    """The entry of that key; what is wrong in other files is not its concern.

    Raises:
        RegistryError: There is none, or its file is wrong.
    """
    folders = [folder for folder in (_FOLDER, site_folder) if folder]
    files = [folder / f"{key}.toml" for folder in folders if _KEY.fullmatch(key)]
    found = [path for path in files if path.is_file()]
    if not found:
        names = sorted(path.stem for f in folders for path in f.glob("*.toml"))
        message = f"No model is called {key}; there are: {', '.join(names)}."
        raise RegistryError(message)
    if len(found) > 1:
        raise _key_taken(found[-1])
    return _entry(found[0], found[0].stat().st_mtime_ns)


def checkpoint_folder(entry: Entry, root: Path) -> Path:
    """Where the files of an entry's checkpoint lie, or would lie.

    The site's own folder comes before a checkpoint that is part of the project.
    """
    own, shipped = root / entry.key, SHIPPED / entry.key
    return shipped if shipped.is_dir() and not own.is_dir() else own


# By time of change, so that a long-lived process sees an edited file.
@lru_cache(maxsize=256)
def _entry(path: Path, _changed_ns: int) -> Entry:
    raw = path.read_bytes()
    values = _checked(path, raw)
    return Entry(
        key=path.stem,
        title=values["title"],
        group=values["group"],
        named_in=values.get("named_in", ""),
        paper=values.get("paper", ""),
        licence=values["licence"],
        engine=values["engine"],
        repository=values.get("repository", ""),
        revision=values.get("revision", ""),
        dtype=values.get("dtype", ""),
        quantisation=values.get("quantisation", ""),
        memory_gib=float(values["memory_gib"]),
        prompt_version=values["prompt"],
        notes=values.get("notes", "").strip(),
        frames_policy=FramesPolicy(**values["frames"]),
        decoding=Decoding(**values["decoding"]),
        options=values.get("options", {}),
        digest=hashlib.sha256(raw).hexdigest(),
    )


def _checked(path: Path, raw: bytes) -> dict[str, Any]:
    if not _KEY.fullmatch(path.stem):
        message = f"{path}: a file's name may hold a-z, 0-9, dots and hyphens."
        raise RegistryError(message)
    try:
        values = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: this is not TOML: {error}."
        raise RegistryError(message) from None
    flaw = jsonschema.exceptions.best_match(_validator().iter_errors(values))
    if flaw is not None:
        message = f"{path}: {_in_words(flaw)}"
        raise RegistryError(message)
    if values["prompt"] not in PROMPTS:
        known = ", ".join(PROMPTS)
        message = f"{path}: prompt: {values['prompt']} is unknown; there are: {known}."
        raise RegistryError(message)
    return values


def _in_words(flaw: jsonschema.ValidationError) -> str:
    """Where a value is wrong and why; beside an unknown name, those that there are."""
    place = ".".join(str(part) for part in flaw.absolute_path) or "the file"
    words = f"{place}: {flaw.message}."
    if flaw.validator == "additionalProperties":
        words += f" There are: {', '.join(sorted(flaw.schema['properties']))}."
    return words


def schema() -> dict[str, Any]:
    """The JSON schema of an entry, with what each engine's options may be."""
    text = (_FOLDER / "schema.json").read_text(encoding="utf-8")
    whole: dict[str, Any] = json.loads(text)
    whole["properties"]["engine"] = {"enum": [*ENGINE_KINDS]}
    whole["allOf"] = [
        {
            "if": {"properties": {"engine": {"const": name}}, "required": ["engine"]},
            "then": _entry_of(kind),
        }
        for name, kind in ENGINE_KINDS.items()
    ]
    return whole


def _entry_of(kind: EngineKind) -> dict[str, Any]:
    options = {
        "additionalProperties": False,
        "required": [*kind.required],
        "properties": dict(kind.options),
    }
    required = ["dtype"] if kind.requires_dtype else []
    required += ["options"] if kind.required else []
    return {"properties": {"options": options}, "required": required}


@lru_cache(maxsize=1)
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema())
