"""Talk of an assistant where a comment should be: it declines, or calls itself an AI.

Pure, and the same for every text: the one place that knows these words. They only ever
say that somebody should look; now and then a person writes the same.
"""

import regex

_AI = (
    r"(?:AI|A\.I\.|artificial\ intelligence|language\ model|chatbot|virtual\ assistant)"
)

_DECLINES = regex.compile(
    r"""
      \bI(?:['’]m|\ am)\ (?:sorry|afraid)\b.{0,40}
      \b(?:can(?:['’]t|not|\ not)|won['’]t|unable|not\ able)\b
    | \bI(?:['’]m|\ am)\ (?:sorry|unable|not\ able)\b.{0,40}
      \b(?:assist|help\ with|provide|comment|view|watch)\b
    | \bI\ (?:can(?:['’]t|not|\ not)|won['’]t|do\ not|don['’]t)\ (?:\w+\ )?
      (?:assist|help\ with|fulfil+|comply|generate|provide\ a
      |(?:write|create)\ (?:a|the|this|that|any)
      |comment\ on\ (?:this|the)\ (?:video|image|clip)
      |(?:watch|view|see)\ (?:(?:the|this|any)\ )?(?:videos?|images?)\b)
    | \bI\ must\ decline\b
    | 我(?:无法|不能)(?:观看|查看|提供|协助)
    """,
    regex.IGNORECASE | regex.VERBOSE,
)
_CALLS_ITSELF_AI = regex.compile(
    rf"""
      \bas\ an?\ (?:\w+\ ){{0,2}}{_AI}\b
    | \bI(?:['’]?m|\ am)\ (?:(?:just|only)\ )?an?\ (?:\w+\ ){{0,2}}{_AI}\b
    | 作为(?:一个|一款|一名)?(?:AI|人工智能|语言模型)
    | \bcomo\ (?:una?\ )?(?:ia|modelo\ de\ lenguaje|inteligencia\ artificial)\b
    | \bals\ (?:ki|künstliche\ intelligenz|sprachmodell)\b
    | \ben\ tant\ qu['’](?:ia|intelligence\ artificielle)\b
    """,
    regex.IGNORECASE | regex.VERBOSE,
)
_ANNOUNCES = regex.compile(
    r"\b(?:here is|here['’]?s|sure[,!].{0,20}) (?:a|one|my) (?:\w+ ){0,3}comment\b",
    regex.IGNORECASE,
)


def declines(text: str) -> bool:
    """Whether it refuses to comment, or says that it cannot."""
    return _DECLINES.search(text) is not None


def calls_itself_ai(text: str) -> bool:
    """Whether it speaks of itself as an AI or a model."""
    return _CALLS_ITSELF_AI.search(text) is not None


def talks_as_assistant(text: str) -> bool:
    """Whether it does either, or announces a comment instead of writing one."""
    return (
        declines(text) or calls_itself_ai(text) or _ANNOUNCES.search(text) is not None
    )
