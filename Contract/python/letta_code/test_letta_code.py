"""Letta Code 0.34.12, unmodified, with an agent of its own here and the scripted model as its provider."""

import json


def ran(command):
    return {"calls": [["exec_command", {"cmd": command, "description": "as the user asked"}]]}


def results(request):
    """What the results of tools say that the model was shown."""
    return [m["content"] for m in request["body"]["messages"] if m["role"] == "tool"]


def of_kind(api, said, kind):
    listed = api.get(f"/v1/conversations/{said['conversation_id']}/messages", {"order": "asc"}).json()
    return [message for message in listed if message["message_type"] == kind]


def test_words_and_the_agent_that_it_makes(letta, api, model):
    model.script("Hello, I am here.")
    said = letta.say("hello")
    assert said["result"] == "Hello, I am here." and said["num_turns"] == 1 and said["usage"]["total_tokens"] > 0
    agent = api.get(f"/v1/agents/{said['agent_id']}").json()
    assert agent["agent_type"] == "letta_v1_agent" and {tool["name"] for tool in agent["tools"]} >= {"web_search"}
    assert [m["content"] for m in of_kind(api, said, "assistant_message")] == ["Hello, I am here."]
    assert "hello" in str(of_kind(api, said, "user_message")[-1]["content"])


def test_a_tool_of_the_client(letta, api, model):
    model.script(ran("echo made by the client > made.txt && cat made.txt"), "It is made.")
    said = letta.say("make a file")
    assert said["result"] == "It is made." and said["num_turns"] == 2 and said["usage"]["step_count"] == 2
    assert (letta.folder / "made.txt").read_text() == "made by the client\n"
    assert "made by the client" in results(model.last_request())[-1]
    returned = of_kind(api, said, "tool_return_message")
    assert len(returned) == 1 and returned[0]["status"] == "success"


def test_a_tool_of_the_client_that_fails(letta, api, model):
    model.script(ran("echo it is broken >&2; exit 3"), "It failed.")
    said = letta.say("break it")
    assert said["result"] == "It failed." and said["num_turns"] == 2
    assert "it is broken" in results(model.last_request())[-1]
    assert "it is broken" in json.dumps(of_kind(api, said, "tool_return_message"))


def test_a_conversation_goes_on(letta, api, model):
    model.script("I will remember the heron.", ran("echo again"), "You told me of the heron.")
    first = letta.say("I saw a heron at the weir")
    second = letta.say("what did I tell you?", "--conversation", first["conversation_id"])
    assert second["conversation_id"] == first["conversation_id"] and second["agent_id"] == first["agent_id"]
    assert second["result"] == "You told me of the heron."
    said = [m["content"] for m in model.last_request()["body"]["messages"] if m["role"] in ("user", "assistant")]
    assert "I saw a heron at the weir" in str(said) and "I will remember the heron." in str(said)
    other = letta.say("REPLY a new one")
    assert other["agent_id"] == first["agent_id"] and other["conversation_id"] != first["conversation_id"]
    assert "heron" not in str(model.last_request()["body"]["messages"][1:])


def test_a_model_that_fails_once_is_asked_again(letta, model):
    model.script({"fault": {"kind": "authentication"}})
    done = letta.run("-p", "REPLY well again", "--yolo", "--output-format", "json")
    assert done.returncode == 0 and json.loads(done.stdout)["result"] == "well again", done
    assert "retrying" in done.stderr
    # What failed left no trace: it is not said twice.
    assert json.dumps(model.last_request()["body"]["messages"]).count("REPLY well again") == 1


def test_what_was_said_is_found(letta, model):
    model.script("A kingfisher is blue.")
    letta.say("tell me of the kingfisher")
    found = letta.json("messages", "search", "--query", "kingfisher", "--all-agents")
    assert "A kingfisher is blue." in json.dumps(found)
