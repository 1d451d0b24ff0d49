"""What goes wrong reaches the services' packages as it would from the services."""

import time

import anthropic
import google.genai
import httpx
import openai
import pytest

HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
def chat(model):
    client = openai.OpenAI(base_url=model.url + "/v1", api_key="sk-x", max_retries=0, timeout=2)
    return lambda **more: client.chat.completions.create(model="gpt-4o", messages=HELLO, **more)


@pytest.fixture
def claude(model):
    client = anthropic.Anthropic(base_url=model.url, api_key="sk-x", max_retries=0, timeout=2)
    return lambda **more: client.messages.create(model="claude-x", max_tokens=99, messages=HELLO, **more)


@pytest.fixture
def gemini(model):
    options = google.genai.types.HttpOptions(base_url=model.url, api_version="v1beta", timeout=2000)
    client = google.genai.Client(api_key="k", http_options=options)
    return lambda: client.models.generate_content(model="gemini-2.5-flash", contents="hello")


STATUSES = [400, 401, 402, 403, 404, 408, 413, 429, 500, 503, 529]


@pytest.mark.parametrize("status", STATUSES)
def test_statuses(model, chat, claude, gemini, status):
    model.script(*[{"fault": {"kind": "status", "status": status, "retry_after": 3}}] * 3)
    with pytest.raises(openai.APIStatusError) as caught:
        chat()
    assert caught.value.status_code == status and caught.value.body["message"]
    assert caught.value.response.headers["retry-after"] == "3"
    with pytest.raises(anthropic.APIStatusError) as caught:
        claude()
    assert caught.value.status_code == status and caught.value.body["error"]["type"]
    with pytest.raises(google.genai.errors.APIError) as caught:
        gemini()
    assert caught.value.code == status and caught.value.status


def test_a_proxy_answers_with_a_page(model, chat):
    model.script({"fault": {"kind": "status", "status": 502}}, {"fault": {"kind": "html"}})
    with pytest.raises(openai.InternalServerError):
        chat()
    assert "<title>" in str(chat())


def test_contexts_that_are_too_long(model, chat, claude, gemini):
    model.script(*[{"fault": {"kind": "context_length"}}] * 3)
    with pytest.raises(openai.BadRequestError) as caught:
        chat()
    assert caught.value.code == "context_length_exceeded"
    with pytest.raises(anthropic.BadRequestError, match="prompt is too long"):
        claude()
    with pytest.raises(google.genai.errors.ClientError, match="exceeds the maximum number of tokens"):
        gemini()


def test_a_status_that_passes(model, chat, claude):
    text = [{"role": "user", "content": "FAIL 500 times=2\nREPLY well"}]
    client = openai.OpenAI(base_url=model.url + "/v1", api_key="sk-x", max_retries=2, timeout=5)
    assert client.chat.completions.create(model="gpt-4o", messages=text).choices[0].message.content == "well"


def test_errors_inside_a_stream(model, chat, claude):
    model.script(*[{"text": "some words before", "fault": {"kind": "error_event", "after": 3}}] * 2)
    with pytest.raises(openai.APIError, match="overloaded"):
        list(chat(stream=True))
    with pytest.raises(anthropic.APIError, match="Overloaded"):
        list(claude(stream=True))


@pytest.mark.parametrize("kind", ["cut", "reset"])
@pytest.mark.parametrize("bytes", [0, 300])
def test_streams_that_break(model, chat, claude, kind, bytes):
    script = {"text": "many words " * 20, "fault": {"kind": kind, "bytes": bytes}}
    model.script(script, script, script)
    broken = (openai.APIConnectionError, anthropic.APIConnectionError, httpx.RemoteProtocolError, httpx.ReadError)
    broken += (openai.APIError, anthropic.APIError)
    for ask in (chat, claude):
        with pytest.raises(Exception) as caught:
            list(ask(stream=True))
        assert isinstance(caught.value, broken) or "httpx" in type(caught.value).__module__, repr(caught.value)
    with pytest.raises(openai.APIConnectionError):
        chat()


def test_a_reset_before_the_head(model, chat):
    model.script({"fault": {"kind": "reset"}})
    with pytest.raises(openai.APIConnectionError):
        chat()


@pytest.mark.parametrize("after", [-1, 2])
def test_silence_is_counted_as_left_early(model, chat, after):
    model.script({"text": "one two three four", "fault": {"kind": "stall", "after": after}})
    with pytest.raises(Exception, match="(?i)timed? ?out"):
        list(chat(stream=True))
    stats = model.wait(lambda stats: stats["answering"] == 0)
    assert stats["closed_early"] == 1
    assert model.last_request()["ended"] == "closed early"


def test_garbage(model, chat):
    model.script({"fault": {"kind": "garbage"}}, {"text": "a", "fault": {"kind": "garbage", "after": 1}})
    with pytest.raises(ValueError):
        chat().choices[0]  # noqa: B018
    with pytest.raises(ValueError):
        list(chat(stream=True))


def test_a_stream_that_ends_without_saying_how(model, chat):
    model.script({"text": "one two three four", "fault": {"kind": "unfinished", "after": 2}})
    chunks = list(chat(stream=True))
    assert len(chunks) == 2 and chunks[-1].choices[0].finish_reason is None


@pytest.mark.parametrize("service", ["openai", "anthropic"])
def test_faults_can_be_placed_by_words(model, chat, claude, service):
    model.script({"text": "one two three four five", "size": 4, "fault": {"kind": "unfinished", "said": 2}})
    if service == "openai":
        words = [c.choices[0].delta.content for c in chat(stream=True)]
    else:
        words = [e.delta.text for e in claude(stream=True) if e.type == "content_block_delta"]
    assert "".join(word or "" for word in words) == "one two "


def test_slow_and_huge(model, chat):
    model.script(
        {"text": "x", "fault": {"kind": "slow", "seconds": 0.001, "bytes": 2}},
        {"fault": {"kind": "huge", "bytes": 3_000_000}},
        {"fault": {"kind": "huge", "bytes": 3_000_000}},
    )
    began = time.monotonic()
    assert chat().choices[0].message.content == "x"
    assert time.monotonic() - began > 0.1
    assert len(chat().choices[0].message.content) == 3_000_000
    assert sum(len(c.choices[0].delta.content or "") for c in chat(stream=True)) == 3_000_000


def test_keys_and_lists_can_be_refused(model):
    model.settings(keys=["sk-right"])
    wrong = openai.OpenAI(base_url=model.url + "/v1", api_key="sk-x", max_retries=0)
    right = openai.OpenAI(base_url=model.url + "/v1", api_key="sk-right", max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        wrong.models.list()
    assert list(right.models.list())
    model.fail_listings({"kind": "rate_limit"})
    with pytest.raises(openai.RateLimitError):
        right.models.list()
