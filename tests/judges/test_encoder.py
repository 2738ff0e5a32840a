"""A text encoder as a judge: a real tiny checkpoint under a logistic head."""

from pathlib import Path

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

import numpy as np
import pytest
import torch
import transformers
from django.core.management import CommandError, call_command
from pytest_django import Settings
from safetensors.torch import load_file, save_file

from analysis.judge.fitting import cross_fit
from analysis.models import JudgeKind, StudyJudge
from analysis.services.judges import card_in, compute_judge
from generation.engines.base import EngineError
from generation.engines.text_encoder import TextEncoder
from judges.encoders import encoder_of
from judges.errors import JudgeError
from judges.services.encoding import fit_encoder, request_encoder
from judges.tasks import encode_judge
from tests.analysis.judge.studies import make_half_judged_study, simulated_material
from tests.factories import make_study
from tests.generation.local_hub import REVISION, Hub, local_hub
from tests.specimens.checkpoints import plain_tokenizer

NAME = "tiny-encoder"


def build_encoder(folder: Path) -> Path:
    """A BERT of two layers with random weights, and its tokenizer."""
    torch.manual_seed(0)
    tokenizer = plain_tokenizer()
    network = transformers.BertModel(
        transformers.BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=48,
            max_position_embeddings=64,
        ),
        add_pooling_layer=False,
    )
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("encoders")
    build_encoder(root / NAME)
    return root


@pytest.fixture
def site(settings: Settings, checkpoints: Path) -> Path:
    settings.CHECKPOINT_ROOT = checkpoints
    settings.GENERATION_DEVICES = ["cpu"]
    return checkpoints


def test_a_text_has_one_embedding_whatever_stands_beside_it(checkpoints: Path) -> None:
    encoder = TextEncoder(checkpoints / NAME)
    long = "so cute lol " * 100

    together = encoder.embeddings([("so cute", ""), (long, ""), ("who else", "")])
    alone = encoder.embeddings([("so cute", "")])
    titled = encoder.embeddings([("so cute", "A cat")])

    assert together.shape == (3, 32)
    assert np.allclose(together[0], alone[0], atol=1e-5)
    assert not np.allclose(titled[0], alone[0], atol=1e-3)


def test_weights_in_pickles_and_gaps_are_refused(tmp_path: Path) -> None:
    pickled = tmp_path / "pickled"
    build_encoder(pickled)
    weights = pickled / "model.safetensors"
    network = transformers.BertModel.from_pretrained(pickled, add_pooling_layer=False)
    torch.save(network.state_dict(), pickled / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(EngineError, match="does not load"):
        TextEncoder(pickled)

    gappy = build_encoder(tmp_path / "gappy")
    tensors = load_file(gappy / "model.safetensors")
    save_file(
        dict([*tensors.items()][3:]), gappy / "model.safetensors", {"format": "pt"}
    )
    with pytest.raises(EngineError, match="lacks 3 weights"):
        TextEncoder(gappy)


def test_names_stay_within_the_folder_of_checkpoints(tmp_path: Path) -> None:
    assert encoder_of("mine", tmp_path).folder == tmp_path / "mine"
    found = encoder_of("owner/name@v1.0", tmp_path)
    assert (found.repository, found.revision) == ("owner/name", "v1.0")
    assert found.folder == tmp_path / "owner--name--v1.0"
    wrongs = ("../mine", "/etc", "a/b/c", "", ".hidden", "a b", "owner/name@", "x/..")
    for wrong in wrongs:
        with pytest.raises(JudgeError, match="is no encoder"):
            encoder_of(wrong, tmp_path)


def test_the_head_is_held_back_where_features_are_noise() -> None:
    material = simulated_material()
    noise = np.random.default_rng(0).normal(size=(len(material.comments), 60))

    free = cross_fit(material, noise)
    held = cross_fit(material, noise, penalties=(1.0, 1000.0))

    judged = material.verdicts > 0
    assert held.guess[judged].std() < free.guess[judged].std() / 2


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_an_encoder_becomes_a_judge() -> None:
    study = make_half_judged_study(each=3)
    judge, must_fit = request_encoder(study=study, name=NAME)
    assert must_fit
    compute_judge(stored_id=judge.pk)  # a worker without torch leaves it alone
    judge.refresh_from_db()
    assert judge.is_pending

    encode_judge.apply((judge.pk,))

    judge.refresh_from_db()
    assert judge.is_done, judge.error
    assert (judge.kind, judge.name) == (JudgeKind.ENCODER, NAME)
    assert judge.guesses.count() == 120
    made = judge.provenance
    assert len(str(made["content_hash"])) == 64
    assert (made["width"], made["components"]) == (32, 32)
    # The styles of the texts are easy to tell, even for random weights.
    assert card_in(judge).videos.auc.value > 0.5
    assert not np.isnan(card_in(judge).sources.auc.value)
    assert request_encoder(study=study, name=NAME) == (judge, False)


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_what_is_missing_is_said() -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    judge, _must_fit = request_encoder(study=study, name="nowhere")

    fit_encoder(judge_id=judge.pk)

    judge.refresh_from_db()
    assert "No encoder in" in judge.error
    assert "nowhere; put its files there." in judge.error
    with pytest.raises(JudgeError, match="Seal the study first"):
        request_encoder(study=make_study(), name=NAME)


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_the_command_fits_and_prints_the_card(
    capsys: pytest.CaptureFixture[str],
) -> None:
    study = make_half_judged_study(videos=8, judged=6, annotators=4)

    call_command("judge", study.key, "--encoder", NAME)

    text = capsys.readouterr().out
    assert f"# Judge card: {NAME}" in text
    assert "- What it reads: comment and title" in text
    assert StudyJudge.objects.get().kind == JudgeKind.ENCODER
    with pytest.raises(CommandError, match="is no encoder"):
        call_command("judge", study.key, "--encoder", "../up")


@pytest.mark.django_db
def test_an_encoder_of_the_hub_is_fetched_and_its_commit_kept(
    site: Path,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.CHECKPOINT_ROOT = tmp_path
    own = [path for path in (site / NAME).iterdir() if path.name != "hashes.json"]
    files = {path.name: path.read_bytes() for path in own}
    hub = Hub({**files, "pytorch_model.bin": b"never fetched"})
    study = make_half_judged_study(videos=8, judged=6, annotators=4)
    with local_hub(hub) as endpoint:
        place, path = "huggingface_hub.constants.", "{repo_id}/resolve/{revision}/"
        monkeypatch.setattr(f"{place}ENDPOINT", endpoint)
        monkeypatch.setattr(
            f"{place}HUGGINGFACE_CO_URL_TEMPLATE", f"{endpoint}/{path}{{filename}}"
        )
        judge, _must_fit = request_encoder(study=study, name="owner/tiny")
        fit_encoder(judge_id=judge.pk)

    judge.refresh_from_db()
    assert judge.is_done, judge.error
    assert judge.provenance["revision"] == REVISION
    assert not (tmp_path / "owner--tiny" / "pytorch_model.bin").exists()
