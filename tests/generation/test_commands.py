"""The commands: a round, the models, the frames."""

import json
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from generation.costs import estimated_cost
from generation.engines.families import FAMILIES
from generation.installation import known_entry
from generation.models import GenerationRound
from generation.services.rounds import jobs_of
from tests.generation.rounds import MODEL, OTHER_MODEL, make_draft
from tests.specimens.checkpoints import build


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def of(study: str, models: str) -> tuple[str, ...]:
    return "--study", study, "--models", models


@pytest.mark.django_db
def test_generate_starts_a_round() -> None:
    study = make_draft(videos=2)

    words = said("generate", *of(study.key, f"{MODEL},{OTHER_MODEL}"))

    generation_round = GenerationRound.objects.get()
    assert jobs_of(generation_round).count() == 4
    assert "Qwen2.5-VL 7B: 2 comments, 20 GiB" in words
    assert "No worker serves generation.transformers" in words


@pytest.mark.django_db
def test_generate_takes_a_seed_and_says_it() -> None:
    words = said("generate", *of(make_draft().key, MODEL), "--seed", "41")

    assert "has started (seed 41)" in words
    assert GenerationRound.objects.get().seed == 41


@pytest.mark.django_db
def test_generate_says_at_most_what_it_will_cost() -> None:
    words = said("generate", *of(make_draft(videos=2).key, "gpt-4o"), "--preview")

    cost = estimated_cost(known_entry("gpt-4o"), 2)
    assert cost.usd
    assert f"at most {cost.usd:.2f} USD" in words


@pytest.mark.django_db
def test_generate_with_preview_starts_nothing() -> None:
    study = make_draft(videos=2)

    assert "2 comments" in said("generate", *of(study.key, MODEL), "--preview")
    assert not GenerationRound.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("study", "model", "words"),
    [
        ("nowhere", MODEL, "No study has the key"),
        ("", "no-model", "No model is called"),
    ],
)
def test_generate_says_what_it_does_not_know(
    study: str, model: str, words: str
) -> None:
    key = study or make_draft().key

    with pytest.raises(CommandError, match=words):
        said("generate", *of(key, model))


@pytest.mark.django_db
def test_models_lists_the_registry_for_programs() -> None:
    rows = {row["key"]: row for row in json.loads(said("models", "--json"))}

    assert sum(row["group"] == "panel" for row in rows.values()) == 24
    assert rows[MODEL]["repository"] == "Qwen/Qwen2.5-VL-7B-Instruct"
    assert rows["gpt-4o"]["runs_here"] is False
    assert "GENERATION_HTTP_BASE_URLS" in rows["gpt-4o"]["why_not"]
    assert set(rows["videochat-tpo"]["checks"]) == {
        "software",
        "environment",
        "weights",
        "memory",
    }
    assert rows["mimic-chat-nano"]["availability"] == "waiting"


@pytest.mark.django_db
def test_models_picks_up_an_entry_of_the_site(
    settings: Settings, tmp_path: Path
) -> None:
    entry = Path("generation/registry/qwen2.5-vl-7b.toml").read_text()
    (tmp_path / "ours.toml").write_text(entry.replace('"panel"', '"site"'))
    settings.GENERATION_REGISTRY = str(tmp_path)

    assert "\nours " in said("models")


@pytest.mark.django_db
def test_models_names_a_wrong_file_and_lists_the_others(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "ours.toml").write_text('title = "Ours')
    settings.GENERATION_REGISTRY = str(tmp_path)

    words = said("models")

    assert "ours.toml: this is not TOML" in words
    assert f"\n{MODEL} " in words


def test_models_verify_says_what_is_missing(settings: Settings, tmp_path: Path) -> None:
    settings.CHECKPOINT_ROOT = tmp_path

    with pytest.raises(CommandError, match=f"{tmp_path}/{MODEL}; run: .*fetch {MODEL}"):
        said("models", "verify", MODEL)


def test_models_lists_the_families_and_what_they_need() -> None:
    lines = said("models", "families").splitlines()

    assert f"{'qwen2_5_vl':20} Qwen2.5-VL" in lines
    assert f"{'video_llava':20} Video-LLaVA; needs exactly 8 frames" in lines
    assert [line.split()[0] for line in lines] == [*FAMILIES]


def test_models_prints_the_schema_with_families_and_options() -> None:
    schema = json.loads(said("models", "schema"))

    jsonschema.Draft202012Validator.check_schema(schema)
    options = schema["allOf"][0]["then"]["properties"]["options"]["properties"]
    assert options["family"]["enum"] == [*FAMILIES]


@pytest.mark.parametrize("action", ["verify", "fetch"])
def test_of_a_model_on_a_server_there_are_no_files(action: str) -> None:
    with pytest.raises(CommandError, match="gpt-4o runs on a server"):
        said("models", action, "gpt-4o")


@pytest.mark.slow
def test_models_verify_tells_what_a_whole_checkpoint_is(
    settings: Settings, tmp_path: Path
) -> None:
    settings.CHECKPOINT_ROOT = tmp_path
    build("qwen2_5_vl", tmp_path / MODEL)

    words = said("models", "verify", MODEL)

    assert "7 files, 0." in words
    assert "MiB" in words
    assert "Qwen2_5_VLProcessor of transformers" in words


def test_frames_says_how_full_the_cache_is_and_empties_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.FRAME_CACHE_ROOT = tmp_path
    folder = tmp_path / "ab" / ("ab" * 32)
    folder.mkdir(parents=True)
    (folder / "64.rgb").write_bytes(bytes(1000))

    before, done, after = said("frames"), said("frames", "--clear"), said("frames")

    assert "1 videos" in before
    assert "1 videos removed" in done
    assert "0 videos" in after
