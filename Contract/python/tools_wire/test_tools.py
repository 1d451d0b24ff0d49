"""Custom tools over plain HTTP: made from their source, run by hand and by the model."""

import uuid

import pytest
from support.loop import one, returned
from support.tools import ANALYZE, BOOM, DICE, WHO


def created(api, source, **more):
    reply = api.post("/v1/tools/", {"source_code": source, **more})
    assert reply.status == 200, reply
    return reply.json()


@pytest.fixture
def agent_with(api, new_agent):
    """An agent that has a tool made of a source."""

    def create(source, secrets=None, **more):
        tool = created(api, source, **more)
        blocks = [{"label": "human", "value": "Ada"}]
        agent = new_agent(memory_blocks=blocks, secrets=secrets or {})
        assert api.patch(f"/v1/agents/{agent['id']}/tools/attach/{tool['id']}").status == 200
        return agent

    return create


def run(api, agent, name, args=None, **more):
    reply = api.post(f"/v1/agents/{agent['id']}/tools/{name}/run", {"args": args or {}, **more})
    assert reply.status == 200, reply
    return reply.json()


def test_the_schema_is_derived_from_the_source(api):
    tool = created(api, ANALYZE, tags=["developer-tools"], description="Analyze code for patterns and issues")
    assert tool["name"] == "analyze_code" and tool["tool_type"] == "custom"
    assert tool["description"] == "Analyze code for patterns and issues"
    assert tool["json_schema"] == {
        "name": "analyze_code",
        "description": "Analyze code for patterns, issues, and suggestions.",
        "parameters": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "description": "Source code to analyze"},
                "language": {
                    "type": "string",
                    "description": "Programming language (python, typescript, rust)",
                },
            },
            "required": ["code", "language"],
        },
    }


def test_creating_a_name_again_updates_it_and_derives_anew(api):
    first = created(api, DICE)
    second = created(api, DICE.replace("How many dice are rolled.", "Dice."))
    assert second["id"] == first["id"]
    assert second["json_schema"]["parameters"]["properties"]["times"]["description"] == "Dice."
    patched = api.patch(f"/v1/tools/{first['id']}", {"source_code": DICE.replace("sides: int = 6", "sides: int")})
    assert patched.status == 200, patched
    assert patched.json()["json_schema"]["parameters"]["required"] == ["sides"]
    named = uuid.uuid4().hex[:8]
    renamed = api.patch(f"/v1/tools/{first['id']}", {"source_code": DICE.replace("def roll", f"def roll_{named}")})
    assert renamed.json()["name"] == f"roll_{named}"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "def q(): pass",
            "Failed to derive json schema: Schema generation failed: Function q missing docstring (line 1: def q(): pass)",
        ),
        ('def q(x):\n    """D."""', "Parameter 'x' in function 'q' lacks a type annotation (line 1: def q(x):)"),
        ('def q(x: int):\n    """D."""', "Parameter 'x' in function 'q' lacks a description in the docstring"),
        ("def q(:\n", "invalid syntax (line 1: def q(:)"),
        ("x = 1", "No functions found in source code"),
    ],
)
def test_what_is_missing_is_named(api, source, words):
    reply = api.post("/v1/tools/", {"source_code": source})
    assert reply.status == 400 and words in reply.json()["detail"], reply


def test_given_schemas_win(api):
    own = {"name": "roll", "description": "Own.", "parameters": {"type": "object", "properties": {}}}
    assert created(api, "def roll(): pass", json_schema=own)["json_schema"]["description"] == "Own."
    arguments = {
        "type": "object",
        "$defs": {"Die": {"type": "object", "title": "Die", "properties": {"sides": {"type": "integer"}}}},
        "properties": {
            "die": {"$ref": "#/$defs/Die", "description": "A die."},
            "name": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Name", "description": "Its name."},
        },
        "required": ["die"],
    }
    schema = created(api, "def throw(die, name=None):\n    return die", args_json_schema=arguments)["json_schema"]
    assert schema["name"] == "throw" and schema["description"] == "The throw tool"
    assert schema["parameters"]["properties"] == {
        "die": {"type": "object", "properties": {"sides": {"type": "integer"}}, "description": "A die."},
        "name": {"type": "string", "description": "Its name."},
    }


def test_a_run_by_hand(api, agent_with):
    agent = agent_with(DICE)
    assert run(api, agent, "roll", {"sides": "4", "times": 2}) == {
        "status": "success",
        "func_return": [4, 4],
        "agent_state": None,
        "stdout": ["rolling 2\n"],
        "stderr": [],
        "sandbox_config_fingerprint": None,
    }
    wrong = run(api, agent, "roll", {"sides": "many"})
    assert wrong["status"] == "error" and wrong["func_return"] is None
    assert "The argument 'sides' of roll has to be an integer" in wrong["stderr"][0]
    assert api.post(f"/v1/agents/{agent['id']}/tools/nothing/run", {}).status == 404


