"""`client.tools` and `client.agents.tools` of letta-client 1.x with custom tools."""

import letta_client
import pytest
from support.loop import one
from support.tools import ANALYZE, BOOM, DICE


@pytest.fixture
def attached(client, agent):
    def attach(source, **more):
        tool = client.tools.create(source_code=source, **more)
        client.agents.tools.attach(tool_id=tool.id, agent_id=agent["id"])
        return tool

    return attach


def test_the_guide(client, agent, attached):
    tool = attached(
        ANALYZE,
        description="Analyze code for patterns and issues",
        pip_requirements=[{"name": "attrs"}],
        tags=["code-analysis", "developer-tools"],
        default_requires_approval=False,
    )
    assert tool.name == "analyze_code" and tool.json_schema["parameters"]["required"] == ["code", "language"]
    result = client.agents.tools.run(
        agent_id=agent["id"], tool_name="analyze_code", args={"code": "def foo(): pass", "language": "python"}
    )
    assert result.status == "success"
    assert result.func_return == {"patterns": [], "issues": [], "suggestions": []}


def test_a_failure_by_hand(client, agent, attached):
    attached(BOOM)
    result = client.agents.tools.run(agent_id=agent["id"], tool_name="boom", args={"n": 3})
    assert result.status == "error" and result.func_return is None
    assert "ValueError: bad 3" in result.stderr[-1]


def test_upsert_keeps_the_id(client):
    first = client.tools.upsert(source_code=DICE)
    assert client.tools.upsert(source_code=DICE, description="Other.").id == first.id


def test_a_tool_from_a_function(client):
    if not hasattr(client.tools, "create_from_function"):
        pytest.skip("this SDK has no create_from_function")

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


def test_a_source_without_a_docstring(client):
    with pytest.raises(letta_client.BadRequestError) as caught:
        client.tools.create(source_code="def q(): pass")
    assert "Function q missing docstring" in str(caught.value)


def test_the_model_calls_it(client, agent, attached, model):
    attached(DICE)
    model.script({"calls": [["roll", {"sides": 20}]]}, "Twenty!")
    reply = client.agents.messages.create(agent_id=agent["id"], input="roll")
    result = one(reply.messages, "tool_return_message")
    assert (result.tool_return, result.status) == ("[20]", "success")
