"""The kinds of engines: where the code is, what an entry may say, why not here.

The other half of every engine, readable without what the engine itself imports.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from generation.engines.base import Site
from generation.engines.families import FAMILIES
from generation.engines.programs import requirements_of

Options = Mapping[str, Any]
Schema = Mapping[str, Any]


def _nothing_in_the_way(_options: Options, _site: Site) -> str | None:
    return None


@dataclass(frozen=True)
class EngineKind:
    """One way to run models.

    Attributes:
        path: Of the class, as "module:name"; imported only by a worker.
        queue: Of its Celery tasks, since workers differ in what they have.
        modules: What must be installed for it.
        options: JSON schemas of an entry's `options`, by name.
        required: Those that every entry must have.
        requires_dtype: An entry must say in which type it computes.
        has_checkpoint: It needs files of the model on this machine.
        takes_no_video: A question without any frames can be asked.
        scores: It says how likely it finds given words (`ScoringEngine`).
        problem: Why options cannot be used on a site, with what to do; None if they
            can. What every engine needs (modules, checkpoint, memory) is not its
            concern.
    """

    path: str
    queue: str
    modules: tuple[str, ...]
    options: Mapping[str, Schema]
    required: tuple[str, ...] = ()
    requires_dtype: bool = False
    has_checkpoint: bool = True
    takes_no_video: bool = False
    scores: bool = False
    problem: Callable[[Options, Site], str | None] = _nothing_in_the_way

    def missing(self) -> str | None:
        """What is not installed of what it needs, with what to do."""
        if problem := not_installed(self.modules):
            return problem
        if find_spec(self.path.partition(":")[0]) is None:
            return f"{self.path} is not part of this installation."
        return None


def not_installed(modules: tuple[str, ...] | list[str]) -> str | None:
    """Which of these modules are missing, with what to do; None if none is."""
    missing = [name for name in modules if find_spec(name) is None]
    if not missing:
        return None
    return (
        f"{', '.join(missing)} is not installed. Install what models need into "
        "this environment (docs/operations.md#installing)."
    )


def family_problem(options: Options, _site: Site) -> str | None:
    """What the family's processor needs and is not installed, or what contradicts."""
    if "device_count" in options and options.get("device_map") != "auto":
        return 'The entry\'s device_count needs device_map = "auto" beside it.'
    return not_installed(FAMILIES[options["family"]].modules)


def environment_problem(options: Options, site: Site) -> str | None:
    """Why the program of a separate environment cannot be started."""
    name = options["environment"]
    program = site.environments.get(name)
    if program is None:
        how = (
            "run: manage.py models environment KEY with this model's key."
            if requirements_of(name)
            else "create it (docs/generation.md) and name it in "
            "GENERATION_ENVIRONMENTS."
        )
        return f"The environment {name} is not set up; {how}"
    if not os.access(program, os.X_OK):
        return f"{program}, of the environment {name}, is not a program."
    return None


def server_problem(options: Options, site: Site) -> str | None:
    """Why a server may not be asked."""
    address = str(options["base_url"])
    if address.rstrip("/") not in {url.rstrip("/") for url in site.http_base_urls}:
        return f"{address} is not allowed; add it to GENERATION_HTTP_BASE_URLS."
    variable = options.get("key_variable", "")
    if variable and not os.environ.get(variable):
        return f"The environment variable {variable} with the key is not set."
    return None


_TORCH = ("numpy", "torch", "torchvision", "transformers")
_NAME = {"type": "string", "pattern": "^[a-z0-9][a-z0-9.-]*$"}
_COUNT = {"type": "integer", "minimum": 1}
_SECONDS = {"type": "number", "exclusiveMinimum": 0}
_PRICE = {"type": "number", "minimum": 0}

ENGINE_KINDS: Mapping[str, EngineKind] = {
    "transformers": EngineKind(
        path="generation.engines.transformers:TransformersEngine",
        queue="generation.transformers",
        modules=_TORCH,
        options={
            "family": {"enum": [*FAMILIES]},
            # Of a fine-tune: the folder of the published model.
            "base": _NAME,
            "attention": {"enum": ["sdpa", "flash_attention_2", "eager"]},
            "device_map": {"enum": ["", "auto"]},
            # With `device_map`: so many devices instead of all.
            "device_count": _COUNT,
            "max_batch": _COUNT,
            "batch_tokens": _COUNT,
        },
        required=("family",),
        requires_dtype=True,
        takes_no_video=True,
        scores=True,
        problem=family_problem,
    ),
    "mimic_chat": EngineKind(
        path="generation.engines.mimic_chat:MimicChatEngine",
        queue="generation.transformers",
        modules=_TORCH,
        options={
            "base": _NAME,
            "ablation": {
                "enum": [
                    "no_lora",
                    "no_temporal_encoder",
                    "no_temporal_projector",
                    "no_spatial_projector",
                ]
            },
        },
        requires_dtype=True,
        scores=True,
    ),
    "subprocess": EngineKind(
        path="generation.engines.subprocess:SubprocessEngine",
        queue="generation.subprocess",
        modules=("numpy",),
        options={
            "environment": _NAME,
            "program": {"enum": ["remote_code", "custom"]},
            "adapter": {
                "enum": ["minicpm_v", "internvl", "internvideo", "videochat_tpo"]
            },
            "start_s": _SECONDS,
            "answer_s": _SECONDS,
            "network": {"type": "boolean"},
            # Over how many devices the program spreads the weights, in equal shares.
            "device_count": _COUNT,
        },
        required=("environment", "program"),
        problem=environment_problem,
    ),
    "openai_http": EngineKind(
        path="generation.engines.openai_http:OpenAIHttpEngine",
        queue="generation.http",
        modules=("numpy", "httpx2"),
        options={
            "base_url": {"type": "string", "pattern": "^https?://[^?#]+[^/?#]$"},
            "model": {"type": "string", "minLength": 1},
            "key_variable": {"type": "string", "pattern": "^([A-Z][A-Z0-9_]*)?$"},
            "timeout_s": _SECONDS,
            "concurrency": _COUNT,
            "usd_per_million_input_tokens": _PRICE,
            "usd_per_million_output_tokens": _PRICE,
            "prices_as_of": {"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$"},
            "input_tokens_per_frame": {"type": "integer", "minimum": 0},
        },
        required=("base_url", "model"),
        has_checkpoint=False,
        takes_no_video=True,
        problem=server_problem,
    ),
}
