"""Values as platforms and spreadsheets write them."""

import re
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

_COUNT: Final = re.compile(r"([\d.,\s]+)\s*([kmb])?", re.IGNORECASE)
_GROUPED: Final = re.compile(r"\d{1,3}([.,\s]\d{3})+")
_FACTORS: Final = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
_COMPACT_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PATHS: Final = {
    "youtube": re.compile(r"/(?:shorts|embed|live|v)/([\w-]+)"),
    "tiktok": re.compile(r"/(?:video|v)/(\d+)"),
    "instagram": re.compile(r"/(?:reel|reels|p)/([\w-]+)"),
}


def count_of(text: str) -> Any:  # noqa: ANN401 (the text itself where it is none)
    """A count such as "1,234", "1.2K" or "3M"; None if empty, the text if no count."""
    found = _COUNT.fullmatch(text.strip())
    if not text.strip():
        return None
    if found is None:
        return text
    digits, letter = found[1].strip(), (found[2] or "").lower()
    if not letter and _GROUPED.fullmatch(digits):
        return int(re.sub(r"[.,\s]", "", digits))
    try:
        value = float(digits.replace(",", ".")) * _FACTORS[letter]
    except ValueError:
        return text
    # 1.2K is a rounded number already.
    return round(value) if letter or value.is_integer() else text


def number_of(text: str) -> Any:  # noqa: ANN401 (the text itself where it is none)
    """Seconds, as a number or as [hours:]minutes:seconds."""
    if not text.strip():
        return None
    try:
        seconds = 0.0
        for part in text.strip().split(":"):
            seconds = 60 * seconds + float(part.replace(",", "."))
    except ValueError:
        return text
    return seconds


def day_of(value: object) -> str | None:
    """A day as ISO 8601: of a date, a time, YYYYMMDD, or seconds since 1970.

    What is none of these is given back as it is, for the parser to refuse.
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    if compact := _COMPACT_DAY.fullmatch(text):
        return "-".join(compact.groups())
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        seconds = float(text)
        return _day(seconds / 1000 if seconds > 10**11 else seconds)
    return text.replace("Z", "+00:00")


def _day(seconds: float) -> str:
    made: date = datetime.fromtimestamp(seconds, tz=UTC).date()
    return made.isoformat()


def video_of_url(url: str) -> tuple[str, str]:
    """Platform and id of a video's address; empty where it isn't known."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if host.endswith("youtu.be"):
        return "youtube", parts.path.strip("/")
    for platform, path in _PATHS.items():
        if host == f"{platform}.com" or host.endswith(f".{platform}.com"):
            asked = parse_qs(parts.query).get("v", [""])[0]
            found = path.search(parts.path)
            return platform, asked or (found[1] if found else "")
    return "", ""
