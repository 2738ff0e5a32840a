"""The table of faults, runs and results, printed and kept in docs/reliability.md."""

import os
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

BEGIN = "<!-- soak: begin (written by `bootstrap.py soak --write`) -->"
END = "<!-- soak: end -->"


@dataclass(frozen=True)
class Run:
    """One fault and what came of it."""

    title: str
    # Until all services ran and a page came, from the fault on.
    back_seconds: float
    # Answers given, acknowledged or not, while it lasted.
    given: int
    findings: list[str]


@dataclass
class Results:
    """All runs of one soak."""

    command: str
    seed: int
    annotators: int
    skipped: list[str]
    runs: list[Run] = field(default_factory=list)
    seconds: float = 0.0
    answers: int = 0
    submitted: int = 0
    retries: int = 0

    @property
    def findings(self) -> list[str]:
        return [
            f"{run.title}: {finding}" for run in self.runs for finding in run.findings
        ]

    def markdown(self) -> str:
        """The table and what it was measured with."""
        by_title: defaultdict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            by_title[run.title].append(run)
        head = "fault | runs | back after, median / longest (s) | answers meanwhile"
        lines = [
            f"| {head} | findings |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for title, runs in sorted(by_title.items()):
            back = [run.back_seconds for run in runs]
            lines.append(
                f"| {title} | {len(runs)} | {statistics.median(back):.1f} / "
                f"{max(back):.1f} | {sum(run.given for run in runs)} | "
                f"{sum(len(run.findings) for run in runs)} |"
            )
        memory = psutil.virtual_memory().total / 2**30
        measured = (
            f"{datetime.now(UTC):%Y-%m-%d}, `{self.command}`, seed {self.seed}: "
            f"{self.seconds / 60:.1f} minutes, {len(self.runs)} faults, "
            f"{self.annotators} annotators, {self.answers} answers and "
            f"{self.submitted} submissions acknowledged, {self.retries} requests "
            f"repeated; {len(self.findings)} findings. Machine: {os.cpu_count()} "
            f"processors, {memory:.0f} GiB."
        )
        lines += ["", measured, *([""] if self.findings or self.skipped else [])]
        lines += [f"- Finding: {finding}" for finding in self.findings]
        lines += [f"- Not tried: {what}" for what in self.skipped]
        return "\n".join(lines) + "\n"

    def write(self, page: Path) -> None:
        """Put the table between the marks of a page, in place of the last one."""
        before, _, rest = page.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        page.write_text(f"{before}{BEGIN}\n\n{self.markdown()}\n{END}{after}", "utf-8")
