"""The HTTP engine against a real server on loopback that misbehaves in every way."""

import base64
import io
import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from PIL import Image

from generation.costs import counted_cost, estimated_cost
from generation.engines.base import Answer, Decoding, EngineError, Reason, Site
from generation.engines.openai_http import OpenAIHttpEngine
from generation.registry import Entry, entry
from tests.generation.chat_server import Handler, Seen, chat_server
from tests.generation.tiny_models import frames, request, texts

KEY = "sk-very-secret-key-0123456789"
Behaviour = Callable[[Handler, int], None]


@pytest.fixture(autouse=True)
def the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def http_entry(base_url: str, **options: object) -> Entry:
    chosen = {
        "base_url": base_url,
        "model": "some-model",
        "key_variable": "OPENAI_API_KEY",
    }
    return replace(
        entry("gpt-4o"),
        options=chosen | options,
        decoding=Decoding(max_new_tokens=20, temperature=0.7, top_p=0.9),
    )


def engine_for(entry: Entry, *, attempts: int = 6) -> OpenAIHttpEngine:
    site = Site(
        checkpoint_root=Path("/nowhere"),
        http_base_urls=(entry.options["base_url"],),
        http_concurrency=16,
        http_attempts=attempts,
        http_first_wait_s=0.01,
    )
    return OpenAIHttpEngine(entry, site)


def ask(
    behave: Behaviour,
    count: int = 1,
    *,
    reasoning_tokens: int = 0,
    attempts: int = 6,
    **options: object,
) -> tuple[list[Answer], Seen]:
    """Ask for comments on `count` videos; prompts are "0", "1" ..."""
    with chat_server(behave) as (url, seen):
        asked = http_entry(url, **options)
        decoding = replace(asked.decoding, reasoning_tokens=reasoning_tokens)
        asked = replace(asked, decoding=decoding)
        with closing(engine_for(asked, attempts=attempts)) as engine:
            video = frames(size=(16, 16), count=2)
            wanted = [request(str(n), prompt=str(n), video=video) for n in range(count)]
            return [*engine.generate(wanted)], seen


def error_of(
    behave: Behaviour, *, timeout_s: float = 30.0, attempts: int = 6
) -> EngineError:
    (answer,), _ = ask(behave, attempts=attempts, timeout_s=timeout_s)
    assert answer.error is not None
    assert KEY not in answer.error.message
    return answer.error


def test_an_answer_that_ran_out_of_tokens_says_so() -> None:
    for finish, is_unfinished in (("length", True), ("stop", False)):
        (answer,), _ = ask(lambda server, _, how=finish: server.say("nice", how))  # type: ignore[misc]

        assert answer.is_unfinished == is_unfinished


class TestRequest:
    def test_frames_go_as_jpeg_between_introduction_and_prompt(self) -> None:
        (answer,), seen = ask(lambda server, _: server.say("nice"))

        content = seen.bodies[0]["messages"][0]["content"]
        introduction, *pictures, prompt = content
        assert "10.0 s" in introduction["text"]
        assert "2.5 s, 7.5 s" in introduction["text"]
        assert prompt["text"] == "0"
        for part in pictures:
            head, _, data = part["image_url"]["url"].partition(",")
            assert head == "data:image/jpeg;base64"
            assert Image.open(io.BytesIO(base64.b64decode(data))).size == (16, 16)
        assert (answer.text, answer.token_count) == ("nice", 7)
        assert answer.prompt_token_count == 100

    def test_decoding_and_seed_are_passed_on(self) -> None:
        _, seen = ask(lambda server, _: server.say("nice"))

        body = seen.bodies[0]
        assert (body["max_tokens"], body["temperature"]) == (20, 0.7)
        assert (body["top_p"], body["seed"]) == (0.9, 1)

    def test_a_thinking_model_gets_headroom_and_no_temperature(self) -> None:
        _, seen = ask(lambda server, _: server.say("nice"), reasoning_tokens=500)

        body = seen.bodies[0]
        assert body["max_completion_tokens"] == 520
        assert not {"temperature", "top_p", "seed", "max_tokens"} & set(body)

    def test_the_model_that_really_answered_is_remembered(self) -> None:
        with chat_server(lambda server, _: server.say("nice")) as (url, _):
            engine = engine_for(http_entry(url))
            list(engine.generate([request()]))
            engine.close()

        assert engine.identity.revision == "served-2025-01-01"
        assert "some-model" in engine.identity.checkpoint


