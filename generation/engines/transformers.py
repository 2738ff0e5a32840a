"""Runs models that transformers knows, in the worker's own process."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch
import transformers

from generation.checkpoints import content_hash, noted_revision
from generation.engines.base import (
    Answer,
    Capabilities,
    EngineError,
    Identity,
    Reason,
    Request,
    Site,
)
from generation.engines.checkpoint_loading import Loaded, load
from generation.engines.families import FAMILIES
from generation.engines.faults import free_memory
from generation.engines.inputs import InputMaker
from generation.engines.pipeline import (
    BATCHES_AHEAD,
    Inputs,
    Pipeline,
    scoring_error,
)
from generation.engines.scoring import log_probabilities, spelt
from generation.engines.surroundings import with_surroundings
from generation.engines.writing import Words, decode
from generation.registry import Entry, checkpoint_folder

_MAX_BATCH = 32
_BATCH_TOKENS = 65_536


class TransformersEngine:
    """One checkpoint of a supported family."""

    def __init__(self, entry: Entry, site: Site) -> None:
        self._entry = entry
        self._site = site
        self._folder = checkpoint_folder(entry, site.checkpoint_root)
        base = entry.options.get("base")
        # Of a fine-tune the entry's own folder holds the adapter.
        self._published = site.checkpoint_root / base if base else self._folder
        self._family = FAMILIES[entry.options["family"]]
        self._max_batch = int(entry.options.get("max_batch", _MAX_BATCH))
        self._loaded: Loaded | None = None
        self._maker: InputMaker | None = None
        self._pipeline: Pipeline | None = None
        versions = f"transformers {transformers.__version__}, torch {torch.__version__}"
        self._identity = Identity(
            engine=versions,
            checkpoint=str(self._folder),
            revision=entry.revision,
            dtype=entry.dtype,
            quantisation=entry.quantisation,
        )

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            max_batch=self._max_batch * (1 + BATCHES_AHEAD),
            takes_system=self._family.takes_system,
        )

    @property
    def identity(self) -> Identity:
        return self._identity

    @property
    def loaded(self) -> Loaded:
        """The network and its processor; there after `prepare`."""
        if self._loaded is None:
            message = "The engine is not prepared, or closed already."
            raise EngineError(Reason.UNAVAILABLE, message)
        return self._loaded

    def prepare(self) -> None:
        if self._pipeline is None:
            self._pipeline = self._opened()

    def generate(self, requests: Sequence[Request]) -> Iterator[Answer]:
        if self._pipeline is None:
            self._pipeline = self._opened()
        fitting = []
        for request in requests:
            if error := self._misfit(request):
                yield Answer(key=request.key, error=error)
            else:
                fitting.append(request)
        yield from self._pipeline.answers(fitting)

    def token_counts(self, continuations: Sequence[str]) -> list[int]:
        self.prepare()
        return [len(tokens) for tokens in spelt(self.loaded, continuations)]

    def score(self, request: Request, continuations: Sequence[str]) -> list[float]:
        self.prepare()
        if misfit := self._misfit(request):
            raise misfit
        assert self._maker is not None  # noqa: S101 (it comes with the pipeline)
        try:
            inputs = self._maker.inputs([request])
            return log_probabilities(self.loaded, inputs, continuations)
        except (ValueError, RuntimeError, MemoryError) as error:
            raise scoring_error(error) from error

    def close(self) -> None:
        self._loaded = self._maker = self._pipeline = None
        free_memory()

    def _opened(self) -> Pipeline:
        is_tuned = self._published != self._folder
        loaded = load(
            self._entry,
            self._published,
            self._family,
            self._site.devices,
            adapter=self._folder if is_tuned else None,
        )
        self._loaded = loaded
        self._identity = replace(
            with_surroundings(self._identity, loaded.device),
            revision=noted_revision(self._published) or self._entry.revision,
            content_hash=_hash_of(self._published, self._folder),
            device=_device_name(loaded),
        )
        maker = self._maker = InputMaker(loaded.processor, self._family)
        return Pipeline(
            prepare=maker.inputs,
            run=self._write,
            cost=lambda request: (
                maker.cost(request) + self._entry.decoding.max_new_tokens
            ),
            budget=int(self._entry.options.get("batch_tokens", _BATCH_TOKENS)),
            max_batch=self._max_batch,
        )

    def _write(self, inputs: Inputs, requests: Sequence[Request]) -> list[Words]:
        seeds = [request.seed for request in requests]
        return decode(self.loaded, inputs, self._entry.decoding, seeds)

    def _misfit(self, request: Request) -> EngineError | None:
        needed = self._family.frame_count
        if needed is None or len(request.frames.images) in (0, needed):
            return None
        message = f"{self._entry.title} takes {needed} frames; change its entry."
        return EngineError(Reason.MISCONFIGURED, message)


def _hash_of(published: Path, adapter: Path) -> str:
    """Of the weights, and of both kinds where an adapter stands beside them."""
    if published == adapter:
        return content_hash(published)
    both = f"{content_hash(published)} {content_hash(adapter)}"
    return hashlib.sha256(both.encode()).hexdigest()


def _device_name(loaded: Loaded) -> str:
    if loaded.device == "cpu":
        return "cpu"
    count = len({weights.device for weights in loaded.network.parameters()})
    return f"{count} x {torch.cuda.get_device_name(loaded.device)}"
