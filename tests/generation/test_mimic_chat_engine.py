"""MIMIC-Chat as an engine: frames of the cache to words, on a tiny network."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from corpus.media.frame_store import FrameStore
from corpus.media.strips import Strip
from generation.engines.base import Decoding, EngineError, Reason, Request, Site
from generation.engines.mimic_chat import MimicChatEngine
from generation.frame_policy import FramesPolicy
from generation.registry import Entry, entry
from model.checkpoint import save
from model.scoring import next_words
from model.sizes import SIZES
from model.training.clip_store import strips_of
from model.video import choose_frames
from tests.generation.tiny_models import texts
from tests.model.tiny import tiny_config, tiny_network, tiny_tokenizer
from tests.specimens.clips import write_clip

POLICY = FramesPolicy(kind="spatial_temporal", count=8, limit=12, max_short_side=48)
TINY = replace(
    entry("mimic-chat-nano"),
    key="mimic-chat-tiny",
    dtype="float32",
    frames_policy=POLICY,
    decoding=Decoding(max_new_tokens=10),
    options={},
)


def engine(root: Path, chosen: Entry = TINY, **ablation: bool) -> MimicChatEngine:
    network = tiny_network(tiny_config("tanh_adapter", 0.6, **ablation), seed=5)
    save(network, root / chosen.key, tokenizer=tiny_tokenizer())
    return MimicChatEngine(chosen, Site(checkpoint_root=root))


@pytest.fixture
def requests(tmp_path: Path) -> list[Request]:
    """Real clips of several lengths, through the frame store."""
    store = FrameStore(tmp_path / "frames", 10**9)
    found = []
    for number, frame_count in enumerate((3, 12, 20, 31)):
        clip = write_clip(
            tmp_path / f"{number}.mp4", times_ms=range(0, 40 * frame_count, 40)
        )
        content_hash = hashlib.sha256(clip.read_bytes()).hexdigest()
        frames, thinned = store.frames(clip, content_hash, POLICY.strips)
        found.append(Request(str(number), frames, "Say it.", None, number, thinned))
    store.close()
    return found


def test_several_videos_get_what_each_gets_alone(
    tmp_path: Path, requests: list[Request]
) -> None:
    tiny = engine(tmp_path)

    together = texts([*tiny.generate(requests)])
    alone = [answer for each in requests for answer in tiny.generate([each])]

    assert together == texts(alone)
    assert len(set(together.values())) > 1


def test_a_seed_rules_its_request_alone(
    tmp_path: Path, requests: list[Request]
) -> None:
    drawing = replace(TINY, decoding=Decoding(max_new_tokens=10, temperature=1.0))
    tiny = engine(tmp_path, drawing)

    together = texts([*tiny.generate(requests)])
    alone = texts([*tiny.generate([requests[2]])])
    (other,) = tiny.generate([replace(requests[2], seed=99)])

    assert alone["2"] == together["2"]
    assert other.text != alone["2"]


def test_it_tells_what_it_is(tmp_path: Path) -> None:
    tiny = engine(tmp_path)
    tiny.prepare()

    assert len(tiny.identity.content_hash) == 64
    assert tiny.identity.device == "cpu"


def test_frames_of_another_policy_are_refused_with_the_right_one(
    tmp_path: Path, requests: list[Request]
) -> None:
    wrong = replace(TINY, frames_policy=replace(POLICY, kind="uniform"))
    tiny = engine(tmp_path, wrong)

    (answer,) = tiny.generate([replace(requests[3], thinned=None)])

    assert answer.error is not None
    assert "count = 8, limit = 12" in answer.error.message


def test_an_ablation_s_checkpoint_does_not_pass_for_another(tmp_path: Path) -> None:
    ablated = engine(tmp_path, no_lora=True)

    with pytest.raises(EngineError, match="was trained with no_lora"):
        ablated.prepare()


def test_the_right_ablation_runs(tmp_path: Path, requests: list[Request]) -> None:
    chosen = replace(TINY, options={"ablation": "no_temporal_encoder"})
    ablated = engine(tmp_path, chosen, no_temporal_encoder=True)

    assert len(texts([*ablated.generate(requests)])) == 4


@pytest.mark.parametrize("size", ["8b", "nano"])
def test_the_registry_asks_for_the_frames_that_the_network_takes(size: str) -> None:
    policy = entry(f"mimic-chat-{size}").frames_policy
    config = SIZES[size]()

    near, full = policy.strips
    assert near == Strip(config.spatial.frame_count, policy.max_short_side)
    assert near.max_short_side >= config.spatial.image_size
    assert (full.count, full.repeats) == (config.temporal.max_frames, False)
    assert full.max_short_side >= config.temporal.image_size
    # Fine-tuning shows the very same frames where it draws none.
    drawn_from, _ = strips_of(config)
    for frame_count in (1, 20, 90, 1000):
        kept = drawn_from.indices(frame_count)
        middles = [kept[i] for i in choose_frames(len(kept), config).spatial]
        assert middles == near.indices(frame_count)


def test_a_folder_without_a_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as error:
        MimicChatEngine(TINY, Site(checkpoint_root=tmp_path)).prepare()

    assert error.value.reason == Reason.MISCONFIGURED
    assert str(tmp_path / TINY.key) in error.value.message


def test_a_pickle_under_the_weights_name_is_refused_unread(tmp_path: Path) -> None:
    tiny = engine(tmp_path)
    torch.save({"gates": 1}, tmp_path / TINY.key / "weights.safetensors")

    with pytest.raises(EngineError, match="no safetensors") as error:
        tiny.prepare()

    assert error.value.reason == Reason.MISCONFIGURED


def test_the_word_that_it_writes_is_the_likeliest(
    tmp_path: Path, requests: list[Request]
) -> None:
    tiny = engine(tmp_path, replace(TINY, decoding=Decoding(max_new_tokens=1)))
    written = texts([*tiny.generate(requests)])
    (network, encoder), _ = tiny._open()

    for asked in requests:
        (row,) = next_words(network, encoder, tiny._video(asked), asked.prompt)

        assert encoder.answer_of([int(row.argmax())]) == written[asked.key]
        assert float(row.exp().sum()) == pytest.approx(1, abs=1e-3)


def test_a_score_of_several_words_is_that_of_each_after_the_others(
    tmp_path: Path, requests: list[Request]
) -> None:
    tiny = engine(tmp_path)
    asked = requests[1]
    (network, encoder), _ = tiny._open()
    first, second = encoder.answer_ids("a b c")[:2]
    video = tiny._video(asked)

    text = str(encoder.tokenizer.decode([first, second]))
    score, again = tiny.score(asked, [text, text])

    alone = next_words(network, encoder, video, asked.prompt)[0, first]
    after = next_words(network, encoder, video, asked.prompt, (first,))[1, second]
    assert score == pytest.approx(float(alone + after), abs=1e-4)
    # Spelt as the first one: a sum over spellings counts it once.
    assert again == float("-inf")
