"""Whether a machine can run a model: the first reason against it, and what to do."""

from dataclasses import replace
from pathlib import Path

import pytest

from generation.engines.base import Site
from generation.machine import Machine, this_machine
from generation.registry import entry
from generation.runnable import why_not

QWEN = entry("qwen2.5-vl-7b")
LAPTOP = Machine((), (), 16.0)
TWO_GPUS = Machine(("H100", "H100"), (80.0, 80.0), 500.0)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    for key in ("qwen2.5-vl-7b", "qwen2.5-vl-72b", "minicpm-v-2.6"):
        (tmp_path / key).mkdir()
        (tmp_path / key / "config.json").write_text("{}")
    return Site(checkpoint_root=tmp_path)


def test_a_checkpoint_and_room_for_it_are_enough(site: Site) -> None:
    assert why_not(QWEN, site, TWO_GPUS) is None


def test_without_a_checkpoint_it_says_how_to_get_one(tmp_path: Path) -> None:
    reason = why_not(QWEN, Site(checkpoint_root=tmp_path), TWO_GPUS)

    assert reason is not None
    assert str(tmp_path / "qwen2.5-vl-7b") in reason
    assert "models fetch qwen2.5-vl-7b" in reason


def test_a_model_that_cannot_fit_is_refused_before_it_is_loaded(site: Site) -> None:
    assert "needs 20 GiB" in str(why_not(QWEN, site, LAPTOP))
    assert why_not(entry("qwen2.5-vl-72b"), site, TWO_GPUS) is None
    one_gpu = Machine(("H100",), (80.0,), 500.0)
    assert "needs 157 GiB" in str(why_not(entry("qwen2.5-vl-72b"), site, one_gpu))


def test_only_the_devices_of_the_site_count(site: Site) -> None:
    one_of_them = replace(site, devices=("cuda:1",))

    assert "has 80 GiB" in str(why_not(entry("qwen2.5-vl-72b"), one_of_them, TWO_GPUS))
    nowhere = replace(site, devices=("cuda:7",))
    assert "names cuda:7" in str(why_not(QWEN, nowhere, TWO_GPUS))


def test_what_is_not_spread_must_fit_on_one_gpu(site: Site) -> None:
    small = Machine(("A10", "A10"), (16.0, 16.0), 500.0)
    mixed = Machine(("A10", "H100"), (16.0, 80.0), 500.0)

    assert "needs 20 GiB on one GPU; cuda:0 (A10) has 16" in str(
        why_not(QWEN, site, small)
    )
    assert "Name cuda:1 first" in str(why_not(QWEN, site, mixed))
    assert why_not(QWEN, replace(site, devices=("cuda:1",)), mixed) is None


def test_an_entry_that_is_spread_says_over_how_many_gpus(site: Site) -> None:
    large = entry("qwen2.5-vl-72b")
    over_two = replace(large, options={**large.options, "device_count": 2})
    four = Machine(("A100",) * 4, (48.0,) * 4, 500.0)

    assert why_not(large, site, four) is None
    assert "157 GiB over 2 GPUs" in str(why_not(over_two, site, four))
    assert "spread over 2 GPUs" in str(
        why_not(over_two, site, Machine(("H200",), (141.0,), 500.0))
    )
    alone = replace(QWEN, options={**QWEN.options, "device_count": 2})
    assert "needs device_map" in str(why_not(alone, site, TWO_GPUS))


def test_equal_shares_of_a_program_are_bound_by_the_smallest_gpu(
    site: Site, tmp_path: Path
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    ours = replace(site, environments={"remote-code": program})
    minicpm = entry("minicpm-v-2.6")
    spread = replace(minicpm, options={**minicpm.options, "device_count": 2})
    uneven = Machine(("H100", "T4"), (80.0, 9.0), 500.0)

    assert "have room for 18 GiB" in str(why_not(spread, ours, uneven))
    assert why_not(minicpm, ours, uneven) is None


def test_a_worker_sees_the_gpus_that_it_was_given_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = tmp_path / "nvidia-smi"
    driver.write_text(
        "#!/bin/sh\n"
        "echo 'NVIDIA A10, 24576, GPU-aaaa, 570.1'\n"
        "echo 'NVIDIA H200, 143360, GPU-bbbb, 570.1'\n"
    )
    driver.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    def seen(visible: str) -> tuple[str, ...]:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        this_machine.cache_clear()
        return tuple(f"{d.model} {d.memory_gib:.0f}" for d in this_machine().devices)

    try:
        assert seen("0,1") == ("NVIDIA A10 24", "NVIDIA H200 140")
        assert seen("1") == seen("GPU-bb") == ("NVIDIA H200 140",)
        assert this_machine().driver == "570.1"
        assert seen("") == seen("-1") == ()
    finally:
        this_machine.cache_clear()


def test_a_server_needs_an_allowed_address_and_a_key(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    gpt = entry("gpt-4o")
    allowed = replace(site, http_base_urls=("https://api.openai.com/v1/",))

    assert "GENERATION_HTTP_BASE_URLS" in str(why_not(gpt, site, LAPTOP))
    assert "OPENAI_API_KEY" in str(why_not(gpt, allowed, LAPTOP))
    monkeypatch.setenv("OPENAI_API_KEY", "a-secret")
    assert why_not(gpt, allowed, LAPTOP) is None


def test_a_subprocess_needs_its_environment(site: Site, tmp_path: Path) -> None:
    minicpm = entry("minicpm-v-2.6")
    program = tmp_path / "python"
    named = replace(site, environments={"remote-code": program})

    assert "models environment KEY" in str(why_not(minicpm, site, TWO_GPUS))
    assert "is not a program" in str(why_not(minicpm, named, TWO_GPUS))
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert why_not(minicpm, named, TWO_GPUS) is None


def test_the_machine_that_runs_the_tests_has_memory() -> None:
    assert this_machine().memory_gib > 1
    assert "GiB" in str(this_machine())
