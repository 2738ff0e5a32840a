"""Rounds as recipes, and what a recipe is on this installation."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from annotation.models import Study
from corpus.models import Video
from generation.errors import GenerationError
from generation.installation import known_entry
from generation.models import Attempt, GenerationJob, GenerationRound, RoundSource
from generation.prompts import prompt
from generation.recipes import (
    Recipe,
    RecipeModel,
    RecipeVideo,
    differences,
    model_of,
)
from generation.registry import Entry
from generation.seeds import video_name
from generation.selectors.previews import readable_batches

# Videos that a message names.
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Replay:
    """A recipe that can be followed here.

    Attributes:
        videos: Of each entry, by its key: ids of the videos.
        notes: What may make the answers differ, though the requests are the same.
    """

    seed: int
    entries: tuple[Entry, ...]
    videos: Mapping[str, frozenset[int]]
    notes: tuple[str, ...]


def name_of(video: Video) -> str:
    """What the video is called on every installation."""
    return video_name(
        platform=video.platform,
        external_id=video.external_id,
        content_sha256=video.content_sha256,
    )


def recipe_of(generation_round: GenerationRound) -> Recipe:
    """What the round's requests follow from (five queries and two a model).

    Raises:
        GenerationError: A model's file is gone, or was changed since it was asked.
    """
    jobs = GenerationJob.objects.filter(round_source__round=generation_round)
    used = Video.objects.filter(pk__in=jobs.values("video")).select_related("media")
    videos = sorted(used, key=name_of)
    places = {video.pk: place for place, video in enumerate(videos)}
    rows = generation_round.sources.order_by("entry")
    return Recipe(
        seed=generation_round.seed,
        models=tuple(_model_of(row, places) for row in rows),
        videos=tuple(RecipeVideo(name_of(v), v.media.sha256) for v in videos),
    )


def _model_of(row: RoundSource, places: Mapping[int, int]) -> RecipeModel:
    entry = known_entry(row.entry)
    asked = {
        "prompt_hash": prompt(entry.prompt_version).hash,
        "frames_policy": repr(entry.frames_policy),
        "decoding": asdict(entry.decoding),
    }
    attempts = Attempt.objects.filter(job__round_source=row)
    if attempts.exclude(**asked).exists():
        msg = _(
            "The registry's file of %(model)s was changed after this round asked it, "
            "so the round's requests no longer follow from it. Restore the file."
        )
        raise GenerationError(msg % {"model": entry.title})
    videos = row.jobs.values_list("video", flat=True)
    return model_of(entry, tuple(sorted(places[video] for video in videos)))


def replay_of(recipe: Recipe, study: Study) -> Replay:
    """The recipe's models and videos here.

    Raises:
        GenerationError: The study lacks videos, has other files of them, or a model
            would be asked something else.
    """
    entries = tuple(known_entry(model.key) for model in recipe.models)
    notes = []
    for model, entry in zip(recipe.models, entries, strict=True):
        ours = model_of(entry, ())
        _refuse_other_requests(entry, differences(ours.asks, model.asks))
        if others := differences(ours.runs, model.runs):
            told = {"model": entry.title, "what": ", ".join(others)}
            notes.append(_("%(model)s differs here: %(what)s.") % told)
    ids = _videos_here(recipe, study)
    return Replay(
        seed=recipe.seed,
        entries=entries,
        videos={
            model.key: frozenset(ids[place] for place in model.videos)
            for model in recipe.models
        },
        notes=tuple(notes),
    )


def _refuse_other_requests(entry: Entry, others: list[str]) -> None:
    if others:
        msg = _(
            "%(model)s would be asked something else here (%(what)s). Make its file "
            "in the registry the same as where the round was run."
        )
        told = {"model": entry.title, "what": ", ".join(others)}
        raise GenerationError(msg % told)


def _videos_here(recipe: Recipe, study: Study) -> list[int]:
    """Their ids, in the recipe's order."""
    batches = readable_batches(study).select_related("video__media")
    here = {name_of(batch.video): batch.video for batch in batches}
    missing = [v.name for v in recipe.videos if v.name not in here]
    if missing:
        msg = _(
            "%(count)s of the round's videos are not in this study or have no file "
            "that can be read (%(names)s). Import them and add them to the study."
        )
        raise GenerationError(msg % _told(missing))
    others = [v.name for v in recipe.videos if here[v.name].media.sha256 != v.sha256]
    if others:
        msg = _(
            "The files of %(count)s videos are not those that the round showed "
            "(%(names)s). Import the same files."
        )
        raise GenerationError(msg % _told(others))
    return [here[video.name].pk for video in recipe.videos]


def _told(names: list[str]) -> dict[str, object]:
    more = ", …" if len(names) > _TOLD else ""
    return {"count": len(names), "names": ", ".join(names[:_TOLD]) + more}