class TestTrouble:
    def test_429_is_waited_out_as_long_as_the_server_asks(self) -> None:
        def behave(server: Handler, number: int) -> None:
            if number == 1:
                server.fail(429, "rate_limit", Retry_After="1")
            else:
                server.say("nice")

        answers, seen = ask(behave)

        assert texts(answers) == {"0": "nice"}
        assert seen.times[1] - seen.times[0] >= 1.0

    def test_retry_after_may_be_a_date(self) -> None:
        def behave(server: Handler, number: int) -> None:
            if number == 1:
                at = formatdate(time.time() + 2, usegmt=True)
                server.fail(429, Retry_After=at)
            else:
                server.say("nice")

        _, seen = ask(behave)

        assert seen.times[1] - seen.times[0] >= 0.9

    def test_a_crowded_server_is_asked_by_fewer_at_once_and_all_are_answered(
        self,
    ) -> None:
        """It serves three at a time and turns the others away."""
        places = [0]

        def behave(server: Handler, _: int) -> None:
            places[0] += 1
            try:
                if places[0] > 3:
                    server.fail(429, "rate_limit")
                else:
                    time.sleep(0.05)
                    server.say("nice")
            finally:
                places[0] -= 1

        answers, seen = ask(behave, 24)

        assert len(texts(answers)) == 24
        assert len(seen.bodies) < 24 * 3

    def test_a_spent_quota_is_not_asked_again(self) -> None:
        (answer,), seen = ask(lambda server, _: server.fail(429, "insufficient_quota"))

        assert answer.error is not None
        assert answer.error.reason == Reason.RATE_LIMITED
        assert not answer.error.retryable
        assert len(seen.bodies) == 1

    def test_500_now_and_then_costs_only_time(self) -> None:
        def behave(server: Handler, number: int) -> None:
            if number % 3 == 1:
                server.fail(500, words="oops")
            else:
                server.say("nice")

        answers, _ = ask(behave, 6)

        assert len(texts(answers)) == 6

    def test_500_for_ever_is_a_retryable_error_of_that_request_alone(self) -> None:
        def behave(server: Handler, _: int) -> None:
            prompt = server.body["messages"][-1]["content"][-1]["text"]
            if prompt == "1":
                server.fail(503, words="no")
            else:
                server.say("nice")

        answers, seen = ask(behave, 3)

        errors = {a.key: a.error for a in answers if a.error}
        assert set(errors) == {"1"}
        assert errors["1"].reason == Reason.SERVER_ERROR
        assert errors["1"].retryable
        assert seen.prompts() == {"0": 1, "1": 6, "2": 1}

    @pytest.mark.parametrize("how", ["silent", "dripping"])
    def test_a_slow_answer_is_given_up(self, how: str) -> None:
        def behave(server: Handler, _: int) -> None:
            server.send_response(200)
            server.send_header("Content-Length", "100000")
            server.end_headers()
            for _ in range(40):
                time.sleep(0.05)
                if how == "dripping":
                    server.wfile.write(b" ")

        start = time.monotonic()
        with_patience = error_of(behave, timeout_s=0.5, attempts=1)

        assert with_patience.reason == Reason.TIMEOUT
        assert time.monotonic() - start < 5

    def test_an_answer_that_breaks_off_is_asked_for_again(self) -> None:
        def behave(server: Handler, number: int) -> None:
            if number == 1:
                server.send_response(200)
                server.send_header("Content-Length", "100000")
                server.end_headers()
                server.wfile.write(b'{"choices": [')
                server.close_connection = True
            else:
                server.say("nice")

        answers, seen = ask(behave)

        assert texts(answers) == {"0": "nice"}
        assert len(seen.bodies) == 2

    @pytest.mark.parametrize(
        "raw", [b"", b"<html>", b"{}", b'{"choices": []}', b"[1]", b"\xff\xfe"]
    )
    def test_garbage_is_bad_output(self, raw: bytes) -> None:
        error = error_of(lambda server, _: server.reply(200, raw), attempts=1)

        assert error.reason == Reason.BAD_OUTPUT

    def test_an_endless_answer_is_cut_off(self) -> None:
        flood = b"x" * (5 * 1024 * 1024)

        assert error_of(lambda server, _: server.reply(200, flood)).reason == (
            Reason.BAD_OUTPUT
        )

    def test_a_server_that_is_not_there_is_unavailable(self) -> None:
        engine = engine_for(http_entry("http://127.0.0.1:9"), attempts=2)

        (answer,) = engine.generate([request()])

        assert answer.error is not None
        assert answer.error.reason == Reason.UNAVAILABLE


