"""Conversations of one agent: each with messages, instructions and, if wanted, blocks of its own."""

import pytest
from proof.events import Events
from support.asked import model as model_in
from support.asked import system, users
from support.loop import TEA, kinds
from support.shapes import is_id, is_time

FIELDS = {"id", "agent_id", "summary", "in_context_message_ids", "isolated_block_ids", "model", "model_settings"}


@pytest.fixture
def begin(api, agent):
    """A new conversation of the agent."""

    def create(**fields):
        reply = api.post(f"/v1/conversations/?agent_id={agent['id']}", fields)
        assert reply.status == 200, reply
        return reply.json()

    return create


@pytest.fixture
def talk(server, api):
    """Sends to a conversation and returns what was streamed, or the reply when `streaming` is false."""

    def post(conversation, text, **more):
        path = f"/v1/conversations/{conversation['id']}/messages"
        if more.get("streaming") is False:
            reply = api.post(path, {"input": text, **more})
            assert reply.status == 200, reply
            return reply.json()
        with Events(server.url, path, {"input": text, **more}) as events:
            return events.messages()

    return post


def words(messages):
    return "".join(m["content"] for m in messages if m["message_type"] == "assistant_message")


def test_create(begin, agent):
    made = begin(summary="about tea")
    assert set(made) >= FIELDS and is_id(made["id"], "conv") and made["agent_id"] == agent["id"]
    assert made["summary"] == "about tea" and made["in_context_message_ids"] == []
    assert is_time(made["created_at"])


def test_the_agent_is_named_in_the_query(api, agent):
    assert api.post("/v1/conversations/", {"agent_id": agent["id"]}).status == 422
    assert api.post("/v1/conversations/", {}).status == 422


def test_conversations_do_not_hear_each_other(begin, talk, send, agent, model):
    first, second = begin(), begin()
    assert words(talk(first, "my name is Bo\nREPLY hi Bo")) == "hi Bo"
    talk(second, "REPLY who are you?")
    assert "Bo" not in "\n".join(users(model.last_request()))
    send(agent, "REPLY and I?")
    assert "Bo" not in "\n".join(users(model.last_request()))
    talk(first, "REPLY again")
    assert "my name is Bo" in "\n".join(users(model.last_request()))


def test_streaming_is_the_default(begin, talk):
    conversation = begin()
    assert kinds(talk(conversation, "hello")) == ["assistant_message", "stop_reason", "usage_statistics"]
    reply = talk(conversation, "REPLY whole", streaming=False)
    assert words(reply["messages"]) == "whole" and reply["stop_reason"]["stop_reason"] == "end_turn"


def test_messages_are_listed_apart_and_together(api, begin, talk, send, agent):
    conversation = begin()
    talk(conversation, "inside")
    send(agent, "outside")
    own = api.get(f"/v1/conversations/{conversation['id']}/messages", {"order": "asc"}).json()
    told = [m["content"] for m in own if m["message_type"] == "user_message"]
    assert told == ["inside"]
    path = f"/v1/agents/{agent['id']}/messages"

    def heard(**query):
        return {m["content"] for m in api.get(path, query).json() if m["message_type"] == "user_message"}

    assert heard() == {"inside", "outside"}
    assert heard(conversation_id=conversation["id"]) == {"inside"} and heard(conversation_id="default") == {"outside"}
    found = api.get(f"/v1/conversations/default/messages?agent_id={agent['id']}").json()
    assert {m["content"] for m in found if m["message_type"] == "user_message"} == {"outside"}


def test_the_default_conversation(api, server, agent, model):
    body = {"input": "REPLY here", "agent_id": agent["id"]}
    with Events(server.url, "/v1/conversations/default/messages", body) as events:
        assert words(events.messages()) == "here"
    listed = api.get(f"/v1/agents/{agent['id']}/messages", {"conversation_id": "default"}).json()
    assert "REPLY here" in [m.get("content") for m in listed]
    assert api.post("/v1/conversations/default/messages", {"input": "x"}).status in (400, 422)


def test_blocks_of_its_own(api, begin, talk, block, agent, model):
    conversation = begin(isolated_block_labels=["human"])
    assert len(conversation["isolated_block_ids"]) == 1
    model.script({"calls": [["memory_insert", TEA]]}, "Kept.")
    talk(conversation, "I like tea")
    assert "Likes tea." not in block(agent)
    copy = api.get(f"/v1/blocks/{conversation['isolated_block_ids'][0]}").json()
    assert "Likes tea." in copy["value"] and copy["label"] == "human"
    shared = begin()
    model.script({"calls": [["memory_insert", TEA]]}, "Kept.")
    talk(shared, "I like tea")
    assert "Likes tea." in block(agent)


def test_a_model_of_its_own(begin, talk, model):
    talk(begin(model="anthropic/claude-sonnet-4-5-20250929"), "hello")
    assert model_in(model.last_request()) == "claude-sonnet-4-5-20250929"


