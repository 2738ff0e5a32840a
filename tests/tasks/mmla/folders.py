"""Small folders of MMLA in the three layouts, with invented sentences."""

import json
import tarfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from tasks.mmla.prompts import Wording, prompt
from tasks.mmla.sets import LabelSet, all_sets

MP4 = b"\x00\x00\x00\x18ftypmp42"
# What people say that programs like to change.
UTTERANCES = (
    "NA",
    "None",
    'She said "no',
    "nan",
    "Based on the text, I agree. Based on the text",
    "你好，再见",
    "line\u2028separator",
    "  spaced  ",
)
_IDS = {
    "MIntRec": "S05_E15_{n}",
    "MIntRec2.0": "2_{n}",
    "MELD": "1039_{n}",
    "MELD-DA": "0_{n}",
    "IEMOCAP": "Ses01F_impro01_F{n:03}",
    "IEMOCAP-DA": "Ses01F_impro01_M{n:03}",
    "MOSI": "WKA5OygbEKI$_${n}",
    "CH-SIMSv2.0": "video_0001_{n:04}",
    "UR-FUNNY-v2": "{n}",
    "MUStARD": "1_{n}",
    "Anno-MI-client": "100_{n}",
    "Anno-MI-therapist": "007_{n}",
}
_ARCHIVES = {
    "Anno-MI-client": "AnnoMI-client_video.tar.gz",
    "CH-SIMSv2.0": "Ch-simsv2_video.tar.gz",
    "UR-FUNNY-v2": "UR-FUNNYv2_video.tar.gz",
}


def row_ids(labels: LabelSet) -> list[str]:
    return [_IDS[labels.name].format(n=n) for n in range(len(UTTERANCES))]


def gold(labels: LabelSet) -> list[str]:
    return [labels.labels[n % len(labels.labels)] for n in range(len(UTTERANCES))]


def clips(labels: LabelSet) -> list[str]:
    return [f"{labels.prefix}_{row_id}.mp4" for row_id in row_ids(labels)]


def published(root: Path) -> Path:
    """As downloaded: tables with a byte order mark, archives beside them."""
    folder = root / "MMLA-Datasets"
    for labels in all_sets().values():
        place = folder / labels.folder
        place.mkdir(parents=True)
        rows = zip(row_ids(labels), UTTERANCES, gold(labels), strict=True)
        lines = ["id\ttext\tlabel", *("\t".join(row) for row in rows)]
        if labels.dropped:
            lines.append("1039_99\tso good\tpositive")
        text = "\r\n".join(lines) + "\r\n"
        (place / "test.tsv").write_bytes(b"\xef\xbb\xbf" + text.encode())
        if labels.has_clips:
            name = _ARCHIVES.get(labels.name, f"{labels.folder}_video.tar.gz")
            pack(place / name, clips(labels))
    return folder


def pack(archive: Path, names: Sequence[str], content: bytes = MP4) -> None:
    with tarfile.open(archive, "w:gz") as file:
        for name in names:
            member = tarfile.TarInfo(f"video/{name}")
            member.size = len(content)
            file.addfile(member, BytesIO(content))


def inference(root: Path) -> Path:
    """As the authors' zero-shot scripts read it."""
    folder = root / "base"
    for labels in all_sets().values():
        place = folder / labels.prefix
        (place / "video").mkdir(parents=True)
        entries = []
        rows = zip(clips(labels), UTTERANCES, gold(labels), strict=True)
        for number, (clip, text, label) in enumerate(rows):
            (place / "video" / clip).write_bytes(MP4)
            turns = [{"from": "human", "value": text}, {"from": "gpt", "value": label}]
            entries.append({"id": number, "video": clip, "conversations": turns})
        path = place / f"test_{labels.dimension}.json"
        path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return folder


def fine_tuning(root: Path, framework: str) -> Path:
    """As files for training frameworks, with paths of another machine."""
    folder = root / framework
    (folder / "clips").mkdir(parents=True)
    for labels in all_sets().values():
        entries = []
        rows = zip(clips(labels), UTTERANCES, gold(labels), strict=True)
        for number, (clip, text, label) in enumerate(rows):
            (folder / "clips" / clip).write_bytes(MP4)
            wording = Wording.CODE if number % 2 else Wording.PAPER
            asked = prompt(labels, text, wording=wording)
            said = f"{labels.dimension_words}: {label}"
            path = f"/mnt/data/{labels.folder}/{clip}"
            entries.append(_ENTRIES[framework](number, path, asked, said))
        name = f"{labels.name}_test"
        if framework == "swift":
            lines = [json.dumps(entry, ensure_ascii=False) for entry in entries]
            (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        else:
            text = json.dumps(entries, ensure_ascii=False)
            (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def _turns(mark: str, asked: str, said: str) -> list[dict[str, str]]:
    return [
        {"from": "human", "value": f"{mark}{asked}"},
        {"from": "gpt", "value": said},
    ]


_ENTRIES: dict[str, Callable[[int, str, str, str], dict[str, object]]] = {
    "llama-factory": lambda number, path, asked, said: {
        "id": number,
        "videos": [path],
        "conversations": _turns("<video>", asked, said),
    },
    "llava-next": lambda number, path, asked, said: {
        "id": number,
        "images": [path],
        "conversations": _turns("<image>", asked, said),
    },
    "videollama2": lambda number, path, asked, said: {
        "id": number,
        "video": path,
        "conversations": _turns("<video>\n", asked, said),
    },
    "swift": lambda _, path, asked, said: {
        "query": f"<video>{asked}",
        "response": said,
        "videos": [path],
    },
}
FRAMEWORKS = tuple(_ENTRIES)
