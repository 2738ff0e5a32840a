"""Whether a short comment is in English: a few words of evidence, no certainty.

Comments are too short for statistics over letters; scripts and function words tell the
plain cases, and a doubtful one counts as English.
"""

import regex

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’]+")
_LETTER = regex.compile(r"\p{L}")
_LATIN = regex.compile(r"\p{Script=Latin}")
_FEWEST_LETTERS = 4
_FOREIGN_SHARE = 0.5
# Words that hardly ever stand in English, by language. Two of one language, and more
# than of English ones, say that it is that language.
_FUNCTION_WORDS = {
    "es": "el los las una que por para como está esto pero muy más qué con del",
    "fr": "le les des une que est pas pour dans avec c'est très sur mais cette je",
    "de": "der die das und ist nicht ein eine ich mit auf auch wie so sehr zu",
    "pt": "o os uma que não para com muito isso você está mais mas do da em",
    "it": "il gli che non per una è con sono questo questa molto come della di",
    "nl": "de het een niet van dat is en ik op voor maar zo wat deze",
    "id": "yang dan ini itu di dengan untuk tidak ada saya sangat bisa banget",
    "tr": "bir ve bu çok için ne değil ile gibi daha var mı ben",
    "vi": "là và của không có một này cho những được với rất quá",
    "pl": "nie to jest się na że jak tak ale co bardzo dla",
}
_ENGLISH_WORDS = (
    "the a an and of to in is it that this you i my for on with was are so be but not "
    "what how just like when he she they we me your his her at have has do did can all "
    "would could if from as or no one out up who why don't it's i'm that's"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN = {
    language: frozenset(words.split()) - _ENGLISH
    for language, words in _FUNCTION_WORDS.items()
}


def words_of(text: str) -> list[str]:
    """The words for comparing: case folded, with straight apostrophes."""
    return _WORD.findall(text.casefold().replace("’", "'"))


def is_english(text: str) -> bool:
    """False only for good reasons; emoji and names alone count as English."""
    letters = _LETTER.findall(text)
    if len(letters) < _FEWEST_LETTERS:
        return True
    foreign_letters = sum(_LATIN.match(letter) is None for letter in letters)
    if foreign_letters > _FOREIGN_SHARE * len(letters):
        return False
    words = set(words_of(text))
    strongest = max(len(words & foreign) for foreign in _FOREIGN.values())
    return strongest <= max(1, len(words & _ENGLISH))
