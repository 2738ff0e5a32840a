"""How likely a tiny network finds words, against its own decoding step by step."""

import math
from pathlib import Path

import pytest

from corpus.media.strips import Frames
from generation.engines.base import Request, ScoringEngine
from generation.engines.inputs import InputMaker
from generation.engines.transformers import TransformersEngine
from model.native.inputs import for_network
from tests.generation.tiny_models import frames, open_engine, request, tiny_entry


def decoded(engine: TransformersEngine, asked: Request, text: str) -> float:
    """Log-probability of a text by generating it word by word, with a cache."""
    loaded = engine.loaded
    maker = InputMaker(loaded.processor, engine._family)
    inputs = for_network(maker.inputs([asked]), loaded.device, loaded.network.dtype)
    tokens = loaded.processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    length = inputs["input_ids"].shape[1]
    made = loaded.network.generate(
        **inputs,
        max_new_tokens=len(tokens),
        do_sample=False,
        output_logits=True,
        return_dict_in_generate=True,
        prefix_allowed_tokens_fn=lambda _, ids: [tokens[len(ids) - length]],
    )
    steps = zip(made.logits, tokens, strict=True)
    return sum(float(row[0].log_softmax(-1)[token]) for row, token in steps)


def nothing() -> Frames:
    return Frames((), (), (), 0.0, 0.0, 0)


@pytest.mark.parametrize("family", ["qwen2_5_vl", "internvl"])
@pytest.mark.parametrize("shown", ["video", "nothing"])
def test_a_score_is_the_sum_of_what_decoding_gives_its_words(
    family: str, shown: str, tmp_path: Path
) -> None:
    engine = open_engine(tiny_entry(family), tmp_path)
    texts = ["A", " B", "a goal", "A"]
    asked = request(video=frames() if shown == "video" else nothing())

    scores = engine.score(asked, texts)

    assert isinstance(engine, ScoringEngine)
    expected = [decoded(engine, asked, text) for text in texts[:3]]
    assert scores[:3] == pytest.approx(expected, abs=1e-3)
    # Spelt as one before: a sum over spellings counts it once.
    assert scores[3] == -math.inf
    engine.close()
