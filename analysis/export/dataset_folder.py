"""The judgments as a folder for the Hugging Face Hub: Parquet, a card, Croissant.

`datasets.load_dataset("the/folder")` reads it as it is; uploaded, it is a dataset.
"""

import json
from pathlib import Path

from analysis.export.codebook import codebook
from analysis.export.croissant import croissant
from analysis.export.long_table import write_parquet
from analysis.reporting.results import Exclusion
from analysis.selectors.studies import exclusions_of, protocol_version
from analysis.version import DISTRIBUTION, software_name
from annotation.models import Study

TABLE = "data/judgments.parquet"
INSTRUMENT = "instrument.json"
CROISSANT = "croissant.json"
# Name of a size category of the Hub, and below how many rows it holds.
_SIZES = (
    ("n<1K", 10**3),
    ("1K<n<10K", 10**4),
    ("10K<n<100K", 10**5),
    ("100K<n<1M", 10**6),
    ("1M<n<10M", 10**7),
)
_LARGEST = "10M<n<100M"

_CARD = """---
pretty_name: {title}
license: other
task_categories:
- text-classification
tags:
- blind-comment-test
- human-evaluation
size_categories:
- {size}
configs:
- config_name: default
  data_files:
  - split: test
    path: {table}
---

# {heading}

Judgments of a blind comment test: for each video, annotators saw human and AI comments
in random order, without being told their sources, and answered two questions about
each: {questions} `{instrument}` holds every possible answer.
{rows} judgments; protocol: {protocol}. Created with {software}.

```python
from datasets import load_dataset

judgments = load_dataset("path/to/this/folder", split="test")
```

To compute the report from this table, install {distribution} with its `analysis` extra
from its source folder (`pip install 'FOLDER[analysis]'`), then run this here:

```
python -m analysis {table} --instrument {instrument}
```

You need no server and no database.

{exclusions}

The comments belong to their authors: before you publish this folder, set the licence
and say how the texts were obtained.

{codebook}"""


def write_dataset(study: Study, folder: Path) -> None:
    """Write the table and its descriptions into a folder, made if need be."""
    (folder / TABLE).parent.mkdir(parents=True, exist_ok=True)
    rows = write_parquet(study, folder / TABLE, with_dictionaries=False)
    instrument = json.dumps(study.instrument.as_json(), indent=1) + "\n"
    (folder / INSTRUMENT).write_text(instrument, encoding="utf-8")
    described = croissant(study.title, folder, TABLE, study.instrument)
    (folder / CROISSANT).write_text(described, encoding="utf-8")
    (folder / "README.md").write_text(_card(study, rows), encoding="utf-8")


def _card(study: Study, rows: int) -> str:
    return _CARD.format(
        title=json.dumps(study.title, ensure_ascii=False),  # JSON is YAML
        size=next((name for name, below in _SIZES if rows < below), _LARGEST),
        table=TABLE,
        instrument=INSTRUMENT,
        questions=f"{study.instrument.question} {study.instrument.scale.question}",
        heading=study.title,
        rows=f"{rows:,}",
        protocol=protocol_version(study) or "not versioned",
        distribution=DISTRIBUTION,
        software=software_name(),
        exclusions=_told(exclusions_of(study)),
        codebook=codebook(study.instrument).replace("# Codebook", "## Codebook"),
    )


def _told(exclusions: tuple[Exclusion, ...]) -> str:
    if not exclusions:
        return "No annotators were excluded."
    lines = (f"- {one.annotator}: {one.reason}" for one in exclusions)
    return "Excluded annotators, and why:\n\n" + "\n".join(lines)
