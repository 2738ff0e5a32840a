"""The ablations' table says what differs, and what does not."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from model.sizes import config_of
from model.synthetic.questions import SyntheticTask
from model.training.ablation_config import VARIANTS, AblationConfig
from model.training.ablation_table import ablation_table, difference
from model.training.ablations import VariantResult, run_ablations

ROOT = Path(__file__).resolve().parents[3]
CONFIG = ROOT / "model" / "training" / "ablations.toml"


def _result(variant: str, seed: int, macro: float) -> VariantResult:
    tasks: dict[str, float] = dict.fromkeys(SyntheticTask, macro)
    return VariantResult(variant, seed, tasks, macro, 0)


def test_a_difference_beyond_its_interval_is_called_clear() -> None:
    full = [_result("full", seed, value) for seed, value in enumerate((80, 81, 82))]
    worse = [_result("w/o LoRA", seed, v) for seed, v in enumerate((60, 62, 61))]

    # Gaps 20, 19, 21: mean 20, deviation 1, t of 2 degrees 4.303.
    assert difference([*full, *worse], "w/o LoRA") == "+20.0 ± 2.5, clear"


def test_a_difference_within_its_interval_is_called_not_clear() -> None:
    full = [_result("full", seed, value) for seed, value in enumerate((80, 70, 75))]
    other = [_result("w/o LoRA", seed, v) for seed, v in enumerate((74, 75, 70))]

    assert difference([*full, *other], "w/o LoRA").endswith("not clear")


def test_one_seed_shows_no_spread() -> None:
    results = [_result("full", 0, 80), _result("w/o LoRA", 0, 60)]

    assert difference(results, "w/o LoRA") == "one seed: not known"


def test_the_table_has_each_variant_beside_its_published_figure() -> None:
    results = [
        _result(variant, seed, 50 + seed) for variant in VARIANTS for seed in range(3)
    ]

    lines = ablation_table(results).splitlines()

    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == list(VARIANTS)
    published = [float(line.split(" | ")[-1].strip("| ")) for line in lines[2:]]
    assert published == [74.1, 66.9, 65.8, 67.5, 68.7]
    assert "51.0 ± 1.0" in lines[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    "trained",
    [
        pytest.param({"full", "w/o LoRA"}, id="two"),
        pytest.param({*VARIANTS}, id="all", marks=pytest.mark.nightly),
    ],
)
def test_every_variant_trains_answers_and_is_not_trained_again(
    tmp_path: Path, trained: set[str]
) -> None:
    # The others are found as of an earlier run.
    for variant in VARIANTS.keys() - trained:
        known = json.dumps(asdict(_result(variant, 0, 50)))
        (tmp_path / f"{VARIANTS[variant]}-0.json").write_text(known)
    config = AblationConfig.load(CONFIG)
    config = replace(
        config,
        network=str(ROOT / config.network),
        output=str(tmp_path),
        clip_seeds=1,
        held_out_clip_seeds=1,
        base_steps=2,
        encoder_steps=2,
        recipe=replace(config.recipe, max_steps=2),
    )

    first = list(run_ablations(config, seeds=1))
    written = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.json")}
    again = list(run_ablations(config, seeds=1))

    assert [result.variant for result in first] == list(VARIANTS)
    assert again == first
    assert {f: f.stat().st_mtime_ns for f in tmp_path.glob("*.json")} == written
    assert all(0 <= result.macro_pct <= 100 for result in first)


def test_the_network_of_the_shipped_config_is_frozen_as_the_papers() -> None:
    network = config_of(str(ROOT / AblationConfig.load(CONFIG).network))

    assert network.spatial.is_frozen
    assert network.temporal.is_frozen
    assert network.language.is_frozen
