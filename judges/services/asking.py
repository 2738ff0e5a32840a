"""A run's part in the worker's loop: a model is asked about batches."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

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
from judges.asking import (
    Instructions,
    chance_of_human,
    chances_in,
    question_about,
    question_about_one,
    room_for,
)
from judges.models import JudgeJob, JudgeRun, RunMode, RunState, RunView
from judges.selectors.instructions import (
    Sheet,
    comments_by_batch,
    sheet_of,
)
from judges.services.runs import finish_run_if_over, fit_waiting

# What a model answers nothing at all for counts as asked: no guess came of it.
_SILENT = (Reason.REFUSED, Reason.EMPTY)
_NOTHING = Frames((), (), (), 0.0, 0.0, 0)
_HOT = 1.0  # several answers to one question should not all be the same


def ask_judge(*, run_id: int, worker: str, keeper: EngineKeeper) -> None:
    """Ask about up to a shard's number of batches, and fit the judge after the last.

    Safe to run twice, at once or one after the other: each does what waits.
    """
    run = JudgeRun.objects.select_related("study").get(pk=run_id)
    run_workload(JudgeWork(run), worker=worker, keeper=keeper)
    fit_waiting(run=run)


@dataclass(frozen=True, slots=True)
class NextSheet:
    """One batch before it is asked about."""

    job: JudgeJob
    sheet: Sheet
    # Whose frames are shown; None: none.
    video: Video | None
    entry: Entry
    seed: int

    @property
    def key(self) -> str:
        return str(self.job.pk)

    @property
    def frames_policy(self) -> FramesPolicy:
        return self.entry.frames_policy


class JudgeWork(Workload[JudgeJob, NextSheet]):
    """The batches of one run."""

    def __init__(self, run: JudgeRun) -> None:
        self._run = run
        self._told = Instructions.from_json(run.instructions)
        self.entry_key = run.entry
        self.queue = run.queue
        self.began = run.created_at
        # What is to be scored, by the key of its request.
        self._sheets: dict[str, Sheet] = {}

    def entry(self) -> Entry:
        """The registry's entry with room for a number a comment, and greedy.

        Several samples are drawn instead. Room for hidden thought stays as it is.
        """
        entry = known_entry(self._run.entry)
        most = self._run.study.sources.count() + self._run.study.human_comment_count
        is_one = self._run.samples == 1
        decoding = replace(
            entry.decoding,
            max_new_tokens=room_for(most),
            temperature=0.0 if is_one else _HOT,
            top_p=1.0,
        )
        return replace(entry, decoding=decoding)

    def strips(self) -> Iterator[Strip]:
        if self._run.view == RunView.FRAMES:
            yield from self.entry().frames_policy.strips

    def claim(self, limit: int) -> Claim[JudgeJob] | None:
        jobs = due(self._run.jobs.filter(run__state=RunState.OPEN))
        waiting = jobs.select_related("batch__video__media")
        return claim_of(waiting=waiting, limit=limit)

    def wanted(self, claim: Claim[JudgeJob], entry: Entry) -> list[NextSheet]:
        study = self._run.study
        comments = comments_by_batch(study, {job.batch_id for job in claim.jobs})
        return [
            NextSheet(
                job=job,
                sheet=sheet_of(
                    study,
                    job.batch,
                    comments[job.batch_id],
                    view=self._run.view,
                    order=f"{self._run.seed}/{job.batch_id}/{job.sample}",
                ),
                video=job.batch.video if self._run.view == RunView.FRAMES else None,
                entry=entry,
                seed=attempt_seed(
                    round_seed=self._run.seed,
                    source=self._run.entry,
                    video=job.batch.video.label,
                    number=1 + job.sample,
                ),
            )
            for job in claim.jobs
        ]

    def request(self, wanted: NextSheet, strips: tuple[Frames, ...]) -> Request:
        frames, *more = strips or (_NOTHING,)
        self._sheets[wanted.key] = wanted.sheet
        return Request(
            key=wanted.key,
            frames=frames,
            prompt=question_about(self._told, wanted.sheet.shown),
            system=None,
            seed=wanted.seed,
            thinned=more[0] if more else None,
        )

    def ask(self, engine: Engine, requests: Sequence[Request]) -> Iterator[Answer]:
        """What the model says; or how likely it finds each verdict's word."""
        if self._run.mode == RunMode.SAID:
            return engine.generate(requests)
        if isinstance(engine, ScoringEngine):
            return self._scored(engine, requests)
        message = "This engine does not tell likelihoods; ask for a number."
        raise EngineError(Reason.MISCONFIGURED, message)

    def _scored(
        self, engine: ScoringEngine, requests: Sequence[Request]
    ) -> Iterator[Answer]:
        """One answer a batch; an error of one harms no other."""
        for request in requests:
            start = time.monotonic()
            shown = self._sheets.pop(request.key).shown
            scores: list[float] = []
            try:
                for text in shown.texts:
                    prompt = question_about_one(self._told, shown, text)
                    one = replace(request, prompt=prompt)
                    scores += engine.score(one, self._told.words)
            except EngineError as error:
                if error.reason == Reason.DEVICE_BROKEN:
                    raise
                yield Answer(key=request.key, error=error)
            else:
                seconds = time.monotonic() - start
                yield Answer(key=request.key, scores=tuple(scores), seconds=seconds)

    @transaction.atomic
    def store(
        self,
        wanted: NextSheet,
        claim: Claim[JudgeJob],
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
            self._note(mine, wanted, maker, answer)
            finish(mine)
        mine.save()
        return True

    def refuse(self, error: EngineError) -> None:
        fail_all(self._run.jobs.all(), error)

    def finish(self) -> None:
        finish_run_if_over(run=self._run)

    def _note(
        self, job: JudgeJob, wanted: NextSheet, maker: Maker, answer: Answer
    ) -> None:
        labels = wanted.sheet.labels
        job.reply = storable(answer.text)
        chances = self._chances(answer, len(labels))
        job.chances = dict(zip(labels, chances, strict=True))
        job.prompt_token_count = answer.prompt_token_count
        job.token_count = answer.token_count
        job.seconds = answer.seconds
        job.engine = {
            **made_by(wanted.entry, maker.identity),
            "worker": maker.worker,
            "prompt_version": self._run.prompt_version,
            "prompt_hash": self._run.prompt_hash,
            "frames_policy": repr(wanted.frames_policy) if wanted.video else "",
            "decoding": asdict(wanted.entry.decoding),
            "seed": wanted.seed,
            "note": answer.error.message if answer.error else "",
        }

    def _chances(self, answer: Answer, count: int) -> list[float | None]:
        if not answer.scores:
            return chances_in(answer.text, count)
        words = len(self._told.words)
        return [
            chance_of_human(self._told, answer.scores[start : start + words])
            for start in range(0, len(answer.scores), words)
        ]


def _is_silent(job: JudgeJob) -> bool:
    """Whether the model answered nothing, for good."""
    return job.state == JobState.FAILED and job.error_reason in _SILENT
