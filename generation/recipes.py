"""A round as a file by which another installation asks the same again (pure)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import jsonschema
from django.utils.translation import gettext as _

from generation.errors import GenerationError
from generation.prompts import prompt
from generation.registry import Entry

FORMAT = "generation-round-1"
_NAME = {"type": "string", "minLength": 1, "maxLength": 300}
_SCHEMA = {
    "type": "object",
    "required": ["format", "seed", "models", "videos"],
    "properties": {
        "format": {"const": FORMAT},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
        "videos": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "sha256"],
                "properties": {"name": _NAME, "sha256": _NAME},
            },
        },
        "models": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["key", "asks", "runs", "videos"],
                "properties": {
                    "key": _NAME,
                    "asks": {"type": "object"},
                    "runs": {"type": "object"},
                    "videos": {
                        "type": "array",
                        "items": {"type": "integer", "minimum": 0},
                    },
                },
            },
        },
    },
}


@dataclass(frozen=True)
class RecipeVideo:
    """A video by what every installation calls it.

    Attributes:
        name: As seeds are drawn from (`generation.seeds.video_name`).
        sha256: Of the file that frames come from.
    """

    name: str
    sha256: str


@dataclass(frozen=True)
class RecipeModel:
    """A model's part in a round.

    Attributes:
        key: In the registry.
        asks: What makes up its requests: prompt, frames, decoding.
        runs: What else decides about the answers: weights, precision, options.
        videos: Places of its videos among those of the recipe.
    """

    key: str
    asks: Mapping[str, Any]
    runs: Mapping[str, Any]
    videos: tuple[int, ...]


@dataclass(frozen=True)
class Recipe:
    """Everything that the requests of a round follow from."""

    seed: int
    models: tuple[RecipeModel, ...]
    videos: tuple[RecipeVideo, ...]

    def as_json(self) -> str:
        """The same round gives the same text."""
        whole = {"format": FORMAT, **asdict(self)}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def model_of(entry: Entry, videos: tuple[int, ...]) -> RecipeModel:
    """What a registry entry says of requests and answers."""
    asked = prompt(entry.prompt_version)
    return RecipeModel(
        key=entry.key,
        asks={
            "prompt": asked.version,
            "prompt_sha256": asked.hash,
            "frames": asdict(entry.frames_policy),
            "decoding": asdict(entry.decoding),
        },
        runs={
            "engine": entry.engine,
            "repository": entry.repository,
            "revision": entry.revision,
            "dtype": entry.dtype,
            "quantisation": entry.quantisation,
            "options": dict(entry.options),
        },
        videos=videos,
    )


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """The names of what differs."""
    names = [*theirs, *(name for name in ours if name not in theirs)]
    return [name for name in names if ours.get(name) != theirs.get(name)]


def read_recipe(text: str) -> Recipe:
    """A recipe from its file.

    Raises:
        GenerationError: It is none, or names videos that it does not list.
    """
    try:
        whole = json.loads(text)
        jsonschema.validate(whole, _SCHEMA)
    except json.JSONDecodeError as error:
        msg = _("This is no recipe of a round: it isn't JSON (%(error)s).")
        raise GenerationError(msg % {"error": error}) from None
    except jsonschema.ValidationError as error:
        place = ".".join(map(str, error.absolute_path)) or "-"
        told = {"place": place, "error": error.message[:200]}
        msg = _("This is no recipe of a round: %(place)s: %(error)s") % told
        raise GenerationError(msg) from None
    videos = tuple(RecipeVideo(v["name"], v["sha256"]) for v in whole["videos"])
    models = tuple(
        RecipeModel(m["key"], m["asks"], m["runs"], tuple(m["videos"]))
        for m in whole["models"]
    )
    if any(place >= len(videos) for model in models for place in model.videos):
        msg = _("This recipe names more videos than it lists: the file is damaged.")
        raise GenerationError(msg)
    if len({model.key for model in models}) < len(models):
        raise GenerationError(_("This recipe names a model twice: it is damaged."))
    return Recipe(whole["seed"], models, videos)
