"""Conversations that grow too long: what is summarised, when, and what clients see of it."""

import pytest
from proof.events import Events
from support.asked import system, users
from support.loop import kinds, said, stop

SUMMARY = "They counted to twenty."


def fill(send, agent, model, turns=10):
    """So many turns, a user's and an answer each."""
    for number in range(turns):
        model.script(f"That is number {number}.")
        send(agent, f"count {number}")


def in_context(api, agent):
    return api.get(f"/v1/agents/{agent['id']}").json()["message_ids"]


@pytest.mark.parametrize("route", ["agent", "conversation"])
@pytest.mark.parametrize("mode", ["sliding_window", "all"])
def test_on_request(api, agent, send, model, route, mode):
    fill(send, agent, model)
    before = in_context(api, agent)
    assert len(before) == 21
    model.script(SUMMARY)
    settings = {"compaction_settings": {"mode": mode, "model": "openai/gpt-4o-mini"}}
    path = f"/v1/agents/{agent['id']}/summarize"
    if route == "conversation":
        path = f"/v1/conversations/default/compact?agent_id={agent['id']}"
    reply = api.post(path, settings)
    assert reply.status == 200, reply
    made = reply.json()
    after = in_context(api, agent)
    assert made["num_messages_before"] == 21 and made["num_messages_after"] == len(after) < 21
    assert SUMMARY in made["summary"]
    assert (len(after) == 2) is (mode == "all")
    assert "count 0" in str(model.last_request(has="count 0")["body"])
    model.script("Going on.")
    send(agent, "and now?")
    told = users(model.last_request())
    assert SUMMARY in "\n".join(told) and "hidden from view due to memory constraints" in "\n".join(told)
    assert not any(words == "count 0" for words in told) and told[-1] == "and now?"
    assert any(words == "count 9" for words in told) is (mode == "sliding_window")


def test_nothing_is_lost_by_it(api, agent, send, model, listed):
    fill(send, agent, model)
    model.script(SUMMARY)
    api.post(f"/v1/agents/{agent['id']}/summarize")
    everything = [m.get("content") for m in listed(agent, limit=100)]
    assert "count 0" in everything and "That is number 9." in everything


def test_the_share_that_stays(api, agent, send, model):
    fill(send, agent, model)
    sizes = []
    for share in (0.2, 0.6):
        model.script(SUMMARY)
        settings = {"mode": "sliding_window", "sliding_window_percentage": share, "model": "openai/gpt-4o-mini"}
        made = api.post(f"/v1/agents/{agent['id']}/summarize", {"compaction_settings": settings}).json()
        sizes.append(made["num_messages_before"] - made["num_messages_after"])
    assert sizes[1] > sizes[0] > 0


def test_the_prompt_of_the_summary(api, agent, send, model):
    fill(send, agent, model, 4)
    model.script(SUMMARY)
    settings = {"mode": "all", "model": "anthropic/claude-haiku-4-5", "prompt": "Say it like a pirate."}
    api.post(f"/v1/agents/{agent['id']}/summarize", {"compaction_settings": settings})
    request = model.last_request()
    assert request["interface"] == "anthropic" and "Say it like a pirate." in str(request["body"])
    assert system(request) != "" or users(request)


@pytest.fixture
def small(new_agent):
    """An agent whose window holds little."""
    return new_agent(
        context_window_limit=8000, compaction_settings={"mode": "sliding_window", "model": "openai/gpt-4o-mini"}
    )


def test_when_the_window_is_nearly_full(small, api, send, model, listed):
    words = "many words " * 40
    for number in range(8):
        model.script({"text": "noted", "usage": {"input": 1000, "output": 5}})
        send(small, f"{number} {words}")
    model.script({"text": "noted, nearly full", "usage": {"input": 7500, "output": 5}}, SUMMARY)
    assert "noted, nearly full" in said(send(small, f"last {words}"))
    model.wait(lambda stats: stats["queued"] == 0)
    model.script("Going on.")
    send(small, "and now?")
    told = "\n".join(users(model.last_request()))
    assert SUMMARY in told and "0 many words" not in told


def test_when_the_provider_says_that_it_is_too_long(agent, send, model):
    fill(send, agent, model, 6)
    model.script({"fault": {"kind": "context_length"}}, SUMMARY, "Now it fits.")
    reply = send(agent, "one more")
    assert said(reply) == "Now it fits." and stop(reply) == "end_turn"
    assert SUMMARY in "\n".join(users(model.last_request()))


@pytest.mark.parametrize("handle", ["anthropic/claude-sonnet-4-5-20250929", "google_ai/gemini-2.5-flash"])
def test_each_provider_says_it_in_its_own_words(new_agent, send, model, handle):
    agent = new_agent(model=handle, compaction_settings={"mode": "all", "model": handle})
    fill(send, agent, model, 3)
    model.script({"fault": {"kind": "context_length"}}, SUMMARY, "Now it fits.")
    assert said(send(agent, "one more")) == "Now it fits."


def test_a_prompt_that_never_fits(api, server, new_agent, model):
    agent = new_agent(context_window_limit=4096, system="Long. " * 8000)
    with Events(server.url, f"/v1/agents/{agent['id']}/messages/stream", {"input": "hello"}) as events:
        found = [data for _, data in events if data != "[DONE]"]
    assert "context_window_overflow_in_system_prompt" in [data.get("stop_reason") for data in found]
    run = api.get("/v1/runs/", {"agent_id": agent["id"]}).json()[0]
    assert run["status"] == "failed" and run["stop_reason"] == "context_window_overflow_in_system_prompt"


@pytest.mark.parametrize("wanted", [True, False])
def test_clients_see_it_only_when_they_ask(server, agent, send, model, wanted):
    fill(send, agent, model, 6)
    model.script({"fault": {"kind": "context_length"}}, SUMMARY, "Now it fits.")
    body = {"input": "one more", "include_compaction_messages": wanted}
    with Events(server.url, f"/v1/agents/{agent['id']}/messages/stream", body) as events:
        messages = events.messages()
    found = kinds(messages)
    assert ("summary_message" in found) is wanted and ("event_message" in found) is wanted
    assert "assistant_message" in found
    if wanted:
        event = next(m for m in messages if m["message_type"] == "event_message")
        summary = next(m for m in messages if m["message_type"] == "summary_message")
        assert event["event_type"] == "compaction" and event["event_data"]["trigger"]
        assert SUMMARY in summary["summary"] and summary["compaction_stats"]["messages_count_after"] > 0


def test_a_summary_is_listed_as_a_message(agent, api, send, model, listed):
    fill(send, agent, model, 6)
    model.script(SUMMARY)
    api.post(f"/v1/agents/{agent['id']}/summarize")
    stored = [m for m in listed(agent, limit=100) if SUMMARY in str(m)]
    assert [m["message_type"] for m in stored] in (["user_message"], ["summary_message"])


def test_a_summary_that_fails_loses_nothing(agent, api, send, model):
    fill(send, agent, model, 4)
    before = in_context(api, agent)
    model.script({"fault": {"kind": "authentication"}, "times": 20})
    reply = api.post(f"/v1/agents/{agent['id']}/summarize")
    model.reset()
    # Refused, or done without a model: either way the last words are there.
    assert in_context(api, agent) == before if reply.status >= 400 else in_context(api, agent)[-1] == before[-1]
    send(agent, "and now?")
    assert "count 3" in users(model.last_request())
