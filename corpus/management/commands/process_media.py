"""manage.py process_media: playback files and posters without Celery, in parallel."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from queue import SimpleQueue
from typing import TextIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from corpus.media.tools import MediaTools
from corpus.media_processing import process_media, waiting_media
from corpus.models import MediaState, VideoMedia

INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Create playback files and posters for all videos that need them. Videos that "
        "cannot be used are named with their reason; the exit status is 1 if there are "
        "any. Safe to stop and to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--workers",
            type=int,
            default=os.cpu_count() or 1,
            help="videos to process at once (default: one per processor core)",
        )
        parser.add_argument(
            "--retry-failed",
            action="store_true",
            help="also retry videos that failed before",
        )

    def handle(self, *_args: object, workers: int, **options: bool) -> None:
        if workers < 1:
            msg = "--workers must be at least 1."
            raise CommandError(msg)
        ids = waiting_media(with_failed=options["retry_failed"])
        try:
            failed_count = self._process(ids, workers)
        except KeyboardInterrupt as error:
            msg = "Stopped. What is ready is kept; run the same command to continue."
            raise CommandError(msg, returncode=INTERRUPTED) from error
        if failed_count:
            msg = f"{failed_count} of {len(ids)} videos can't be used."
            raise CommandError(msg)
        self.stdout.write(f"{len(ids)} videos processed.")

    def _process(self, ids: Sequence[int], workers: int) -> int:
        """Process these media; say which fail, and return how many do."""
        console = Console(file=cast("TextIO", self.stderr), soft_wrap=True)
        failed_count = 0
        with _progress(console) as progress:
            bar = progress.add_task("Videos", total=len(ids))
            for media in _processed(ids, workers):
                progress.advance(bar)
                if media.state == MediaState.FAILED:
                    failed_count += 1
                    line = f"{media.original}: {media.error} [{media.error_code}]"
                    console.print(line, markup=False, highlight=False)
        return failed_count


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def _processed(ids: Sequence[int], workers: int) -> Iterator[VideoMedia]:
    """Rows as they are done; each thread only waits for a decoding process."""
    with ExitStack() as stack:
        idle: SimpleQueue[MediaTools] = SimpleQueue()
        for _ in range(workers):
            idle.put(stack.enter_context(MediaTools()))
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        futures = [pool.submit(_process_one, media_id, idle) for media_id in ids]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            # When stopped: finish what is in hand, begin nothing new.
            pool.shutdown(wait=False, cancel_futures=True)


def _process_one(media_id: int, idle: SimpleQueue[MediaTools]) -> VideoMedia:
    tools = idle.get()
    try:
        return process_media(media_id=media_id, tools=tools)
    finally:
        idle.put(tools)
        connection.close()  # this thread's own
