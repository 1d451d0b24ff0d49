"""An agent that calls tools of MCP servers."""

import time

import pytest
from support.loop import returned, said
from support.mcp_places import over_http, place, stdio


@pytest.fixture
def served(api, unique, new_agent):
    """`served(config, "add")`: an agent that has these tools of a server."""
    made = []

    def create(config, *names, **fields):
        reply = api.post("/v1/mcp-servers/", {"server_name": unique, "config": config})
        assert reply.status == 200, reply
        made.append(reply.json()["id"])
        tools = api.get(f"/v1/mcp-servers/{made[-1]}/tools").json()
        return new_agent(tool_ids=[tool["id"] for tool in tools if tool["name"] in names], **fields)

    yield create
    for server in made:
        api.delete(f"/v1/mcp-servers/{server}")


@pytest.fixture
def call(send, model):
    def make(agent, tool, **arguments):
        model.script({"calls": [[tool, arguments]]}, "Done.")
        reply = send(agent, "x")
        assert said(reply) == "Done."
        return returned(reply)

    return make


@pytest.mark.parametrize("generation", ["1.30.0", "2.3.0"])
@pytest.mark.parametrize("transport", ["stdio", "sse", "streamable_http"])
def test_a_tool_is_offered_and_called(served, call, model, transport, generation):
    with place(transport, generation) as config:
        agent = served(config, "add", "fail")
        assert call(agent, "add", a=1, b=41) == ("42", "success")
        offered = {tool["function"]["name"]: tool["function"] for tool in model.requests()[0]["body"]["tools"]}
        assert offered["add"]["description"] == "Adds two numbers."
        assert offered["add"]["parameters"]["properties"]["a"]["type"] == "integer"
        text, status = call(agent, "fail", why="rain")
        assert status == "error" and "Error executing tool fail" in text


def test_the_agents_secrets_fill_the_templates(served, call):
    config = stdio(WHO="{{ NAME | nobody }}", GREETING="hello {{NAME}}")
    agent = served(config, "variable", secrets={"NAME": "Emil of Lonneberga"})
    assert call(agent, "variable", name="WHO") == ("Emil of Lonneberga", "success")
    assert call(agent, "variable", name="GREETING") == ("hello Emil of Lonneberga", "success")


def test_a_server_that_is_gone_is_told_to_the_model(served, call):
    with over_http("streamable_http") as config:
        agent = served(config, "add")
    text, status = call(agent, "add", a=1)
    assert status == "error" and "gave no result" in text and "cannot be reached" in text


def test_a_call_that_takes_too_long_ends(apart, unique, model):
    _, api = apart({"ROOST_MCP_TIMEOUT": "1"})
    server = api.post("/v1/mcp-servers/", {"server_name": unique, "config": stdio()}).json()
    tools = api.get(f"/v1/mcp-servers/{server['id']}/tools").json()
    agent = api.post("/v1/agents/", {"name": unique, "model": "openai/gpt-4o-mini", "tool_ids": [t["id"] for t in tools]}).json()
    model.script({"calls": [["wait", {"seconds": 600}]]}, "Gave up.")
    began = time.monotonic()
    reply = api.post(f"/v1/agents/{agent['id']}/messages", {"input": "x"}).json()
    assert time.monotonic() - began < 300
    text, status = returned(reply)
    assert status == "error" and "within 1 seconds" in text and said(reply) == "Gave up."


def test_a_long_result_is_cut(api, served, call):
    agent = served(stdio(), "shelf")
    tool = next(tool for tool in agent["tools"] if tool["name"] == "shelf")
    assert api.patch(f"/v1/tools/{tool['id']}", {"return_char_limit": 20}).status == 200
    text, status = call(agent, "shelf", book="x" * 1000)
    assert status == "success" and "truncated" in text and len(text) < 200
