"""The OpenAI-compatible protocol: requests written, replies read (pure)."""

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from PIL import Image

from corpus.media.strips import Frames
from generation.engines.base import Decoding, EngineError, Reason, Request

_JPEG_QUALITY = 90
_MESSAGE_LENGTH = 200
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY)


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    Attributes:
        served_by: The model's name as the server says it.
    """

    text: str
    prompt_token_count: int
    token_count: int
    is_unfinished: bool
    served_by: str


def body(model: str, request: Request, decoding: Decoding) -> dict[str, Any]:
    """The JSON of a request; frames go as JPEG data URLs."""
    messages: list[dict[str, Any]] = []
    if request.system:
        messages.append({"role": "system", "content": request.system})
    pictures = [
        {"type": "image_url", "image_url": {"url": _data_url(image)}}
        for image in request.frames.images
    ]
    content = [*pictures, _text(request.prompt)]
    if pictures:
        content.insert(0, _text(_introduction(request.frames)))
    messages.append({"role": "user", "content": content})
    common = {"model": model, "messages": messages}
    if decoding.reasoning_tokens:
        # Thinking models take neither temperature nor seed, and count thought.
        room = decoding.max_new_tokens + decoding.reasoning_tokens
        return common | {"max_completion_tokens": room}
    return common | {
        "max_tokens": decoding.max_new_tokens,
        "temperature": decoding.temperature,
        "top_p": decoding.top_p,
        "seed": request.seed,
    }


def reply_of(raw: bytes) -> Reply:
    """The comment in a server's answer.

    Raises:
        EngineError: It is no answer, or there is no comment in it.
    """
    try:
        values = json.loads(raw)
        choice = values["choices"][0]
        message = choice["message"]
    except (ValueError, KeyError, IndexError, TypeError):
        words = "The server answered something that is no chat completion."
        raise EngineError(Reason.BAD_OUTPUT, words, retryable=True) from None
    text = _joined(message.get("content"))
    if not text.strip():
        raise _no_text(message, str(choice.get("finish_reason")))
    usage = values.get("usage") or {}
    return Reply(
        text=text,
        prompt_token_count=int(usage.get("prompt_tokens") or 0),
        token_count=int(usage.get("completion_tokens") or 0),
        is_unfinished=choice.get("finish_reason") == "length",
        served_by=str(values.get("model") or ""),
    )


def refusal_of(status: int, raw: bytes, secret: str) -> EngineError:
    """What a status other than 200 means; never carries the key."""
    code, words = _error_of(raw)
    told = f"HTTP {status}" + (f", {code}" if code else "")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        # Such answers like to repeat the key, or parts of it.
        message = f"The server refuses the key ({told}); check the key's variable."
        return EngineError(Reason.MISCONFIGURED, message)
    if secret:
        words = words.replace(secret, "[key]")
    detail = f"{told}: {words[:_MESSAGE_LENGTH]}" if words else told
    if "content" in code and ("policy" in code or "filter" in code):
        return EngineError(
            Reason.REFUSED, f"The server blocked the request ({detail})."
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        is_spent = code == "insufficient_quota"
        message = f"The server has had enough requests for now ({detail})."
        return EngineError(Reason.RATE_LIMITED, message, retryable=not is_spent)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return EngineError(Reason.SERVER_ERROR, f"The server failed ({detail}).")
    message = f"The server does not take the request ({detail}); check the entry."
    is_for_all = status == HTTPStatus.NOT_FOUND or status < HTTPStatus.BAD_REQUEST
    reason = Reason.MISCONFIGURED if is_for_all else Reason.REFUSED
    return EngineError(reason, message)


def retry_after_s(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that a server asks to wait, told as a number or as a date."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


def _introduction(frames: Frames) -> str:
    times = ", ".join(f"{time:.1f} s" for time in frames.timestamps)
    return f"The video ({frames.duration:.1f} s) as frames, in order, at {times}:"


def _text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def _data_url(image: Any) -> str:  # noqa: ANN401 - an array, which this needs not know
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=_JPEG_QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def _joined(content: object) -> str:
    """Text that came whole or in parts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _no_text(message: Mapping[str, Any], finish: str) -> EngineError:
    if message.get("refusal") or finish == "content_filter":
        words = "The model declined, or the server blocked its answer."
        return EngineError(Reason.REFUSED, words)
    if finish == "length":
        words = (
            "All tokens went into thought before a comment was written; raise "
            "reasoning_tokens in the entry."
        )
        return EngineError(Reason.EMPTY, words)
    words = f"The server returned no text (finish reason: {finish[:40]})."
    return EngineError(Reason.EMPTY, words, retryable=True)


def _error_of(raw: bytes) -> tuple[str, str]:
    """Code and words of an error's body, as far as it has any."""
    try:
        error = json.loads(raw)["error"]
    except (ValueError, KeyError, TypeError):
        return "", ""
    if isinstance(error, str):
        return "", error
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or error.get("type") or ""), str(
        error.get("message") or ""
    )
