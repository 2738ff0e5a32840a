"""Our alternative annotator test on its authors' own example.

    git clone https://github.com/nitaytech/AltTest
    python -m benchmarks.alt_test AltTest/data/lesion

Prints winning rate and advantage beside those of the authors' notebook
(alt_test_example.ipynb), and ends with 1 where a printed digit differs.
"""

import json
import sys
from pathlib import Path

import numpy as np

from analysis.judge.alt_test import alt_test

# Of "lesion": six students, whose ratings are compared by distance.
_EPSILON = 0.15
_PUBLISHED = {
    "gemini_flash": (0.17, 0.71),
    "gemini_pro": (1.00, 0.81),
    "gpt-4o": (0.00, 0.62),
    "gpt-4o-mini": (0.67, 0.73),
}


def main(folder: Path) -> int:
    people = json.loads((folder / "human_annotations.json").read_text("utf-8"))
    models = json.loads((folder / "llm_annotations.json").read_text("utf-8"))
    items = sorted({item for answers in people.values() for item in answers})
    answers = np.array(
        [[float(one.get(item, np.nan)) for one in people.values()] for item in items]
    )
    differing = 0
    print("model | winning rate: ours, theirs | advantage: ours, theirs")
    for name, published in _PUBLISHED.items():
        judge = np.array([float(models[name].get(item, np.nan)) for item in items])
        found = alt_test(answers, judge, epsilon=_EPSILON, by_distance=True)
        ours = (round(found.winning_rate, 2), round(found.advantage, 2))
        differing += ours != published
        print(
            f"{name} | {ours[0]:.2f}, {published[0]:.2f}"
            f" | {ours[1]:.2f}, {published[1]:.2f}"
        )
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
