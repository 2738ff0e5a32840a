"""KTO and DPO: TRL's numbers, a planted preference, a reference that stays."""

import json
from pathlib import Path

import pytest
import torch

from model.training.config import PreferenceConfig, TrainingConfig
from model.training.data import read_data
from model.training.errors import TrainingError
from model.training.native_run import prepare_native
from model.training.preference import balanced_weights, dpo_loss, kto_loss
from model.training.preference_trainer import Reference
from model.training.run import prepare
from model.training.running import train
from model.training.text_marks import marks_of
from tests.model.training.native_runs import clip_records, write_native_run
from tests.model.training.preference_runs import (
    write_preference_run,
    write_preferences,
)

TRL = json.loads(Path(__file__).with_name("trl_losses.json").read_text())
ROWS = {
    name: torch.tensor(values, dtype=torch.float64)
    for name, values in TRL["rows"].items()
}


@pytest.mark.parametrize("expected", TRL["kto"])
def test_kto_is_trls(expected: dict[str, float]) -> None:
    policy = ROWS["policy"].clone().requires_grad_()
    wanted = ROWS["wanted"].bool()
    weight = torch.where(
        wanted, expected["desirable_weight"], expected["undesirable_weight"]
    )

    loss = kto_loss(
        (policy - ROWS["reference"]).sum(1),
        (ROWS["kl_policy"] - ROWS["kl_reference"]).sum(1),
        wanted,
        weight,
        beta=TRL["beta"],
    )
    loss.backward()

    assert loss.item() == pytest.approx(expected["loss"], abs=1e-5)
    assert policy.grad is not None
    gradient = torch.tensor(expected["gradient"], dtype=torch.float64)
    assert torch.allclose(policy.grad, gradient, atol=1e-5)


@pytest.mark.parametrize("expected", TRL["dpo"], ids=lambda one: one["loss_type"])
def test_dpo_is_trls(expected: dict[str, object]) -> None:
    policy = ROWS["policy"].clone().requires_grad_()
    counts = ROWS["mask"].sum(1) if expected["loss_type"] == "ipo" else torch.ones(4)
    chosen, rejected = ((policy - ROWS["reference"]).sum(1) / counts).chunk(2)

    loss = dpo_loss(
        chosen,
        rejected,
        torch.full((2,), float(str(expected["flip"])), dtype=torch.float64),
        beta=TRL["beta"],
        loss=expected["loss_type"],  # type: ignore[arg-type]
    )
    loss.backward()

    assert loss.item() == pytest.approx(expected["loss"], abs=1e-5)
    assert policy.grad is not None
    gradient = torch.tensor(expected["gradient"], dtype=torch.float64)
    assert torch.allclose(policy.grad, gradient, atol=1e-5)


def test_five_human_comments_weigh_as_much_as_24_others() -> None:
    assert balanced_weights(5, 24, PreferenceConfig()) == (4.8, 1.0)
    assert balanced_weights(5, 24, PreferenceConfig(desirable_weight=2)) == (2, 1.0)


@pytest.mark.parametrize("objective", ["kto", "dpo"])
def test_a_run_prefers_what_people_prefer(objective: str, tmp_path: Path) -> None:
    file = write_preference_run(tmp_path, objective)

    result = train(prepare(TrainingConfig.load(file)), shows_progress=False)

    states = sorted((tmp_path / "run" / "checkpoints").glob("*/trainer_state.json"))
    history = [json.loads(path.read_text())["log_history"] for path in states]
    last = max(
        (entry for entries in history for entry in entries if "eval_loss" in entry),
        key=lambda entry: entry["step"],
    )
    # On videos that it never saw.
    assert last["eval_chosen_gain"] > last["eval_rejected_gain"] + 1
    assert result["objective"] == objective
    assert result["preferences"]["is_simulated"] is True
    assert result["kl_nats"] == result["kl_nats"]  # a number
    assert {"mean_characters", "distinct_2"} <= {*result["before"]}


@pytest.mark.nightly
@pytest.mark.parametrize("objective", ["kto", "dpo"])
def test_a_published_model_learns_from_clips_as_well(
    objective: str, tmp_path: Path
) -> None:
    records = clip_records(tmp_path)
    kind = "pairs" if objective == "dpo" else "binary"
    labels = [f"{one.platform}:{one.external_id}" for one in records]
    write_preferences(tmp_path, kind, labels=labels)
    file = write_native_run(
        tmp_path,
        records=records,
        data=f'kind = "preferences"\npreferences = "{tmp_path}"\ntasks = false',
        recipe="max_steps = 8",
    )
    file.write_text(f'objective = "{objective}"\n{file.read_text()}')

    result = train(prepare_native(TrainingConfig.load(file)), shows_progress=False)

    assert result["skipped"] == {}
    assert result["kl_nats"] != 0
    assert len(result["written"]) == 2
    assert (tmp_path / "run" / "best" / "adapter_model.safetensors").is_file()


def test_accepted_comments_alone_are_the_baseline(tmp_path: Path) -> None:
    file = write_preference_run(tmp_path, "sft", "max_steps = 4")

    prepared = prepare(TrainingConfig.load(file))
    # Of 36 lines, those that people accept.
    assert len(prepared.examples.training) == 18
    result = train(prepared, shows_progress=False)

    assert result["objective"] == "sft"
    assert (
        result["after"]["comment_perplexity"] < result["before"]["comment_perplexity"]
    )


def test_the_reference_stays_as_the_run_found_it(tmp_path: Path) -> None:
    network = prepare(
        TrainingConfig.load(write_preference_run(tmp_path, "kto"))
    ).start()
    reference = Reference(network)
    start = {n: p.detach().clone() for n, p in network.trainable_parameters().items()}
    with torch.no_grad():
        for parameter in network.trainable_parameters().values():
            parameter.add_(1.0)

    with reference():
        for name, parameter in network.trainable_parameters().items():
            assert torch.equal(parameter, start[name])
    for name, parameter in network.trainable_parameters().items():
        assert torch.equal(parameter, start[name] + 1)


def test_what_a_run_refuses_says_what_to_change(tmp_path: Path) -> None:
    file = write_preference_run(tmp_path, "kto")
    config = TrainingConfig.load(file)
    write_preferences(tmp_path, "pairs")
    with pytest.raises(TrainingError, match="--kind binary"):
        read_data(config, len)  # type: ignore[arg-type]
    (tmp_path / "train.jsonl").unlink()
    with pytest.raises(TrainingError, match="export_preferences"):
        prepare(config)
    text = file.read_text().replace('kind = "preferences"', 'kind = "records"')
    file.write_text(text)
    with pytest.raises(TrainingError, match="learns from preferences"):
        prepare(TrainingConfig.load(file))


def test_signs_of_hacking_are_in_the_texts() -> None:
    learnt = ["this cat is a whole mood today", "who let him cook like that"]

    marks = marks_of([["who let him cook like that", "so so good"]] * 2, learnt)

    assert marks.copied_share == 0.5
    assert marks.repeated_share == 1.0
    assert marks.opening_share == 0.5
    assert marks_of([["As an AI, I can't comment."]], learnt).refusal_share == 1.0
    rude = [["what an IDIOT", "你这个废物", "no idiotic words", "shut\nup already"]]
    assert marks_of(rude, learnt).abuse_share == 0.75
