"""Examples of what programs send, for the description of the REST API."""

from typing import Final

from drf_spectacular.utils import OpenApiExample


def _sent(title: str, value: object) -> OpenApiExample:
    return OpenApiExample(title, value=value, request_only=True)


NEW_STUDY: Final = [
    _sent(
        "The paper's protocol",
        {
            "key": "spring-pilot",
            "title": "Spring pilot",
            "template": "paper",
            "selection": "top-20",
            "sources": ["gpt-4o", "qwen2-5-vl-7b"],
        },
    ),
    _sent(
        "With practice, a question, a check and a way back",
        {
            "key": "crowd-study",
            "title": "Crowd study",
            "template": "one-model",
            "videos": ["youtube:alJ1KJu5h9U"],
            "sources": ["gpt-4o"],
            "attention_checks_per_batch": 1,
            "training": [
                {
                    "text": "so cute omg",
                    "origin": "human",
                    "feedback": "Short and warm.",
                }
            ],
            "questions": [
                {
                    "text": "How many comments are human?",
                    "choices": ["Five", "* Not told"],
                }
            ],
            "checks": [
                {"text": "Please choose AI and 0 here.", "expected_verdict": "ai"}
            ],
            "ways_out": [{"kind": "completed", "code": "C1A2B3"}],
        },
    ),
]
STUDY_SETTINGS: Final = [_sent("More annotators per batch", {"redundancy": 5})]
VIDEOS: Final = [
    _sent("A selection", {"selection": "top-20"}),
    _sent("A list", {"videos": ["youtube:alJ1KJu5h9U", "tiktok:7301234567890"]}),
]
SOURCES: Final = [_sent("Two sources", {"sources": ["gpt-4o", "qwen2-5-vl-7b"]})]
TEXT: Final = [_sent("Guidelines", {"text": "Judge by the *text* alone."})]
INVITATION: Final = [
    _sent("People who sign in", {"kind": "link", "label": "Lab", "cap": 20}),
    _sent(
        "Prolific",
        {"kind": "crowd", "cap": 60, "participant_parameter": "PROLIFIC_PID"},
    ),
]
