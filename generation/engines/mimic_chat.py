"""Runs MIMIC-Chat and its ablations, from the project's own package."""

import model  # lets torchvision load beside a CPU torch

# isort: split

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from generation.checkpoints import content_hash
from generation.engines.base import (
    Answer,
    Capabilities,
    EngineError,
    Identity,
    Reason,
    Request,
    Site,
)
from generation.engines.faults import free_memory, load_error
from generation.engines.pipeline import (
    BATCHES_AHEAD,
    Inputs,
    Pipeline,
    scoring_error,
)
from generation.engines.scoring import summed
from generation.engines.surroundings import with_surroundings
from generation.engines.writing import Words
from generation.registry import Entry, checkpoint_folder
from model.checkpoint import Checkpoint, CheckpointError, load
from model.decoding import Sampling, generate
from model.published_base import BaseError
from model.scoring import next_words
from model.video import VideoInput, from_strips

_MAX_BATCH = 16
_BATCH_TOKENS = 32_768


class MimicChatEngine:
    """One trained checkpoint; which ablation it is stands in its config."""

    def __init__(self, entry: Entry, site: Site) -> None:
        self._entry = entry
        self._site = site
        self._folder = checkpoint_folder(entry, site.checkpoint_root)
        self._opened: tuple[Checkpoint, Pipeline] | None = None
        self._identity = Identity(
            engine=f"{model.__name__}.mimic_chat, torch {torch.__version__}",
            checkpoint=str(self._folder),
            dtype=entry.dtype,
        )

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(max_batch=_MAX_BATCH * (1 + BATCHES_AHEAD))

    @property
    def identity(self) -> Identity:
        return self._identity

    def prepare(self) -> None:
        self._open()

    def generate(self, requests: Sequence[Request]) -> Iterator[Answer]:
        _, pipeline = self._open()
        yield from pipeline.answers(requests)

    def token_counts(self, continuations: Sequence[str]) -> list[int]:
        (_, encoder), _ = self._open()
        return [len(encoder.answer_ids(text)) - 1 for text in continuations]

    def score(self, request: Request, continuations: Sequence[str]) -> list[float]:
        (network, encoder), _ = self._open()
        try:
            video, words = self._video(request), _words(request)
            return summed(
                [tuple(encoder.answer_ids(text)[:-1]) for text in continuations],
                lambda written: next_words(network, encoder, video, words, written),
            )
        except (ValueError, RuntimeError, MemoryError) as error:
            raise scoring_error(error) from error

    def close(self) -> None:
        self._opened = None
        free_memory()

    def _open(self) -> tuple[Checkpoint, Pipeline]:
        if self._opened is None:
            checkpoint = self._loaded()
            self._require_ablation(checkpoint)
            pipeline = Pipeline(
                prepare=self._inputs,
                run=self._write,
                cost=self._cost,
                budget=_BATCH_TOKENS,
                max_batch=_MAX_BATCH,
            )
            self._opened = checkpoint, pipeline
            device = str(checkpoint.network.device)
            self._identity = replace(
                with_surroundings(self._identity, device),
                content_hash=content_hash(self._folder),
                revision=checkpoint.network.base_hash or "",
                device=device,
            )
        return self._opened

    def _loaded(self) -> Checkpoint:
        device = "cuda:0" if torch.cuda.is_available() else "cpu"
        try:
            return load(
                self._folder,
                base=self._base(),
                device=self._site.devices[0] if self._site.devices else device,
                dtype=getattr(torch, self._entry.dtype),
            )
        except (CheckpointError, BaseError, OSError, RuntimeError) as error:
            raise load_error(self._folder, error) from error

    def _base(self) -> Path | None:
        name = self._entry.options.get("base")
        return self._site.checkpoint_root / name if name else None

    def _require_ablation(self, checkpoint: Checkpoint) -> None:
        """Ablations share one shape of folder: the wrong one would pass unseen."""
        wanted = self._entry.options.get("ablation")
        flags = vars(checkpoint.network.config.ablation)
        found = [name for name, is_set in flags.items() if is_set]
        if found != ([wanted] if wanted else []):
            message = (
                f"The checkpoint in {self._folder} was trained with "
                f"{', '.join(found) or 'no ablation'}; {self._entry.title} is another."
            )
            raise EngineError(Reason.MISCONFIGURED, message)

    def _inputs(self, requests: Sequence[Request]) -> Inputs:
        return {"videos": [self._video(request) for request in requests]}

    def _video(self, request: Request) -> VideoInput:
        (network, _), _ = self._open()
        frames = request.frames
        config, policy = network.config, self._entry.frames_policy
        wanted = config.spatial.frame_count, config.temporal.max_frames
        if request.thinned is None or (policy.count, policy.limit) != wanted:
            message = (
                "the entry's frames must be spatial_temporal with count = "
                f"{wanted[0]}, limit = {wanted[1]}"
            )
            raise ValueError(message)
        return from_strips(
            torch.from_numpy(np.stack(frames.images)),
            torch.from_numpy(np.stack(request.thinned.images)),
            config,
            frame_count=frames.source_frame_count,
        )

    def _write(self, inputs: Inputs, requests: Sequence[Request]) -> list[Words]:
        (network, encoder), _ = self._open()
        decoding = self._entry.decoding
        texts = generate(
            network,
            encoder,
            inputs["videos"],
            [_words(request) for request in requests],
            sampling=Sampling(
                decoding.max_new_tokens, decoding.temperature, decoding.top_p
            ),
            seeds=[request.seed for request in requests],
        )
        # Prompts are counted inside the network, and not told.
        # With the token that closes an answer: one more is an answer that lacks it.
        counts = [len(encoder.answer_ids(text)) for text in texts]
        return [
            Words(text, count, 0, count > decoding.max_new_tokens)
            for text, count in zip(texts, counts, strict=True)
        ]

    def _cost(self, request: Request) -> int:
        (network, _), _ = self._open()
        return network.config.max_visual_tokens + len(_words(request).split()) * 2


def _words(request: Request) -> str:
    """Its sequence has no place for a system text."""
    return f"{request.system}\n{request.prompt}" if request.system else request.prompt
