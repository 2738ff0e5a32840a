"""The texts and questions that a new item study starts with; researchers edit them."""

from pathlib import Path

from annotation.models import DocumentKind

_FOLDER = Path(__file__).parent / "default_documents"
_QUESTIONS = {
    "": [
        (
            "You aren't sure which option is right. What do you do?",
            ["Choose the likeliest one", "Leave the question", "Search for the video"],
            0,
        ),
        (
            "You have seen a video before. What do you do?",
            ["Skip it", "Tick “I know this video” and answer", "Withdraw"],
            1,
        ),
    ],
    "zh-hans": [
        (
            "您不确定哪个选项正确时，应该怎么做？",
            ["选择最有可能的一个", "不回答", "搜索该视频"],
            0,
        ),
        (
            "您以前看过某段视频时，应该怎么做？",
            ["跳过", "勾选“我知道这段视频”并作答", "退出研究"],
            1,
        ),
    ],
}


def default_text(kind: DocumentKind, language: str = "", variant: str = "") -> str:
    """The text in Markdown, in the study's language; in English without one.

    Args:
        kind: Which text.
        language: Of the study.
        variant: Such as "labels", where the kind has a text of its own for it.
    """
    names = [
        f"{kind.value}{own}{spoken}.md"
        for own in (f".{variant}" if variant else "", "")
        for spoken in (f".{language}" if language else "", "")
    ]
    found = next(_FOLDER / name for name in names if (_FOLDER / name).exists())
    return found.read_text(encoding="utf-8")


def default_questions(language: str = "") -> list[tuple[str, list[str], int]]:
    """Each with its choices and the place of the right one, from 0."""
    return _QUESTIONS.get(language) or _QUESTIONS[""]
