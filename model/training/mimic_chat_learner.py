"""MIMIC-Chat as what is trained and measured."""

from collections.abc import Sequence
from pathlib import Path

from model import checkpoint
from model.decoding import Sampling, generate
from model.mimic_chat import MimicChat
from model.text import Encoder
from model.training.dataset import (
    ANSWER_TOKENS,
    COMMENT_TOKENS,
    TEMPERATURE,
    TOP_P,
    Collator,
    ExampleDataset,
)
from model.training.evaluation import Answerer
from model.training.packing import PackedDataset
from model.video import VideoInput


class MimicChatLearner:
    """A network with its encoder and its examples."""

    def __init__(
        self,
        network: MimicChat,
        encoder: Encoder,
        datasets: tuple[ExampleDataset | PackedDataset, ExampleDataset],
    ) -> None:
        self.network = network
        self.datasets = datasets
        self.collator = Collator(network.config, encoder.padding_id)
        self._encoder = encoder
        self._ask = likeliest_answers(network, encoder)

    def answers(
        self, videos: Sequence[VideoInput], prompts: Sequence[str]
    ) -> list[str]:
        """The likeliest answer to each prompt about its video."""
        return self._ask(videos, prompts)

    def drawn(
        self, videos: Sequence[VideoInput], prompts: Sequence[str], seeds: Sequence[int]
    ) -> list[str]:
        """An answer to each prompt, drawn by its seed."""
        return generate(
            self.network.eval(),
            self._encoder,
            videos,
            prompts,
            sampling=Sampling(COMMENT_TOKENS, TEMPERATURE, TOP_P),
            seeds=seeds,
        )

    def export(self, folder: Path) -> None:
        """A checkpoint with its tokenizer."""
        checkpoint.save(self.network, folder, tokenizer=self._encoder.tokenizer)


def likeliest_answers(network: MimicChat, encoder: Encoder) -> Answerer:
    """Ask this network."""

    def ask(videos: Sequence[VideoInput], prompts: Sequence[str]) -> list[str]:
        sampling = Sampling(max_new_tokens=ANSWER_TOKENS)
        return generate(network.eval(), encoder, videos, prompts, sampling=sampling)

    return ask
