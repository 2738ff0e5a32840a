"""Python programs that start from a process in which the slow imports are done.

To import torch and transformers takes longer than a round of a tiny model; a worker
that is forked after that is the same program otherwise.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

# No module that reads Django's settings: each program has its own.
PRELOADED = [
    *("celery.app.base", "celery.bin.celery", "celery.concurrency.solo"),
    *("celery.worker.worker", "kombu.transport.redis", "django.db.models"),
    *("django.core.management", "psycopg", "PIL.Image", "av", "jinja2"),
    "model.native.network",
    "transformers.models.qwen2_5_vl.modeling_qwen2_5_vl",
    "transformers.models.qwen2_5_vl.processing_qwen2_5_vl",
]


def start_forked(
    words: Sequence[str],
    *,
    environment: Mapping[str, str],
    output: Path,
    errors: Path,
) -> ForkServerProcess:
    """Start `python WORDS` in a session of its own; what it says is appended to files.

    Args:
        words: `-m MODULE ...` or `SCRIPT ...`.
        environment: Its environment variables.
        output: Where its standard output goes.
        errors: Where its standard error goes.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(
        target=_run, args=(list(words), dict(environment), str(output), str(errors))
    )
    process.start()
    return process


def _run(
    words: list[str], environment: dict[str, str], output: str, errors: str
) -> None:
    os.setsid()
    for path, descriptor in ((output, 1), (errors, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.clear()
    os.environ.update(environment)
    multiprocessing.set_start_method("fork", force=True)
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")