def test_list_and_search(api, begin, agent, unique):
    made = [begin(summary=f"{unique} {n}")["id"] for n in range(3)]
    listed = api.get("/v1/conversations/", {"agent_id": agent["id"]}).json()
    assert [c["id"] for c in listed] == made[::-1]
    page = api.get("/v1/conversations/", {"agent_id": agent["id"], "limit": 1, "after": made[2]}).json()
    assert [c["id"] for c in page] == made[1:2]
    asked = {"agent_id": agent["id"], "summary_search": f"{unique} 1"}
    assert [c["id"] for c in api.get("/v1/conversations/", asked).json()] == made[1:2]
    assert set(made) <= {c["id"] for c in api.get("/v1/conversations/", {"limit": 200}).json()}


def test_update_and_retrieve(api, begin):
    made = begin(summary="old")
    path = f"/v1/conversations/{made['id']}"
    assert api.patch(path, {"summary": "new", "model": "openai/gpt-4.1"}).json()["summary"] == "new"
    found = api.get(path).json()
    assert (found["summary"], found["model"]) == ("new", "openai/gpt-4.1")


def test_delete(api, begin, talk, agent):
    made = begin()
    talk(made, "hello")
    reply = api.delete(f"/v1/conversations/{made['id']}")
    assert reply.status == 200 and reply.json() is None
    assert api.get(f"/v1/conversations/{made['id']}").status == 404
    assert api.post(f"/v1/conversations/{made['id']}/messages", {"input": "x"}).status == 404
    assert made["id"] not in [c["id"] for c in api.get("/v1/conversations/", {"agent_id": agent["id"]}).json()]


@pytest.mark.parametrize("default", [False, True])
def test_fork(api, begin, talk, send, agent, model, default):
    if default:
        send(agent, "count one")
        path = f"/v1/conversations/default/fork?agent_id={agent['id']}"
        first = None
    else:
        first = begin()
        talk(first, "count one")
        path = f"/v1/conversations/{first['id']}/fork"
    api.patch(f"/v1/agents/{agent['id']}/core-memory/blocks/human", {"value": "Changed."})
    fork = api.post(path).json()
    assert is_id(fork["id"], "conv") and fork["agent_id"] == agent["id"]
    talk(fork, "count two")
    request = model.last_request()
    assert users(request) == ["count one", "count two"] and "Changed." in system(request)
    if first:
        talk(first, "count three")
        assert users(model.last_request()) == ["count one", "count three"]


def test_recompile(api, begin, talk, agent, model):
    made = begin()
    talk(made, "hello")
    api.patch(f"/v1/agents/{agent['id']}/core-memory/blocks/human", {"value": "Changed."})
    path = f"/v1/conversations/{made['id']}/recompile"
    dry = api.post(path + "?dry_run=true").json()
    assert isinstance(dry, str) and "Changed." in dry
    assert "Changed." in api.post(path).json()
    talk(made, "hello")
    assert "Changed." in system(model.last_request())


def test_compact(api, begin, talk, model):
    made = begin()
    for number in range(6):
        talk(made, f"count {number}")
    model.script("They counted.")
    reply = api.post(f"/v1/conversations/{made['id']}/compact", {"compaction_settings": {"mode": "all"}})
    assert reply.status == 200 and "They counted." in reply.json()["summary"]
    talk(made, "and now?")
    assert "They counted." in "\n".join(users(model.last_request()))


def test_busy(api, server, begin, model):
    made = begin()
    path = f"/v1/conversations/{made['id']}/messages"
    model.script({"text": "slow", "latency": 2})
    with Events(server.url, path, {"input": "x"}) as events:
        run = next(iter(events))[1]["run_id"]
        busy = api.post(path, {"input": "y", "streaming": False})
        assert busy.status == 409 and "is currently being processed for this conversation" in busy.detail
        assert busy.json().get("run_id") == run
        other = begin()
        reply = api.post(f"/v1/conversations/{other['id']}/messages", {"input": "REPLY free", "streaming": False})
        assert reply.status == 200 and words(reply.json()["messages"]) == "free"
        events.messages()


def test_its_stream_can_be_taken_up(api, server, begin, model):
    made = begin()
    model.script({"text": "one two three four", "size": 4, "gap": 0.3})
    path = f"/v1/conversations/{made['id']}"
    with Events(server.url, path + "/messages", {"input": "x", "background": True, "stream_tokens": True}) as events:
        part = events.first("assistant_message")
    with Events(server.url, path + "/stream", {"starting_after": part["seq_id"]}) as events:
        assert part["content"] + words(events.messages()) == "one two three four"


@pytest.mark.parametrize(
    "verb,path", [("GET", ""), ("GET", "/messages"), ("PATCH", ""), ("POST", "/fork"), ("POST", "/cancel")]
)
def test_what_is_not_there_is_404(api, missing_id, verb, path):
    reply = api.request(verb, f"/v1/conversations/{missing_id('conv')}{path}", {} if verb != "GET" else None)
    assert reply.status == 404, reply
    assert api.request(verb, f"/v1/conversations/conv-1{path}", {} if verb != "GET" else None).status == 422