class TestNoComment:
    def test_a_blocked_answer_is_a_refusal(self) -> None:
        blocked = error_of(lambda server, _: server.say("", "content_filter"))
        declined = error_of(lambda server, _: server.say(None, refusal="I can't."))
        policy = error_of(
            lambda server, _: server.fail(400, "content_policy_violation")
        )

        assert {blocked.reason, declined.reason, policy.reason} == {Reason.REFUSED}

    def test_tokens_spent_on_thought_are_told_apart_from_silence(self) -> None:
        spent = error_of(lambda server, _: server.say("", "length"), attempts=1)
        silent = error_of(lambda server, _: server.say("", "stop"), attempts=1)

        assert spent.reason == silent.reason == Reason.EMPTY
        assert "reasoning_tokens" in spent.message
        assert not spent.retryable
        assert silent.retryable

    def test_text_in_parts_is_joined(self) -> None:
        parts = [{"type": "text", "text": "so "}, {"type": "text", "text": "good"}]

        answers, _ = ask(lambda server, _: server.say(parts))  # type: ignore[arg-type]

        assert texts(answers) == {"0": "so good"}


class TestSafety:
    def test_an_address_that_is_not_allowed_gets_nothing(self) -> None:
        with chat_server(lambda server, _: server.say("nice")) as (url, seen):
            site = Site(
                checkpoint_root=Path("/nowhere"), http_base_urls=("https://else/v1",)
            )
            engine = OpenAIHttpEngine(http_entry(url), site)

            with pytest.raises(EngineError, match="is not allowed; add it to"):
                list(engine.generate([request()]))

        assert not seen.bodies

    def test_a_redirect_is_not_followed(self) -> None:
        with chat_server(lambda server, _: server.say("nice")) as (elsewhere, seen):

            def behave(server: Handler, _: int) -> None:
                server.reply(307, {}, Location=f"{elsewhere}/chat/completions")

            with pytest.raises(EngineError, match="HTTP 307"):
                ask(behave)

        assert not seen.bodies

    def test_without_its_key_it_does_not_start(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OPENAI_API_KEY")

        with pytest.raises(EngineError, match="OPENAI_API_KEY"):
            engine_for(http_entry("http://127.0.0.1:9")).prepare()

    def test_a_refused_key_ends_the_engine_and_is_told_to_nobody(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def behave(server: Handler, _: int) -> None:
            server.fail(401, "invalid_api_key", f"Incorrect API key provided: {KEY}")

        with caplog.at_level(logging.DEBUG), pytest.raises(EngineError) as error:
            ask(behave, 5)

        assert error.value.reason == Reason.MISCONFIGURED
        assert KEY not in str(error.value)
        assert KEY not in repr(error.value.__cause__)
        assert KEY not in caplog.text

    def test_the_key_is_in_the_header_alone(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            answers, seen = ask(lambda server, _: server.say("nice"))

        assert seen.headers[0]["authorization"] == f"Bearer {KEY}"
        assert KEY not in str(seen.bodies)
        assert KEY not in caplog.text
        assert KEY not in repr(answers)

    def test_a_server_that_repeats_the_key_in_an_error_does_not_spread_it(self) -> None:
        error = error_of(lambda server, _: server.fail(400, words=f"bad {KEY} here"))

        assert "bad [key] here" in error.message


class TestStopping:
    def test_leaving_in_the_middle_asks_for_nothing_more(self) -> None:
        def behave(server: Handler, _: int) -> None:
            time.sleep(0.05)
            server.say("nice")

        with chat_server(behave) as (url, seen):
            engine = engine_for(http_entry(url))
            answers = engine.generate([request(str(n)) for n in range(60)])
            next(answers)
            answers.close()  # type: ignore[attr-defined]
            time.sleep(0.3)
            asked = len(seen.bodies)
            time.sleep(0.3)
            engine.close()

        assert len(seen.bodies) == asked < 60


class TestCosts:
    def test_the_estimate_counts_every_frame_and_the_longest_answer(self) -> None:
        cost = estimated_cost(entry("o3"), 100)

        assert cost.output_tokens == 100 * 4160
        assert cost.input_tokens > 100 * 8 * 425
        assert cost.usd == pytest.approx(
            cost.input_tokens * 2e-6 + cost.output_tokens * 8e-6
        )

    def test_a_server_without_a_price_has_tokens_alone(self) -> None:
        assert counted_cost(http_entry("http://127.0.0.1:9"), 10, 20).usd is None
