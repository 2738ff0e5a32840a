"""The in-process engine on real, tiny checkpoints of each family."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from generation.engines.base import Decoding, EngineError, Reason, Site
from generation.engines.checkpoint_loading import load
from generation.engines.families import FAMILIES as KINDS
from generation.engines.inputs import InputMaker
from generation.engines.transformers import TransformersEngine
from tests.generation.tiny_models import (
    frames,
    open_engine,
    request,
    texts,
    tiny_entry,
)
from tests.specimens.checkpoints import FAMILIES, build

SAMPLING = Decoding(max_new_tokens=10, temperature=1.0, top_p=0.95)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checkpoints")


def mixed_requests() -> list:
    """Different videos, sizes and lengths of prompt."""
    sizes = [(48, 64), (64, 48), (48, 80)]
    return [
        request(
            str(n),
            prompt="Write the one comment that you would leave. " * (1 + n % 3),
            video=frames(n, size=sizes[n % 3]),
            seed=n,
        )
        for n in range(6)
    ]


# By day every family answers, and these show how requests share a batch.
FEW = ("qwen2_5_vl", "video_llava")
EVERY_FAMILY = pytest.mark.parametrize("name", FAMILIES)
FEW_BY_DAY = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in FEW else pytest.mark.nightly)
        for name in FAMILIES
    ],
)


class TestEveryFamily:
    @FEW_BY_DAY
    def test_a_batch_of_several_says_what_one_by_one_says(
        self, name: str, root: Path
    ) -> None:
        engine = open_engine(tiny_entry(name), root)
        requests = mixed_requests()

        together = [*engine.generate(requests)]
        alone = [answer for each in requests for answer in engine.generate([each])]

        assert texts(together) == texts(alone)
        assert {answer.batch_size for answer in together} == {6}
        assert {answer.batch_size for answer in alone} == {1}

    @FEW_BY_DAY
    def test_different_videos_get_different_words(self, name: str, root: Path) -> None:
        engine = open_engine(tiny_entry(name), root)
        requests = [request(str(n), video=frames(n)) for n in range(4)]

        assert len(set(texts([*engine.generate(requests)]).values())) > 1

    @FEW_BY_DAY
    def test_a_request_s_seed_rules_its_words_whoever_is_beside_it(
        self, name: str, root: Path
    ) -> None:
        entry = replace(tiny_entry(name), decoding=SAMPLING)
        engine = open_engine(entry, root)
        mine = request("mine", seed=7)
        others = [request(str(n), seed=n, video=mine.frames) for n in range(4)]

        alone = texts([*engine.generate([mine])])["mine"]
        together = texts([*engine.generate([*others, mine])])

        assert together["mine"] == alone
        assert len(set(together.values())) > 2

    @EVERY_FAMILY
    def test_it_counts_what_it_read_and_wrote(self, name: str, root: Path) -> None:
        engine = open_engine(tiny_entry(name), root)

        (answer,) = engine.generate([request()])

        assert 1 <= answer.token_count <= 10
        assert answer.is_unfinished == (answer.token_count == 10)
        assert answer.prompt_token_count > 20
        assert answer.seconds > 0


class TestTimes:
    """Processors find the true time of each frame."""

    @pytest.fixture
    def maker(self, root: Path) -> InputMaker:
        return input_maker("qwen2_5_vl", root)

    def test_qwen_2_5_gets_the_seconds_between_its_frames(
        self, maker: InputMaker
    ) -> None:
        video = frames(count=8, duration=12.0)

        inputs = maker.inputs([request(video=video)])

        # Two frames share their tokens: 2 of 8 parts of 12 s.
        assert inputs["second_per_grid_ts"][0] == pytest.approx(3.0)

    def test_wrong_times_would_change_what_qwen_2_5_gets(
        self, maker: InputMaker
    ) -> None:
        video = frames(count=8, duration=12.0)
        wrong = replace(video, duration=4.0)

        right_inputs = maker.inputs([request(video=video)])
        wrong_inputs = maker.inputs([request(video=wrong)])

        assert wrong_inputs["second_per_grid_ts"] != right_inputs["second_per_grid_ts"]
        assert torch.equal(wrong_inputs["input_ids"], right_inputs["input_ids"])

    def test_qwen_2_5_says_something_else_at_another_pace(self, root: Path) -> None:
        engine = open_engine(tiny_entry("qwen2_5_vl"), root)
        video = frames(1, duration=2.0)
        paces = [replace(video, duration=2.0 * pace) for pace in (1, 4, 16, 64)]

        answers = [
            *engine.generate([request(str(n), video=v) for n, v in enumerate(paces)])
        ]

        assert len(set(texts(answers).values())) > 1

    def test_smolvlm_reads_each_frame_s_own_time_in_a_video_of_varying_rate(
        self, root: Path
    ) -> None:
        maker = input_maker("smolvlm", root)
        video = replace(
            frames(count=4, duration=100.0), timestamps=(1.0, 2.0, 61.0, 99.0)
        )

        ids = maker.inputs([request(video=video)])["input_ids"][0]

        read = maker._processor.tokenizer.decode(ids)
        for time in ("00:01", "00:02", "01:01", "01:39"):
            assert time in read
        assert "0:01:40" in read

    @pytest.mark.parametrize(
        ("name", "times"),
        [
            ("qwen3_vl", ["<2.0 seconds>", "<6.0 seconds>", "<14.0 seconds>"]),
            ("video_llama_3", ["Time 1.0s:", "Time 3.0s:", "Time 15.0s:"]),
        ],
    )
    def test_families_that_write_times_into_the_text_write_the_right_ones(
        self, name: str, times: list[str], root: Path
    ) -> None:
        maker = input_maker(name, root)

        ids = maker.inputs([request(video=frames(count=8, duration=16.0))])["input_ids"]

        read = maker._processor.tokenizer.decode(ids[0])
        assert all(time in read for time in times), read


class TestWords:
    def test_prompts_are_padded_on_the_left(self, root: Path) -> None:
        maker = input_maker("internvl", root)

        inputs = maker.inputs([request(prompt="Hi."), request(prompt="Hi. " * 20)])

        assert inputs["attention_mask"][0, 0] == 0
        assert inputs["attention_mask"][:, -1].tolist() == [1, 1]

    def test_a_system_text_goes_where_the_template_has_a_place_for_it(
        self, root: Path
    ) -> None:
        maker = input_maker("qwen2_5_vl", root)
        plain, with_system = (
            maker._processor.tokenizer.decode(ids)
            for ids in (
                maker.inputs([request()])["input_ids"][0],
                maker.inputs([request(system="Be brief.")])["input_ids"][0],
            )
        )

        assert "<|im_start|>system\nBe brief.<|im_end|>" in with_system
        assert "system" not in plain

    def test_a_model_without_such_a_place_gets_it_before_the_prompt(
        self, root: Path
    ) -> None:
        maker = input_maker("video_llava", root)

        ids = maker.inputs([request(system="Be brief.")])["input_ids"][0]

        read = maker._processor.tokenizer.decode(ids)
        assert read.startswith("USER: <video>")
        assert read.endswith("Be brief.\nWrite the one comment. ASSISTANT:")

    def test_pixels_are_capped(self, root: Path) -> None:
        maker = input_maker("qwen2_5_vl", root)
        size = {"shortest_edge": 28 * 28, "longest_edge": 10**9}
        maker._processor.video_processor.size = size
        capped = InputMaker(maker._processor, KINDS["qwen2_5_vl"])

        large = frames(count=2, size=(1600, 2400))
        grid = capped.inputs([request(video=large)])["video_grid_thw"][0]

        # Patches of 7 pixels, at most 512 * 28 * 28 pixels of a frame.
        assert grid[1] * grid[2] * 7 * 7 <= 512 * 28 * 28


class TestRefusals:
    def test_a_model_of_eight_frames_takes_no_other_number(self, root: Path) -> None:
        engine = open_engine(tiny_entry("video_llava"), root)
        requests = [request("four", video=frames(count=4)), request("eight")]

        four, eight = engine.generate(requests)

        assert four.error is not None
        assert four.error.reason == Reason.MISCONFIGURED
        assert eight.text

    def test_frames_that_the_processor_refuses_harm_no_other_request(
        self, root: Path
    ) -> None:
        engine = open_engine(tiny_entry("qwen2_5_vl"), root)
        thin = frames(size=(8, 8 * 300))
        requests = [request("thin", video=thin), request("good"), request("fine")]

        answers = {answer.key: answer for answer in engine.generate(requests)}

        assert answers["good"].text
        assert answers["fine"].text
        error = answers["thin"].error
        assert error is not None
        assert error.reason == Reason.UNDECODABLE
        assert "aspect ratio" in error.message
        assert not error.retryable

    def test_a_folder_without_a_checkpoint_is_named(self, tmp_path: Path) -> None:
        entry = tiny_entry("internvl")
        engine = TransformersEngine(entry, Site(checkpoint_root=tmp_path))

        with pytest.raises(EngineError) as error:
            engine.prepare()

        assert error.value.reason == Reason.MISCONFIGURED
        assert str(tmp_path / entry.key) in error.value.message

    def test_missing_weights_are_not_made_up(self, tmp_path: Path) -> None:
        folder = build("internvl", tmp_path / "tiny-internvl")
        weights = load_file(folder / "model.safetensors")
        weights.pop(next(name for name in weights if "vision_tower" in name))
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

        with pytest.raises(EngineError, match="lacks 1 weights"):
            open_engine(tiny_entry("internvl"), tmp_path).prepare()

    def test_a_quantisation_that_the_files_lack_is_refused(self, root: Path) -> None:
        entry = replace(tiny_entry("internvl"), quantisation="awq")
        open_engine(tiny_entry("internvl"), root)

        with pytest.raises(EngineError, match="not quantised with awq"):
            open_engine(entry, root).prepare()


class TestIdentity:
    def test_it_tells_what_wrote_the_comment(self, tmp_path: Path) -> None:
        engine = open_engine(tiny_entry("internvl"), tmp_path)
        (tmp_path / "tiny-internvl" / "revision.txt").write_text("a" * 40 + "\n")

        engine.prepare()

        identity = engine.identity
        assert identity.revision == "a" * 40
        assert len(identity.content_hash) == 64
        assert identity.dtype == "float32"
        assert identity.device == "cpu"
        assert f"torch {torch.__version__}" in identity.engine

    def test_other_weights_have_another_hash(self, tmp_path: Path) -> None:
        hashes = set()
        for seed in (0, 1):
            root = tmp_path / str(seed)
            build("internvl", root / "tiny-internvl", seed=seed)
            engine = open_engine(tiny_entry("internvl"), root)
            engine.prepare()
            hashes.add(engine.identity.content_hash)

        assert len(hashes) == 2


class TestMemory:
    def test_a_batch_that_does_not_fit_is_halved_and_the_shard_goes_on(
        self, root: Path
    ) -> None:
        """In a process whose memory is really short."""
        open_engine(tiny_entry("llava_onevision"), root)

        found = subprocess.run(
            [sys.executable, "-m", "tests.generation.short_of_memory", str(root)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )

        result = json.loads(found.stdout.splitlines()[-1])
        assert result["answered"] == result["asked"]
        assert 1 <= result["largest_batch"] < result["asked"]
        assert result["same_words_as_without_limit"]


def input_maker(name: str, root: Path) -> InputMaker:
    open_engine(tiny_entry(name), root)
    kind = KINDS[name]
    loaded = load(tiny_entry(name), root / f"tiny-{name}", kind, ())
    return InputMaker(loaded.processor, kind)
