"""The rules of tools: what may be called when, and what ends the loop."""

import pytest
from support.asked import forced, results, system, tools
from support.loop import TEA, kinds, returned, said, stop

SEARCH = ["conversation_search", {"query": "tea"}]
INSERT = ["memory_insert", TEA]


def rule(kind, tool, **more):
    return {"type": kind, "tool_name": tool, **more}


@pytest.fixture
def ruled(with_tools):
    def create(*rules, **fields):
        more = ("archival_memory_insert", "archival_memory_search", "core_memory_append")
        return with_tools(*more, tool_rules=list(rules), **fields)

    return create


def returns_of(reply):
    return [(m["name"], m["status"]) for m in reply["messages"] if m["message_type"] == "tool_return_message"]


def test_run_first(ruled, send, model):
    agent = ruled(rule("run_first", "conversation_search"))
    model.script({"calls": [SEARCH]}, "Done.")
    assert said(send(agent, "x")) == "Done."
    first, second = model.requests()[-2:]
    assert forced(first) == "conversation_search" or (forced(first) and list(tools(first)) == ["conversation_search"])
    assert forced(second) is None and "memory_insert" in tools(second)


def test_run_first_refuses_others(ruled, send, model, block):
    agent = ruled(rule("run_first", "conversation_search"))
    model.script({"calls": [INSERT]}, {"calls": [SEARCH]}, "Done.")
    reply = send(agent, "x")
    assert returns_of(reply) == [("memory_insert", "error"), ("conversation_search", "success")]
    assert "Likes tea." not in block(agent)
    refusal = next(m for m in reply["messages"] if m["message_type"] == "tool_return_message")
    assert "memory_insert" in refusal["tool_return"] and "conversation_search" in refusal["tool_return"]


def test_run_first_with_arguments(ruled, send, model):
    """Arguments that the rule gives win over those of the model."""
    agent = ruled(rule("run_first", "archival_memory_insert", args={"content": "from the rule"}))
    model.script({"calls": [["archival_memory_insert", {"content": "from the model"}]]}, "Done.")
    send(agent, "x")
    model.script(
        {"calls": [["archival_memory_insert", {}]]}, {"calls": [["archival_memory_search", {"query": "from"}]]}, "x"
    )
    reply = send(agent, "x")
    found = [m for m in reply["messages"] if m["message_type"] == "tool_return_message"][-1]["tool_return"]
    assert "from the rule" in found and "from the model" not in found


def test_exit_loop(ruled, send, model):
    agent = ruled(rule("exit_loop", "memory_insert"))
    model.script({"calls": [INSERT]})
    reply = send(agent, "x")
    assert stop(reply) == "tool_rule" and kinds(reply["messages"])[-1] == "tool_return_message"
    assert said(send(agent, "REPLY and on")) == "and on"


def test_continue_loop(ruled, send, model):
    agent = ruled(rule("continue_loop", "memory_insert"))
    model.script({"calls": [INSERT]}, "Done.")
    assert said(send(agent, "x")) == "Done." and model.stats()["requests"] == 2


def test_children(ruled, send, model):
    agent = ruled(rule("constrain_child_tools", "conversation_search", children=["memory_insert"]))
    model.script({"calls": [SEARCH]}, {"calls": [["memory_replace", {}]]}, {"calls": [INSERT]}, "Done.")
    reply = send(agent, "x")
    assert returns_of(reply) == [
        ("conversation_search", "success"),
        ("memory_replace", "error"),
        ("memory_insert", "success"),
    ]
    assert "After using conversation_search, you must use one of these tools: memory_insert" in system(
        model.last_request()
    )


def test_the_only_child_is_forced(ruled, send, model):
    agent = ruled(rule("constrain_child_tools", "conversation_search", children=["memory_insert"]))
    model.script({"calls": [SEARCH]}, {"calls": [INSERT]}, "Done.")
    send(agent, "x")
    second = model.requests()[-2]
    assert forced(second)


def test_parents(ruled, send, model, block):
    """A child may only be called directly after its parent."""
    agent = ruled(rule("parent_last_tool", "conversation_search", children=["memory_insert"]))
    model.script({"calls": [INSERT]}, {"calls": [SEARCH]}, {"calls": [INSERT]}, "Done.")
    reply = send(agent, "x")
    assert [status for _, status in returns_of(reply)] == ["error", "success", "success"]
    assert block(agent).count("Likes tea.") == 1


@pytest.mark.parametrize("output,next_tool", [("found", "memory_insert"), ("else", "memory_replace")])
def test_conditions(ruled, send, model, output, next_tool):
    """The result of core_memory_append is the new value of the block."""
    child = {"Name: Ada\nfound": "memory_insert"}
    conditional = rule("conditional", "core_memory_append", child_output_mapping=child, default_child="memory_replace")
    agent = ruled(conditional)
    change = {"label": "human", "old_string": "Ada", "new_string": "Eve"}
    other = {"memory_insert": INSERT, "memory_replace": ["memory_replace", change]}
    wrong = "memory_replace" if next_tool == "memory_insert" else "memory_insert"
    model.script(
        {"calls": [["core_memory_append", {"label": "human", "content": output}]]},
        {"calls": [other[wrong]]},
        {"calls": [other[next_tool]]},
        "Done.",
    )
    reply = send(agent, "x")
    assert returns_of(reply) == [("core_memory_append", "success"), (wrong, "error"), (next_tool, "success")]


def test_counts(ruled, send, model):
    agent = ruled(rule("max_count_per_step", "conversation_search", max_count_limit=2))
    model.script({"calls": [SEARCH], "times": 3}, "Done.")
    reply = send(agent, "x")
    assert [status for _, status in returns_of(reply)] == ["success", "success", "error"]
    assert "conversation_search" not in tools(model.requests()[-2])
    model.script({"calls": [SEARCH]}, "Again.")
    assert returns_of(send(agent, "x")) == [("conversation_search", "success")]


def test_required_before_the_end(ruled, send, model):
    agent = ruled(rule("required_before_exit", "memory_insert"))
    model.script("I am done.", {"calls": [INSERT]}, "Now I am.")
    reply = send(agent, "x")
    assert said(reply).endswith("Now I am.") and stop(reply) == "end_turn"
    told = str(model.requests()[-2]["body"])
    assert "ToolRuleViolated: You must call memory_insert at least once to exit the loop." in told


def test_a_rule_for_approval(ruled, send, model):
    agent = ruled(rule("requires_approval", "memory_insert"))
    model.script({"calls": [INSERT]})
    assert stop(send(agent, "x")) == "requires_approval"


def test_with_rules_only_the_first_of_several_calls_counts(ruled, send, model):
    agent = ruled(
        rule("continue_loop", "memory_insert"),
        model_settings={"provider_type": "openai", "parallel_tool_calls": True},
    )
    model.script({"calls": [INSERT, SEARCH]}, "Done.")
    assert [name for name, _ in returns_of(send(agent, "x"))] == ["memory_insert"]


def test_a_refused_call_is_answered_for_the_model_too(ruled, send, model):
    agent = ruled(rule("run_first", "conversation_search"))
    model.script({"calls": [INSERT]}, {"calls": [SEARCH]}, "Done.")
    send(agent, "x")
    told = results(model.last_request())[0]
    assert "memory_insert" in told and "conversation_search" in told


def test_a_failed_tool_lets_the_loop_go_on(agent, send, model):
    model.script({"calls": [["memory_insert", {"label": "nah", "new_string": "x"}]]}, "Sorry.")
    reply = send(agent, "x")
    assert returned(reply)[1] == "error" and said(reply) == "Sorry."
