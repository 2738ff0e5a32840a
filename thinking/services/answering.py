"""A run's part in the worker's loop: models answer items."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from random import Random

import numpy as np
from django.db import transaction

from corpus.media.strips import Frames, Strip
from corpus.models import Video
from generation.engines.base import (
    Answer,
    Engine,
    EngineError,
    Reason,
    Request,
    ScoringEngine,
)
from generation.frame_policy import FramesPolicy
from generation.installation import known_entry
from generation.models import JobState
from generation.registry import Entry
from generation.seeds import attempt_seed
from generation.services.claims import Claim, claim_of, due
from generation.services.endings import fail_all, fail_or_wait, finish
from generation.services.engines import EngineKeeper
from generation.services.outcomes import Maker, made_by, storable
from generation.services.working import Workload, run_workload
from tasks.answering import Mode, View
from tasks.asking import AskedItem
from tasks.catalogue import NO_QUESTION
from tasks.exchange.replies import ImportedReply
from tasks.likelihoods import SPELLINGS, probabilities_of_spellings
from tasks.parsing import READING_VERSION
from thinking.models import AnswerJob, AnswerRun, Reply, RunState
from thinking.selectors.builds import asked_item
from thinking.selectors.previews import askable, most_new_tokens
from thinking.services.runs import finish_run_if_over

# What a model answers nothing at all for counts as its answer: left out, such items
# would make it look better than it is.
_SILENT = (Reason.REFUSED, Reason.EMPTY)
_NEVER = -1e9
_NOTHING = Frames((), (), (), 0.0, 0.0, 0)


def run_answers(*, run_id: int, worker: str, keeper: EngineKeeper) -> None:
    """Do up to a shard's number of questions of a run.

    Safe to run twice, at once or one after the other: each does what waits.
    """
    run = AnswerRun.objects.select_related("source", "build").get(pk=run_id)
    run_workload(AnswerWork(run), worker=worker, keeper=keeper)


@dataclass(frozen=True, slots=True)
class NextReply:
    """One question before it is asked."""

    job: AnswerJob
    item: AskedItem
    # What is shown; None: nothing.
    video: Video | None
    entry: Entry
    seed: int

    @property
    def key(self) -> str:
        return str(self.job.pk)

    @property
    def frames_policy(self) -> FramesPolicy:
        return self.entry.frames_policy


class AnswerWork(Workload[AnswerJob, NextReply]):
    """The questions of one run."""

    def __init__(self, run: AnswerRun) -> None:
        self._run = run
        self._view = View(run.view)
        self.entry_key = run.entry
        self.queue = run.queue
        self.began = run.created_at
        # What is to be scored, by the key of its request.
        self._texts: dict[str, tuple[str, ...]] = {}

    def entry(self) -> Entry:
        """The registry's entry, but for a letter or a label: greedy and short.

        Room for hidden thought stays as it is.
        """
        entry = known_entry(self._run.entry)
        decoding = replace(
            entry.decoding,
            max_new_tokens=most_new_tokens(self._run.build),
            temperature=0.0,
            top_p=1.0,
        )
        return replace(entry, decoding=decoding)

    def strips(self) -> Iterator[Strip]:
        yield from self.entry().frames_policy.strips

    def claim(self, limit: int) -> Claim[AnswerJob] | None:
        jobs = due(self._run.jobs.filter(run__state=RunState.OPEN))
        waiting = jobs.select_related("item__video__media")
        return claim_of(waiting=waiting, limit=limit)

    def wanted(self, claim: Claim[AnswerJob], entry: Entry) -> list[NextReply]:
        return [self._next(job, entry) for job in claim.jobs]

    def request(self, wanted: NextReply, strips: tuple[Frames, ...]) -> Request:
        if self._view is View.BLACK:
            strips = tuple(map(_blackened, strips))
        frames, *more = strips or (_NOTHING,)
        return Request(
            key=wanted.key,
            frames=frames,
            prompt=self._prompt(wanted),
            system=None,
            seed=wanted.seed,
            thinned=more[0] if more else None,
        )

    def _prompt(self, wanted: NextReply) -> str:
        shows_video = self._view is not View.NONE
        if self._run.mode == Mode.TEXTS:
            self._texts[wanted.key] = wanted.item.texts()
            return wanted.item.open_prompt(shows_video=shows_video)
        return wanted.item.prompt_at(wanted.job.rotation, shows_video=shows_video)

    def _scored_texts(self, engine: ScoringEngine, request: Request) -> list[float]:
        """Of each text in turn: after the question, its tokens, and without both.

        Without the question there is no video either; an engine that needs one sees
        black frames.
        """
        texts = self._texts.pop(request.key)
        takes_none = self.entry().kind.takes_no_video
        frames = _NOTHING if takes_none else _blackened(request.frames)
        thinned = request.thinned
        alone = replace(
            request,
            prompt=NO_QUESTION,
            frames=frames,
            thinned=None if takes_none or thinned is None else _blackened(thinned),
        )
        columns = zip(
            map(_finite, engine.score(request, texts)),
            engine.token_counts(texts),
            map(_finite, engine.score(alone, texts)),
            strict=True,
        )
        return [figure for row in columns for figure in row]

    def ask(self, engine: Engine, requests: Sequence[Request]) -> Iterator[Answer]:
        """What the model says; or how likely it finds each letter."""
        if self._run.mode == Mode.LETTER:
            return engine.generate(requests)
        if isinstance(engine, ScoringEngine):
            ask = self._scored_texts if self._run.mode == Mode.TEXTS else _letters
            return _scored(ask, engine, requests)
        message = "This engine does not tell likelihoods; ask for a letter."
        raise EngineError(Reason.MISCONFIGURED, message)

    @transaction.atomic
    def store(
        self,
        wanted: NextReply,
        claim: Claim[AnswerJob],
        maker: Maker,
        answer: Answer,
    ) -> bool:
        held = claim.held.select_for_update(of=("self",)).filter(pk=wanted.job.pk)
        mine = held.first()
        if mine is None:
            return False
        if answer.error is not None:
            fail_or_wait(mine, answer.error)
        if answer.error is None or _is_silent(mine):
            mine.reply = self._reply(wanted, maker, answer)
            finish(mine)
        mine.save()
        return True

    def refuse(self, error: EngineError) -> None:
        fail_all(self._run.jobs.all(), error)

    def finish(self) -> None:
        finish_run_if_over(run=self._run)

    def _next(self, job: AnswerJob, entry: Entry) -> NextReply:
        item = asked_item(job.item, self._run.wording)
        seed = attempt_seed(
            round_seed=self._run.seed or 0,
            source=self._run.source.key,
            video=item.item_id,
            number=1 + job.rotation,
        )
        return NextReply(job, item, self._shown(job), entry, seed)

    def _shown(self, job: AnswerJob) -> Video | None:
        if self._view is View.NONE:
            return None
        if self._view is View.OTHER:
            return self._others[job.item.video_id]
        return job.item.video

    @cached_property
    def _others(self) -> dict[int, Video]:
        """For each video another one, always the same; each is shown once."""
        items = askable(self._run.build, self._view)
        ids = sorted({*items.order_by().values_list("video", flat=True)})
        Random(f"{self._run.seed}/other").shuffle(ids)  # noqa: S311 (no secret)
        videos = Video.objects.select_related("media").in_bulk(ids)
        return {
            one: videos[other]
            for one, other in zip(ids, [*ids[1:], ids[0]], strict=True)
        }

    def _reply(self, wanted: NextReply, maker: Maker, answer: Answer) -> Reply:
        error = answer.error
        text = storable(answer.text)
        is_texts = self._run.mode == Mode.TEXTS
        said = ImportedReply(
            item_id=wanted.item.item_id,
            text=text,
            rotation=wanted.job.rotation,
            probabilities=tuple(
                probabilities_of_spellings(answer.scores)
                if answer.scores and not is_texts
                else ()
            ),
            likelihoods=_rows_of_three(answer.scores) if is_texts else (),
            is_refused=error is not None and error.reason == Reason.REFUSED,
        )
        place, outcome = wanted.item.reading_of(said)
        return Reply.objects.create(
            run=self._run,
            item_id=wanted.job.item_id,
            rotation=wanted.job.rotation,
            text=text,
            probabilities=[*said.probabilities] or None,
            likelihoods=[[*one] for one in said.likelihoods] or None,
            place=place,
            outcome=outcome,
            reading_version=READING_VERSION,
            engine={
                **made_by(wanted.entry, maker.identity),
                "worker": maker.worker,
                "prompt_version": self._run.build.prompt_version,
                "frames_policy": repr(wanted.frames_policy),
                "decoding": asdict(wanted.entry.decoding),
                "seed": wanted.seed,
                "token_count": answer.token_count,
                "prompt_token_count": answer.prompt_token_count,
                "seconds": answer.seconds,
                "note": error.message if error else "",
            },
        )


def _letters(engine: ScoringEngine, request: Request) -> list[float]:
    return engine.score(request, SPELLINGS)


def _finite(figure: float) -> float:
    """A text that is spelt as an earlier one is never chosen before it."""
    return max(figure, _NEVER)


def _rows_of_three(
    figures: Sequence[float],
) -> tuple[tuple[float, float, float], ...]:
    each = iter(figures)
    return tuple(zip(each, each, each, strict=True))


def _scored(
    ask: Callable[[ScoringEngine, Request], list[float]],
    engine: ScoringEngine,
    requests: Sequence[Request],
) -> Iterator[Answer]:
    """One answer a request; an error of one harms no other."""
    for request in requests:
        start = time.monotonic()
        try:
            scores = tuple(ask(engine, request))
        except EngineError as error:
            if error.reason == Reason.DEVICE_BROKEN:
                raise
            yield Answer(key=request.key, error=error)
        else:
            seconds = time.monotonic() - start
            yield Answer(key=request.key, scores=scores, seconds=seconds)


def _is_silent(job: AnswerJob) -> bool:
    """Whether the model answered nothing, for good."""
    return job.state == JobState.FAILED and job.error_reason in _SILENT


def _blackened(frames: Frames) -> Frames:
    """As many, as large, with nothing on them."""
    return replace(frames, images=tuple(map(np.zeros_like, frames.images)))
