"""How much annotators' work happens, counted by each process since it started.

Read by whoever watches the installation (docs/operations.md); nothing here is stored.
"""

from prometheus_client import Counter

ANSWERS_SAVED = Counter("mimic_answers_saved", "Answers stored and acknowledged.")
ANSWERS_REPEATED = Counter(
    "mimic_answers_repeated", "Answers that came again and were stored already."
)
BATCHES_SUBMITTED = Counter("mimic_batches_submitted", "Batches submitted.")
LEASES_GIVEN = Counter(
    "mimic_leases_given",
    "Batches given to an annotator: new ones, and ones taken up again after a lapse.",
    ["how"],
)
LEASES_EXPIRED = Counter(
    "mimic_leases_expired", "Batches whose lease ran out without activity."
)
