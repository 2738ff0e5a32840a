"""The supplement's recipe, and batches that cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.training.errors import TrainingError
from model.training.recipe import Recipe, accumulation_steps


def test_the_defaults_are_the_supplements() -> None:
    recipe = Recipe()

    assert recipe.epochs == 50
    assert recipe.learning_rate == 4e-5
    assert recipe.weight_decay == 0.01
    assert recipe.warmup_share == 0.03
    assert (recipe.per_device_batch, recipe.global_batch) == (2, 4)
    assert recipe.precision == "bf16"


def test_one_or_two_devices_make_the_papers_batch_of_four() -> None:
    steps = [
        accumulation_steps(global_batch=4, per_device_batch=2, device_count=count)
        for count in (1, 2)
    ]

    assert steps == [2, 1]


def test_the_papers_six_devices_cannot_and_the_message_says_what_can() -> None:
    with pytest.raises(TrainingError) as refusal:
        accumulation_steps(global_batch=4, per_device_batch=2, device_count=6)

    message = str(refusal.value)
    assert "6 devices with 2 samples each take 12 at once" in message
    assert "set global_batch to 12" in message
    assert "start 2 processes" in message


@given(st.integers(0, 64), st.integers(0, 16), st.integers(0, 16))
def test_what_is_not_refused_multiplies_to_the_global_batch(
    whole: int, each: int, devices: int
) -> None:
    try:
        steps = accumulation_steps(
            global_batch=whole, per_device_batch=each, device_count=devices
        )
    except TrainingError:
        assert min(whole, each, devices) < 1 or whole % (each * devices)
    else:
        assert steps * each * devices == whole