def test_a_dry_run_runs_nothing(api, agent_with):
    agent = agent_with(BOOM)
    plan = run(api, agent, "boom", {"n": 1}, dry_run=True)
    assert plan["status"] == "success" and plan["func_return"]["where"] == "sandbox"
    assert run(api, agent, "boom", {}, dry_run=True)["status"] == "error"


def test_a_built_in_tool_by_hand(api, agent_with, block):
    agent = agent_with(DICE)
    result = run(api, agent, "memory_insert", {"label": "human", "new_string": "Likes tea."})
    assert result["status"] == "success" and "Likes tea." in block(agent)


def test_the_agent_its_secrets_and_their_masks(api, agent_with):
    agent = agent_with(WHO, {"API_KEY": "sk-secret-1"})
    result = run(api, agent, "who")
    assert result["func_return"] == f"{agent['name']} {agent['id']} Ada ***"
    assert result["stdout"] == ["key ***\n"]


def test_the_model_calls_a_tool(send, agent_with, model):
    agent = agent_with(DICE)
    model.script({"calls": [["roll", {"sides": 20}]]}, "Twenty!")
    reply = send(agent, "roll")
    assert returned(reply) == ("[20]", "success")
    assert one(reply["messages"], "tool_return_message")["stdout"] == ["rolling 1\n"]


def test_a_tool_that_fails_tells_the_model(send, agent_with, model):
    agent = agent_with(BOOM)
    model.script({"calls": [["boom", {"n": 1}]]}, "Sorry.")
    reply = send(agent, "go")
    assert returned(reply) == ("Error executing function boom: ValueError: bad 1", "error")
    traceback = one(reply["messages"], "tool_return_message")["stderr"][-1]
    assert 'File "<boom>", line 8, in boom' in traceback and "roost_runner" not in traceback


def test_run_code(send, with_tools, model):
    agent = with_tools("run_code")
    model.script({"calls": [["run_code", {"code": "print(6 * 7)\n6 * 7", "language": "python"}]]}, "42")
    text, status = returned(send(agent, "compute"))
    assert status == "success" and '"results":["42"]' in text and "42\\n" in text


def test_a_run_of_a_source(api):
    reply = api.post("/v1/tools/run", {"source_code": DICE, "args": {"times": 3}})
    assert reply.status == 200, reply
    message = reply.json()
    assert message["message_type"] == "tool_return_message"
    assert (message["tool_return"], message["status"]) == ("[6, 6, 6]", "success")
    assert message["tool_returns"][0]["tool_return"] == "[6, 6, 6]"
    secret = 'import os\ndef f():\n    """D."""\n    return os.environ["WORD"]\n'
    told = api.post("/v1/tools/run", {"source_code": secret, "args": {}, "env_vars": {"WORD": "banana"}})
    assert told.json()["tool_return"] == "banana"
    failed = api.post("/v1/tools/run", {"source_code": BOOM, "args": {"n": 2}}).json()
    assert failed["status"] == "error"
    assert failed["tool_return"] == "Error executing function boom: ValueError: bad 2"
    named = api.post("/v1/tools/run", {"source_code": "def g(x): return x * 2", "args": {"x": "a"}, "name": "g"})
    assert named.json()["tool_return"] == "aa"
    assert api.post("/v1/tools/run", {"source_code": "def q(): pass", "args": {}}).status == 400


def test_javascript(api):
    source = (
        "/** Adds.\n * @param {number} a - One.\n * @param {number} b - Other.\n */\nexport const add = (a, b) => a + b"
    )
    tool = created(api, source, source_type="javascript")
    assert tool["json_schema"]["parameters"]["required"] == ["a", "b"]
    ran = api.post("/v1/tools/run", {"source_code": source, "source_type": "javascript", "args": {"a": 1, "b": 2}})
    assert ran.json()["tool_return"] == "3", ran
    reply = api.post("/v1/tools/", {"source_code": "function f() {}", "source_type": "typescript"})
    assert reply.status == 400 and "explicit json_schema" in reply.json()["detail"]


def test_packages(api):
    source = 'def f():\n    """D."""\n    import tabulate\n    return tabulate.tabulate([[1]], tablefmt="plain")\n'
    for _ in range(2):
        ran = api.post("/v1/tools/run", {"source_code": source, "args": {}, "pip_requirements": ["tabulate==0.9.0"]})
        assert ran.json()["tool_return"] == "1", ran
    missing = api.post(
        "/v1/tools/run", {"source_code": source, "args": {}, "pip_requirements": ["tabulate==99999"]}
    ).json()
    assert missing["status"] == "error" and "tabulate==99999" in missing["tool_return"], missing
