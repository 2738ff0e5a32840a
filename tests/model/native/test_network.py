"""Every family learns through its adapter, on its own processor's inputs."""

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor
from torch.nn import functional

from model.config import LoraSettings
from model.mimic_chat import IGNORED_LABEL
from model.native.config import NativeConfig
from model.native.inputs import ClipInputs, TimedFrames
from model.native.network import NativeNetwork, start
from model.training.native_dataset import NativeCollator, NativeExample
from tests.model.tiny import noise
from tests.specimens.checkpoints import FAMILIES, build


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checkpoints")


def _config(root: Path, family: str) -> NativeConfig:
    folder = root / family
    if not folder.is_dir():
        build(family, folder)
    return NativeConfig(str(folder), lora=LoraSettings(rank=4, alpha=8, dropout=0.0))


def _opened(root: Path, family: str) -> tuple[NativeNetwork, ClipInputs]:
    config = _config(root, family)
    processor = transformers.AutoProcessor.from_pretrained(
        config.checkpoint, local_files_only=True
    )
    torch.manual_seed(0)
    return start(config, torch.float32).eval(), ClipInputs(processor)


def _examples(inputs: ClipInputs) -> list[NativeExample]:
    """Prompts and answers of different lengths, on clips of one size."""
    tokenizer = inputs.processor.tokenizer
    made = []
    for number, answer in enumerate(("so cute lol", "who else is here the best part")):
        clip = TimedFrames(
            noise(8, number, height=48, width=64), tuple(range(8)), duration_s=8.0
        )
        ids = tokenizer.encode(answer, add_special_tokens=False)
        ids.append(tokenizer.eos_token_id)
        text = inputs.text("Write the one comment. " * (1 + 2 * number))
        made.append(NativeExample(text, clip, ids))
    return made


def _loss(network: NativeNetwork, batch: dict[str, Any]) -> Tensor:
    tensors = {name: value for name, value in batch.items() if name != "skipped"}
    loss = network(**tensors, num_items_in_batch=1).loss
    assert isinstance(loss, Tensor)
    return loss


@pytest.mark.parametrize("family", FAMILIES)
class TestEveryFamily:
    def test_only_the_adapter_of_the_language_model_trains(
        self, family: str, root: Path
    ) -> None:
        network, inputs = _opened(root, family)

        _loss(network.train(), NativeCollator(inputs)(_examples(inputs))).backward()

        trained = network.trainable_parameters()
        assert all("lora_" in name for name in trained)
        # Two layers, four projections, two matrices; none in the vision encoder.
        assert len(trained) == 16
        assert all(
            bool(parameter.grad is not None and parameter.grad.abs().sum() > 0)
            == ("lora_B" in name)
            for name, parameter in trained.items()
        )
        assert all(
            parameter.grad is None
            for name, parameter in network.named_parameters()
            if name not in trained
        )

    def test_the_loss_is_that_of_the_answers_written_out(
        self, family: str, root: Path
    ) -> None:
        network, inputs = _opened(root, family)
        example = _examples(inputs)[0]
        prompt = inputs.batch([example.text], [example.clip] if example.clip else [])
        batch = NativeCollator(inputs)([example])

        loss = _loss(network, batch)

        ids = batch["input_ids"][0].tolist()
        assert ids == prompt["input_ids"][0].tolist() + example.answer_ids
        count = len(example.answer_ids)
        inputs_alone = {
            name: value
            for name, value in batch.items()
            if name not in {"labels", "skipped"}
        }
        with torch.no_grad():
            logits = network.adapted(**inputs_alone).logits[0, -count - 1 : -1]
        expected = functional.cross_entropy(
            logits, torch.tensor(example.answer_ids), reduction="sum"
        )
        assert loss.item() == pytest.approx(expected.item(), rel=1e-5)

    def test_a_batch_s_loss_is_the_sum_of_its_examples(
        self, family: str, root: Path
    ) -> None:
        network, inputs = _opened(root, family)
        examples, collator = _examples(inputs), NativeCollator(inputs)

        together = _loss(network, collator(examples)).item()

        alone = sum(_loss(network, collator([each])).item() for each in examples)
        assert together == pytest.approx(alone, rel=1e-4)

    def test_it_can_be_asked_without_its_clip(self, family: str, root: Path) -> None:
        network, inputs = _opened(root, family)
        texts = [inputs.text(words, has_clip=False) for words in ("Hi.", "Hi. " * 9)]

        together = network.write(inputs, dict(inputs.batch(texts, [])), 8)

        alone = [
            network.write(inputs, dict(inputs.batch([text], [])), 8)[0]
            for text in texts
        ]
        assert together == alone


def test_labels_cover_the_answer_and_its_end_alone(root: Path) -> None:
    _, inputs = _opened(root, "qwen2_5_vl")
    examples = _examples(inputs)

    labels = NativeCollator(inputs)(examples)["labels"]

    for row, example in zip(labels, examples, strict=True):
        assert row[row != IGNORED_LABEL].tolist() == example.answer_ids


def test_checkpointed_activations_change_no_gradient(root: Path) -> None:
    gradients = []
    for saves_memory in (False, True):
        network, inputs = _opened(root, "qwen2_5_vl")
        if saves_memory:
            network.gradient_checkpointing_enable()
        _loss(network.train(), NativeCollator(inputs)(_examples(inputs))).backward()
        gradients.append(
            [
                parameter.grad
                for name, parameter in network.trainable_parameters().items()
                if "lora_B" in name
            ]
        )

    for plain, checkpointed in zip(*gradients, strict=True):
        torch.testing.assert_close(plain, checkpointed)
