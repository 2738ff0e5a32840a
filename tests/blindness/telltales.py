"""Ids and names that are found wherever they leak."""

import re
from collections.abc import Iterable

from tests.blindness.recording import Recorder

# Each table counts from a number of its own, so that an id is found wherever it leaks.
FIRST_IDS = {
    "corpus_video": 711_000_001,
    "corpus_videomedia": 712_000_001,
    "corpus_source": 713_000_001,
    "corpus_comment": 714_000_001,
    "annotation_study": 715_000_001,
    "annotation_batch": 716_000_001,
    "annotation_batchcomment": 717_000_001,
    "annotation_membership": 718_000_001,
    "annotation_assignment": 719_000_001,
    "annotation_presentation": 721_000_001,
    "annotation_attentioncheck": 722_000_001,
    "accounts_user": 723_000_001,
}
AN_ID = re.compile(r"(?<![0-9a-f])7[12][0-9]000[0-9]{3}(?![0-9a-f])")


def assert_no_names_or_ids(recorders: Iterable[Recorder]) -> None:
    forbidden = re.compile(r"zq-?(model|people)|origin|like_count|text_received", re.I)
    for recorder in recorders:
        for exchange in recorder.exchanges:
            everything = exchange.everything
            # What browsers and proxies call the sender's own address.
            everything = re.sub(r"(?i)cross-origin\S*|same-origin", "", everything)
            assert not forbidden.search(everything), (exchange.path, everything[:2000])
            assert not AN_ID.search(everything), (
                exchange.path,
                AN_ID.findall(everything),
            )
