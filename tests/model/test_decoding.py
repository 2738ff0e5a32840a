"""Generation: batched is single, cached is recomputed, a seed is an answer."""

import pytest
import torch

from model.collation import Batch, collate
from model.config import GateForm
from model.decoding import Sampling, draw, generate
from model.mimic_chat import MimicChat
from model.text import Encoder
from model.video import VideoInput
from tests.model.tiny import clip, logits_of, tiny_config, tiny_encoder, tiny_network

_FORMS: tuple[GateForm, ...] = ("tanh_adapter", "attention_bias")
_PROMPTS = ["Say", "Say something about it", "Why?"]


def _network(form: GateForm = "tanh_adapter") -> tuple[MimicChat, Encoder]:
    config = tiny_config(form, start=0.6)
    return tiny_network(config, seed=5), tiny_encoder(config)


def _videos(network: MimicChat) -> list[VideoInput]:
    """Of other lengths, one longer than the temporal branch takes."""
    return [clip(network.config, count, seed=count) for count in (3, 9, 30)]


@pytest.mark.parametrize("form", _FORMS)
def test_a_video_gets_the_same_answer_alone_and_in_a_batch(form: GateForm) -> None:
    network, encoder = _network(form)
    videos, sampling = _videos(network), Sampling(12)

    together = generate(network, encoder, videos, _PROMPTS, sampling=sampling)
    alone = [
        generate(network, encoder, [video], [prompt], sampling=sampling)[0]
        for video, prompt in zip(videos, _PROMPTS, strict=True)
    ]

    assert together == alone
    assert len(set(together)) == 3


def test_a_seed_belongs_to_its_video_not_to_its_place() -> None:
    network, encoder = _network()
    videos, sampling = _videos(network), Sampling(12, temperature=1.0, top_p=0.9)

    together = generate(
        network, encoder, videos, _PROMPTS, sampling=sampling, seeds=[1, 2, 3]
    )
    turned = generate(
        network,
        encoder,
        videos[::-1],
        _PROMPTS[::-1],
        sampling=sampling,
        seeds=[3, 2, 1],
    )

    assert turned[::-1] == together


def test_another_seed_gives_another_answer() -> None:
    network, encoder = _network()
    sampling = Sampling(12, temperature=1.0)

    answers = {
        generate(
            network,
            encoder,
            [clip(network.config)],
            ["Say"],
            sampling=sampling,
            seeds=[seed],
        )[0]
        for seed in range(5)
    }

    assert len(answers) == 5


def _greedy_ids(
    network: MimicChat, encoder: Encoder, video: VideoInput, prompt: str
) -> list[int]:
    """Eight ids, each found by a pass over everything before it, without a cache."""
    found: list[int] = []
    for _ in range(8):
        example = encoder.encode(video, prompt)
        batch: Batch = collate([example], network.config, padding_id=0)
        ids = torch.tensor([[*example.input_ids, *found]])
        batch["input_ids"], batch["attention_mask"] = ids, torch.ones_like(ids)
        found.append(int(logits_of(network, batch)[0, -1].argmax()))
    return found


@pytest.mark.parametrize("form", _FORMS)
def test_the_cache_changes_nothing(form: GateForm) -> None:
    network, encoder = _network(form)
    video = clip(network.config)
    expected = _greedy_ids(network, encoder, video, "Say")

    answer = generate(network, encoder, [video], ["Say"], sampling=Sampling(8))

    assert answer == [encoder.answer_of(expected)]


def test_an_answer_ends_where_the_network_ends_it() -> None:
    """Take for the end a token that it writes on the way; the other row writes on."""
    network, encoder = _network()
    videos = _videos(network)
    drawn = _greedy_ids(network, encoder, videos[0], _PROMPTS[0])
    place = next(i for i in range(1, 8) if drawn[i] not in drawn[:i])
    ending = Encoder(network.config, encoder.tokenizer)
    ending.answer_end_id = drawn[place]

    answers = generate(network, ending, videos[:2], _PROMPTS[:2], sampling=Sampling(12))

    assert answers[0] == encoder.answer_of(drawn[:place])
    assert len(answers[1]) > len(answers[0])


def test_drawing_without_seeds_is_refused() -> None:
    network, encoder = _network()

    with pytest.raises(ValueError, match="seed"):
        generate(
            network,
            encoder,
            [clip(network.config)],
            ["Say"],
            sampling=Sampling(4, temperature=1.0),
        )


@pytest.mark.parametrize(("temperature", "top_p"), [(-1, 1), (1, 0), (1, 1.1)])
def test_impossible_sampling_is_refused(temperature: float, top_p: float) -> None:
    with pytest.raises(ValueError, match="top_p"):
        Sampling(4, temperature, top_p)


_LOGITS = torch.tensor([[0.1, 0.2, 0.5, 0.15, 0.05]]).log()


def _counts(sampling: Sampling) -> list[float]:
    """How often each token is drawn at evenly spread chances."""
    chances = (torch.arange(1000) + 0.5) / 1000
    tokens = draw(_LOGITS.expand(1000, -1), chances, sampling)
    return [float((tokens == token).float().mean()) for token in range(5)]


def test_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    assert _counts(Sampling(1, 1.0)) == pytest.approx([0.1, 0.2, 0.5, 0.15, 0.05])


def test_temperature_sharpens() -> None:
    squares = [0.01, 0.04, 0.25, 0.0225, 0.0025]

    expected = [square / sum(squares) for square in squares]
    assert _counts(Sampling(1, 0.5)) == pytest.approx(expected, abs=0.002)


def test_top_p_leaves_the_likeliest_that_reach_it() -> None:
    expected = [0, 0.2 / 0.85, 0.5 / 0.85, 0.15 / 0.85, 0]

    # 0.5 and 0.2 fall short of 0.8, so the next one stays too.
    assert _counts(Sampling(1, 1.0, top_p=0.8)) == pytest.approx(expected, abs=0.002)


def test_a_tiny_top_p_is_greedy() -> None:
    assert _counts(Sampling(1, 1.0, top_p=1e-6))[2] == 1.0


def test_no_chance_draws_past_the_last_token() -> None:
    almost_one = torch.tensor([1 - 2**-24])

    assert int(draw(_LOGITS, almost_one, Sampling(1, 1.0))) == 4
    assert int(draw(_LOGITS, almost_one, Sampling(1, 1.0, top_p=0.6))) == 1
