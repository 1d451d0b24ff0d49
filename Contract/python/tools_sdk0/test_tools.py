"""`client.tools` of letta-client 0.1.x with custom tools."""

import pytest
from letta_client import MessageCreate
from letta_client.core.api_error import ApiError
from support.loop import one
from support.tools import DICE, WHO


def test_a_tool_from_a_function(client):
    def multiply(a: int, b: int = 2) -> int:
        """Multiplies.

        Args:
            a: One factor.
            b: The other.
        """
        return a * b

    tool = client.tools.create_from_function(func=multiply)
    assert tool.name == "multiply" and tool.json_schema["parameters"]["required"] == ["a"]
    assert client.tools.upsert_from_function(func=multiply).id == tool.id


def test_a_source_is_run(client):
    result = client.tools.run_tool_from_source(source_code=DICE, args={"sides": "3"})
    assert (result.tool_return, result.status, result.stdout) == ("[3]", "success", ["rolling 1\n"])
    with pytest.raises(ApiError) as caught:
        client.tools.run_tool_from_source(source_code="def q(): pass", args={})
    assert caught.value.status_code == 400


def test_the_model_calls_it(client, agent, model):
    tool = client.tools.upsert(source_code=WHO)
    client.agents.modify(agent["id"], tool_exec_environment_variables={"API_KEY": "sk-secret-1"})
    client.agents.tools.attach(agent["id"], tool.id)
    model.script({"calls": [["who", {}]]}, "Done.")
    reply = client.agents.messages.create(agent["id"], messages=[MessageCreate(role="user", content="who")])
    result = one(reply.messages, "tool_return_message")
    assert result.status == "success" and agent["id"] in result.tool_return
    assert "sk-secret-1" not in result.tool_return and "***" in result.tool_return
