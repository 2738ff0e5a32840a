"""What is copied and what is encoded, decided from facts alone."""

from dataclasses import replace

import pytest

from corpus.media.facts import AudioFacts, MediaFacts, VideoFacts
from corpus.media.playback import Conversion, conversion_for

VIDEO = VideoFacts(
    codec="h264",
    profile="High",
    pixel_format="yuv420p",
    width=1280,
    height=720,
    rotation=0,
    pixel_aspect=1.0,
    frame_count=100,
    duration_s=4.0,
    fps=25.0,
    has_varying_rate=False,
    has_backward_timestamps=False,
    is_trimmed=False,
    damaged_frame_count=0,
)
SOUND = AudioFacts("aac", 48_000, 2, is_damaged=False)
FACTS = MediaFacts("0" * 64, 1000, "mp4", VIDEO, SOUND, ())


def with_video(**changes: object) -> MediaFacts:
    return replace(FACTS, video=replace(VIDEO, **changes))  # type: ignore[arg-type]


def test_what_browsers_play_is_copied() -> None:
    conversion = conversion_for(FACTS)

    assert conversion == Conversion(width=0, height=0, audio="copy", reasons=())
    assert conversion.action == "remuxed"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (with_video(codec="hevc", profile="Main"), "hevc"),
        (with_video(codec="vp9", profile="Profile 0"), "vp9"),
        (with_video(profile="High 10", pixel_format="yuv420p10le"), "profile High 10"),
        (with_video(pixel_format="yuv422p"), "pixel format yuv422p"),
        (with_video(rotation=90), "turned by 90"),
        (with_video(has_backward_timestamps=True), "timestamps"),
        (with_video(is_trimmed=True), "trimmed"),
        (with_video(damaged_frame_count=1), "damaged"),
        (with_video(width=1920, height=1080), "larger than 720"),
        (replace(FACTS, container="avi"), "container avi"),
    ],
)
def test_what_some_browser_does_not_play_is_encoded(
    facts: MediaFacts, reason: str
) -> None:
    conversion = conversion_for(facts)

    assert conversion.action == "transcoded"
    assert any(reason in text for text in conversion.reasons)


@pytest.mark.parametrize(
    ("size", "rotation", "pixel_aspect", "shown"),
    [
        ((1280, 720), 90, 1.0, (720, 1280)),
        ((1920, 1080), 90, 1.0, (720, 1280)),
        ((1920, 1080), 180, 1.0, (1280, 720)),
        ((427, 241), 180, 1.0, (426, 240)),
        ((1, 1), 180, 1.0, (2, 2)),
        ((720, 480), 180, 32 / 27, (852, 480)),
        ((720, 480), 270, 32 / 27, (480, 852)),
    ],
)
def test_encoded_pictures_are_upright_even_and_not_too_large(
    size: tuple[int, int],
    rotation: int,
    pixel_aspect: float,
    shown: tuple[int, int],
) -> None:
    facts = with_video(
        width=size[0], height=size[1], rotation=rotation, pixel_aspect=pixel_aspect
    )

    conversion = conversion_for(facts)

    assert (conversion.width, conversion.height) == shown


def test_sound_is_encoded_apart_from_the_picture() -> None:
    opus = replace(FACTS, audio=replace(SOUND, codec="opus"))
    damaged = replace(FACTS, audio=replace(SOUND, is_damaged=True))
    silent = replace(FACTS, audio=None)

    assert conversion_for(opus).audio == "encode"
    assert conversion_for(opus).action == "remuxed"
    assert conversion_for(damaged).audio == "encode"
    assert conversion_for(silent).audio == "none"


def test_what_could_not_be_copied_is_encoded_altogether() -> None:
    conversion = conversion_for(FACTS, fits_mp4=False)

    assert (conversion.width, conversion.height, conversion.audio) == (
        1280,
        720,
        "encode",
    )


def test_a_plan_travels_as_json() -> None:
    conversion = conversion_for(with_video(codec="av1"))

    assert Conversion.from_json(conversion.as_json()) == conversion
