"""The tools with which agents write to each other."""

import pytest
from support.asked import tools
from support.loop import kinds, returned


@pytest.fixture
def sender(new_agent):
    return new_agent(include_multi_agent_tools=True)


def test_the_tools_are_there(sender, send, model):
    send(sender, "x")
    assert {
        "send_message_to_agent_and_wait_for_reply",
        "send_message_to_agents_matching_tags",
        "send_message_to_agent_async",
    } <= set(tools(model.last_request()))


def test_wait_for_a_reply(sender, new_agent, send, listed, model):
    other = new_agent()
    asked = {"message": "What is the code word?", "other_agent_id": other["id"]}
    model.script(
        {"calls": [["send_message_to_agent_and_wait_for_reply", asked]]},
        {"text": "It is swordfish.", "when": "Incoming message from agent"},
        "They say swordfish.",
    )
    text, status = returned(send(sender, "ask them"))
    assert status == "success" and "It is swordfish." in text and other["id"] in text
    incoming = model.last_request(has="Incoming message from agent with ID")["body"]
    assert sender["id"] in str(incoming) and "your response will be delivered to the sender" in str(incoming)
    assert "assistant_message" in kinds(listed(other))


def test_by_tags(sender, new_agent, send, model, unique):
    for _ in range(2):
        new_agent(tags=[unique, "crew"])
    asked = {"message": "Report.", "match_all": [unique], "match_some": ["crew"]}
    model.script(
        {"calls": [["send_message_to_agents_matching_tags", asked]]},
        {"text": "Aye.", "when": "Incoming message from agent", "times": 2},
        "All well.",
    )
    text, status = returned(send(sender, "ask the crew"))
    assert status == "success" and text.count("Aye.") == 2


def test_without_waiting(sender, new_agent, send, model):
    other = new_agent()
    model.script(
        {"calls": [["send_message_to_agent_async", {"message": "Wake up.", "other_agent_id": other["id"]}]]},
        {"text": "Awake.", "when": "Incoming message from agent"},
        {"text": "Sent.", "when": "wake them"},
    )
    text, status = returned(send(sender, "wake them"))
    assert status == "success" and "Successfully sent message" in text
    model.wait(lambda stats: stats["queued"] == 0)


def test_an_agent_that_is_not_there(sender, send, model, missing_id):
    asked = {"message": "x", "other_agent_id": missing_id("agent")}
    model.script({"calls": [["send_message_to_agent_and_wait_for_reply", asked]]}, "Nobody.")
    assert returned(send(sender, "x"))[1] == "error"
