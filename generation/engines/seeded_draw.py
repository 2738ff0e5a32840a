"""Drawing words so that each request has chance of its own.

transformers draws a whole batch from one generator: what a request gets then depends on
its neighbours. Here each row has a generator from its request's seed, and the word is
the largest of log-probability plus Gumbel noise, which is an exact draw (Gumbel, 1954;
Maddison et al., 2014). Decoding itself stays greedy.
"""

from collections.abc import Sequence

import torch
from transformers import LogitsProcessor, TopPLogitsWarper

from generation.engines.base import Decoding


class SeededDraw(LogitsProcessor):
    """Turns greedy decoding into sampling with a seed a row."""

    def __init__(self, decoding: Decoding, seeds: Sequence[int], device: str) -> None:
        self._temperature = decoding.temperature
        self._nucleus = TopPLogitsWarper(decoding.top_p) if decoding.top_p < 1 else None
        self._generators = [
            torch.Generator(device=device).manual_seed(seed) for seed in seeds
        ]

    def __call__(
        self, input_ids: torch.LongTensor, scores: torch.FloatTensor
    ) -> torch.Tensor:
        """(batch, vocabulary) in and out."""
        warm = scores.float() / self._temperature
        if self._nucleus is not None:
            warm = self._nucleus(input_ids, warm)
        noise = torch.stack([self._gumbel(row) for row in self._rows(warm)])
        return warm + noise

    def _rows(self, warm: torch.Tensor) -> list[tuple[torch.Tensor, torch.Generator]]:
        return list(zip(warm, self._generators, strict=True))

    @staticmethod
    def _gumbel(row: tuple[torch.Tensor, torch.Generator]) -> torch.Tensor:
        scores, generator = row
        uniform = torch.rand(
            scores.shape, generator=generator, device=generator.device
        ).to(scores.device)
        smallest = torch.finfo(uniform.dtype).tiny
        return -torch.log(-torch.log(uniform.clamp_min(smallest)))
