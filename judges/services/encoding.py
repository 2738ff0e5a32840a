"""A text encoder as a judge: embeddings made here, the head fitted by `analysis`."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.judge.material import Material
from analysis.models import JudgeKind, StudyJudge
from analysis.models.judges import LONGEST_NAME
from analysis.services.judges import Made, Wanted, compute_judge, request_judge
from annotation.models import Study
from generation.checkpoints import (
    content_hash,
    fetch_repository,
    has_config,
    noted_revision,
)
from generation.engines.base import EngineError
from generation.engines.kinds import not_installed
from generation.errors import GenerationError
from generation.installation import site
from judges.encoders import FILES, EncoderName, encoder_of
from judges.errors import JudgeError

QUEUE = "generation.transformers"  # of the workers that have torch
# Of the embeddings, so many directions in which the texts differ most.
_COMPONENTS = 64
# The web and the command start without torch.
_ENGINE = "generation.engines.text_encoder"


class Encoder(Protocol):
    """As `generation.engines.text_encoder` has it."""

    def embeddings(self, texts: Sequence[tuple[str, str]]) -> NDArray[np.float64]: ...


def request_encoder(*, study: Study, name: str) -> tuple[StudyJudge, bool]:
    """The judge with that encoder of the data as they are; whether it must be fitted.

    Raises:
        JudgeError: It is no name of an encoder, or nothing is sealed.
    """
    encoder = encoder_of(name, site().checkpoint_root)
    if study.is_draft:
        message = "Seal the study first: a judge guesses about sealed batches."
        raise JudgeError(message)
    wanted = Wanted(
        kind=JudgeKind.ENCODER,
        name=encoder.title[:LONGEST_NAME],
        provenance={"checkpoint": encoder.name},
    )
    return request_judge(study=study, wanted=wanted, again=True)


def fit_encoder(*, judge_id: int, make_room: Callable[[], None] | None = None) -> None:
    """Embed all comments of the judge's study and fit the head, if it waits.

    Args:
        judge_id: Of a judge of this kind.
        make_room: Called first: gives back the memory of other models.
    """
    judge = StudyJudge.objects.get(pk=judge_id)
    name = str(judge.provenance["checkpoint"])

    def features(material: Material) -> Made:
        if make_room is not None:
            make_room()
        try:
            return _features(encoder_of(name, site().checkpoint_root), material)
        except (EngineError, GenerationError, JudgeError) as error:
            raise AnalysisError(str(error)) from error

    compute_judge(stored_id=judge_id, features=features)


def _features(name: EncoderName, material: Material) -> Made:
    if problem := not_installed(("torch", "transformers")):
        raise JudgeError(problem)
    folder = _folder(name)
    engine: Any = import_module(_ENGINE)
    encoder: Encoder = engine.TextEncoder(folder, site().devices)
    titles = material.titles or ("",) * len(material.videos)
    texts = [
        (text, titles[video])
        for text, video in zip(material.texts, material.video.tolist(), strict=True)
    ]
    embeddings = encoder.embeddings(texts)
    made = {
        "engine": engine.version(),
        "revision": noted_revision(folder),
        "content_hash": content_hash(folder),
        "pooling": "mean",
        "read": "comment and title",
        "width": embeddings.shape[1],
        "components": min(_COMPONENTS, *embeddings.shape),
    }
    return Made(components_of(embeddings), made)


def _folder(name: EncoderName) -> Path:
    """Where its files are; fetched if they come from the hub and aren't there."""
    if not has_config(name.folder):
        if not name.repository:
            message = f"No encoder in {name.folder}; put its files there."
            raise JudgeError(message)
        fetch_repository(name.repository, name.revision, name.folder, only=FILES)
    if not any(name.folder.glob("*.safetensors")):
        message = f"{name.folder} has no safetensors, and other weights are not loaded."
        raise JudgeError(message)
    return name.folder


def components_of(embeddings: NDArray[np.float64]) -> NDArray[np.float64]:
    """(texts, components) scores on the principal components of all texts.

    No verdict has a part in it, so folds stay unseen.
    """
    middle = embeddings - embeddings.mean(axis=0)
    _values, vectors = np.linalg.eigh(middle.T @ middle)
    return np.asarray(middle @ vectors[:, ::-1][:, :_COMPONENTS])
