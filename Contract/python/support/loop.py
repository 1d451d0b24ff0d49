"""A roost whose providers are the scripted model: fixtures of the loop's folders, in place of the others."""

import contextlib

import pytest
from proof.client import Client
from proof.model_process import Model
from proof.server import Server

CLAUDE = "anthropic/claude-sonnet-4-5-20250929"
GEMINI = "google_ai/gemini-2.5-flash"
TEA = {"label": "human", "new_string": "Likes tea."}


@pytest.fixture(scope="session")
def running_model():
    with Model() as model:
        yield model


@pytest.fixture(scope="session")
def server(running_model):
    with Server(env=running_model.environment()) as roost:
        yield roost
        assert roost.running(), f"the server died during the tests:\n{roost.log_tail()}"


@pytest.fixture(scope="session")
def api(server):
    """Plain HTTP, as curl would send it."""
    return Client(server.url)


@pytest.fixture(scope="session")
def client(server, connect):
    return connect(server.url)


BROKEN = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[BROKEN] = True
    return report


@pytest.fixture(autouse=True)
def model(running_model, request):
    """Nothing scripted, nothing received. Afterwards no request may have broken a rule of its service."""
    running_model.reset()
    yield running_model
    stats = running_model.stats()
    assert stats["violation_texts"] == []
    assert stats["queued"] == 0 or BROKEN in request.node.stash, "not everything that was scripted was asked for"


@pytest.fixture
def send(api):
    """`send(agent, "hello")`: the body of the reply; `send(agent, status=409, messages=[...])`: that of a refusal."""

    def post(agent, text=None, status=200, **more):
        body = more if text is None else {"input": text, **more}
        reply = api.post(f"/v1/agents/{agent['id']}/messages", body)
        assert reply.status == status, reply
        return reply.json()

    return post


@pytest.fixture
def listed(api):
    """The messages of an agent, oldest first, without the system message."""

    def get(agent, **query):
        reply = api.get(f"/v1/agents/{agent['id']}/messages", {"order": "asc", **query})
        assert reply.status == 200, reply
        return [m for m in reply.json() if m["message_type"] != "system_message"]

    return get


@pytest.fixture
def block(api):
    """The value of an agent's block."""

    def get(agent, label="human"):
        reply = api.get(f"/v1/agents/{agent['id']}/core-memory/blocks/{label}")
        assert reply.status == 200, reply
        return reply.json()["value"]

    return get


@pytest.fixture
def with_tools(api, new_agent):
    """An agent that also has the named tools."""

    def create(*names, **fields):
        return new_agent(tools=list(names), **fields)

    return create


@pytest.fixture
def apart(running_model):
    """Starts roosts of their own, with more settings, that ask the same model."""
    with contextlib.ExitStack() as stack:

        def start(env=None, **more):
            roost = stack.enter_context(Server(env={**running_model.environment(), **(env or {})}, **more))
            return roost, Client(roost.url)

        yield start


def kinds(messages):
    return [kind_of(message) for message in messages]


def kind_of(message):
    return message["message_type"] if isinstance(message, dict) else message.message_type


def one(messages, kind):
    """The only message of a kind."""
    found = [message for message in messages if kind_of(message) == kind]
    assert len(found) == 1, kinds(messages)
    return found[0]


def returned(reply):
    """What the only tool said: (text, status)."""
    message = one(reply["messages"], "tool_return_message")
    return message["tool_return"], message["status"]


def said(reply):
    return "".join(m["content"] for m in reply["messages"] if m["message_type"] == "assistant_message")


def stop(reply):
    return reply["stop_reason"]["stop_reason"]
