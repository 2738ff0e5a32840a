"""How fast, and in how much memory, records are imported.

    python -m benchmarks.import_corpus [--comments 1000000] [--records FILE]

Makes a file of that many comments (20,000 videos, texts of real lengths, a third of
them with emoji or other scripts), imports it into an empty, durable PostgreSQL with
`manage.py import_corpus`, imports it again (nothing changes), and does the same with a
real file of metadata. Memory is the command's peak resident set, the server's apart.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.server import PROJECT, migrate, services

REAL_RECORDS = PROJECT.parent / "shared" / "data" / "metadata_only.jsonl.gz"
COMMENTS_A_VIDEO = 50
SEED = 20_260_101

VOCABULARY = (
    "the a this that what when why so really never always just like love hate watch "
    "video part minute second music song cat dog baby friend mother brother kitchen "
    "first last best worst funny sad crying laughing beautiful amazing crazy honestly "
    "someone nobody everyone here today tomorrow years ago remember can't don't it's"
)
WORDS = VOCABULARY.split()
TAILS = (
    "😂",
    "😭😭",
    "❤️",
    "🔥🔥🔥",
    "!!!",
    "…",
    "lol",
    "真的吗",
    "이거 뭐야",
    "да ладно",
    "واو",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--records", type=Path, default=REAL_RECORDS)
    options = parser.parse_args()
    with services("import") as folder, tempfile.TemporaryDirectory() as made:
        migrate()
        path = Path(made) / "records.jsonl"
        count = write_records(path, options.comments)
        print(f"{count:,} comments, {path.stat().st_size / 1e6:.0f} MB")
        for title in ("new", "again"):
            run = measured(path, folder)
            print(f"made file, {title}: {run}, {count / run.seconds:,.0f} comments/s")
        for title in ("new", "again") if options.records.is_file() else ():
            run = measured(options.records, folder)
            print(f"{options.records.name}, {title}: {run}")


def write_records(path: Path, comment_count: int) -> int:
    """Write whole videos until there are enough comments; how many there are."""
    chance = random.Random(SEED)  # noqa: S311 (made texts, no secret)
    video_count = max(1, comment_count // COMMENTS_A_VIDEO)
    with path.open("w", encoding="utf-8") as file:
        for number in range(video_count):
            record = {
                "platform": chance.choice(["youtube", "tiktok"]),
                "external_id": f"made-{number}",
                "title": text(chance, 8),
                "description": text(chance, 40),
                "tags": chance.sample(WORDS, 4),
                "topic": chance.choice(WORDS),
                "category": f"category {chance.randrange(20)}",
                "like_count": chance.randrange(10**6),
                "comment_count": chance.randrange(10**4),
                "comments": list(comments(chance)),
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return video_count * COMMENTS_A_VIDEO


def comments(chance: random.Random) -> Iterator[dict[str, object]]:
    for _ in range(COMMENTS_A_VIDEO):
        # As under real videos: half under 12 words, a few very long.
        word_count = min(300, int(chance.lognormvariate(2.5, 0.9)) + 1)
        yield {
            "text": text(chance, word_count),
            "like_count": int(chance.paretovariate(0.8)),
            "reply_count": chance.randrange(5),
            "published_on": f"2024-{chance.randrange(1, 13):02}-11",
        }


def text(chance: random.Random, word_count: int) -> str:
    words = chance.choices(WORDS, k=word_count)
    if chance.random() < 1 / 3:
        words.append(chance.choice(TAILS))
    return " ".join(words)


class Measured(NamedTuple):
    """One run of the command."""

    seconds: float
    # Of the processor: the command's and PostgreSQL's.
    command_seconds: float
    database_seconds: float
    peak_mb: float

    def __str__(self) -> str:
        return (
            f"{self.seconds:.1f} s (processor: command {self.command_seconds:.1f} s, "
            f"PostgreSQL {self.database_seconds:.1f} s), peak {self.peak_mb:.0f} MB"
        )


def measured(path: Path, folder: Path) -> Measured:
    """Import a file in a process of its own."""
    log = folder / "import.log"
    database_began = database_seconds(folder)
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import_corpus", str(path)],
            cwd=PROJECT,
            stdout=output,
            stderr=output,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    if status:
        sys.exit(f"the import failed:\n{log.read_text()[-2000:]}")
    # Linux counts ru_maxrss in KiB.
    peak_mb = usage.ru_maxrss * 1024 / 1e6
    return Measured(
        seconds,
        usage.ru_utime + usage.ru_stime,
        database_seconds(folder) - database_began,
        peak_mb,
    )


def database_seconds(folder: Path) -> float:
    """Processor time of PostgreSQL's processes so far, ended ones included."""
    pid_file = folder / "database" / "data" / "postmaster.pid"
    postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
    processes = [postmaster, *postmaster.children()]
    running = sum(sum(process.cpu_times()[:2]) for process in processes)
    return running + sum(postmaster.cpu_times()[2:4])


if __name__ == "__main__":
    main()
