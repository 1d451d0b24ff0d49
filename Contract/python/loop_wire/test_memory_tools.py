"""The tools that edit memory: what they change, what they return, and the exact texts of their errors."""

import pytest
from support.asked import results, system
from support.loop import one, returned, said

ALL = ["memory_rethink", "core_memory_append", "core_memory_replace", "memory_apply_patch", "memory"]
LINES = "first\nsecond\nthird"


@pytest.fixture
def agent(new_agent):
    """Blocks `human` (three lines) and `ro` (read-only), and every tool that edits them."""
    blocks = [
        {"label": "human", "value": LINES, "limit": 200},
        {"label": "ro", "value": "fixed", "read_only": True},
    ]
    return new_agent(memory_blocks=blocks, tools=ALL)


@pytest.fixture
def call(agent, send, model):
    """The text and status of one call's return."""

    def make(tool, **arguments):
        model.script({"calls": [[tool, arguments]]}, "Done.")
        reply = send(agent, "x")
        assert said(reply) == "Done."
        return returned(reply)

    return make


@pytest.mark.parametrize(
    "tool,arguments,value",
    [
        ("memory_insert", {"new_string": "last"}, LINES + "\nlast"),
        ("memory_insert", {"new_string": "last", "insert_line": -1}, LINES + "\nlast"),
        ("memory_insert", {"new_string": "top", "insert_line": 0}, "top\n" + LINES),
        ("memory_insert", {"new_string": "after one", "insert_line": 1}, "first\nafter one\nsecond\nthird"),
        ("memory_replace", {"old_string": "second", "new_string": "2nd"}, "first\n2nd\nthird"),
        ("memory_replace", {"old_string": "second\n", "new_string": ""}, "first\nthird"),
        ("memory_rethink", {"new_memory": "all new"}, "all new"),
        ("core_memory_append", {"content": "more"}, LINES + "\nmore"),
        ("core_memory_replace", {"old_content": "ir", "new_content": "IR"}, "fIRst\nsecond\nthIRd"),
        ("core_memory_replace", {"old_content": "second\n", "new_content": ""}, "first\nthird"),
        ("memory_apply_patch", {"patch": "@@\n first\n-second\n+2nd\n third\n"}, "first\n2nd\nthird"),
    ],
)
def test_edits(call, block, agent, tool, arguments, value):
    text, status = call(tool, label="human", **arguments)
    assert status == "success" and block(agent) == value
    if tool != "memory_apply_patch":
        assert text == value


NOT_FOUND = (
    "No replacement was performed, old_string `nowhere` did not appear verbatim in memory block with label `human`."
)
BAD_LINE = (
    "Invalid `insert_line` parameter: 9. It should be within the range of lines of the memory block: [0, 3], or -1 to "
    "append to the end of the memory block."
)
READ_ONLY = "Error This block is read-only and cannot be edited."
MISSING = "'Block field nah does not exist (available sections = human, ro)'"


@pytest.mark.parametrize(
    "tool,arguments,text",
    [
        ("memory_replace", {"label": "human", "old_string": "nowhere", "new_string": "x"}, NOT_FOUND),
        ("memory_insert", {"label": "human", "new_string": "x", "insert_line": 9}, BAD_LINE),
        (
            "core_memory_replace",
            {"label": "human", "old_content": "nowhere", "new_content": "x"},
            "Old content 'nowhere' not found in memory block 'human'",
        ),
        ("memory_insert", {"label": "ro", "new_string": "x"}, READ_ONLY),
        ("memory_replace", {"label": "ro", "old_string": "fixed", "new_string": "x"}, READ_ONLY),
        ("memory_rethink", {"label": "ro", "new_memory": "x"}, READ_ONLY),
        ("core_memory_append", {"label": "ro", "content": "x"}, READ_ONLY),
        ("core_memory_replace", {"label": "ro", "old_content": "fixed", "new_content": "x"}, READ_ONLY),
        ("memory_insert", {"label": "nah", "new_string": "x"}, MISSING),
        ("memory_replace", {"label": "nah", "old_string": "x", "new_string": "y"}, MISSING),
        ("core_memory_append", {"label": "nah", "content": "x"}, MISSING),
    ],
)
def test_errors(call, block, agent, model, tool, arguments, text):
    assert call(tool, **arguments) == (text, "error")
    assert block(agent) == LINES and block(agent, "ro") == "fixed"
    assert text in results(model.last_request())[-1].replace("\\n", "\n").replace('\\"', '"')


def test_an_old_string_has_to_be_unique(call, block, agent):
    text, status = call("memory_replace", label="human", old_string="ir", new_string="x")
    assert status == "error" and block(agent) == LINES
    assert text == (
        "No replacement was performed. Multiple occurrences of old_string `ir` in lines [1, 3]. "
        "Please ensure it is unique."
    )


def test_the_failure_is_explained_in_stderr(agent, send, model):
    model.script({"calls": [["memory_insert", {"label": "nah", "new_string": "x"}]]}, "Sorry.")
    result = one(send(agent, "x")["messages"], "tool_return_message")
    assert result["stderr"] == [f"Error executing function memory_insert: KeyError: {MISSING}"]


@pytest.mark.parametrize("text", ["1→ first", "12→ x"])
def test_line_numbers_are_not_part_of_memory(call, block, agent, text):
    assert call("memory_insert", label="human", new_string=text)[1] == "error"
    assert call("memory_replace", label="human", old_string=text, new_string="x")[1] == "error"
    assert block(agent) == LINES


def test_the_limit_holds_and_says_by_how_much(call, block, agent):
    text, status = call("memory_insert", label="human", new_string="x" * 300)
    assert status == "error" and block(agent) == LINES and "200" in text


@pytest.mark.parametrize("missing", [{"label": "human"}, {"new_string": "x"}, {}])
def test_arguments_that_are_missing(call, block, agent, missing):
    assert call("memory_insert", **missing)[1] == "error"
    assert block(agent) == LINES


def test_a_patch_has_to_fit_once(call, block, agent):
    assert call("memory_apply_patch", label="human", patch="@@\n nothing\n-like this\n+x\n")[1] == "error"
    assert block(agent) == LINES


def test_a_patch_of_several_blocks(call, block, agent, api):
    patch = (
        "*** Add Block: notes\nDescription: What was noted\n+a note\n"
        "*** Update Block: human\n@@\n first\n-second\n+2nd\n third\n"
    )
    assert call("memory_apply_patch", label="human", patch=patch)[1] == "success"
    assert block(agent, "notes") == "a note" and block(agent) == "first\n2nd\nthird"
    moved = "*** Update Block: notes\n*** Move to: minutes\n@@\n-a note\n+a minute\n"
    assert call("memory_apply_patch", label="human", patch=moved)[1] == "success"
    assert block(agent, "minutes") == "a minute"
    assert call("memory_apply_patch", label="human", patch="*** Delete Block: minutes\n")[1] == "success"
    assert api.get(f"/v1/agents/{agent['id']}/core-memory/blocks/minutes").status == 404


def test_blocks_as_files(call, block, agent, api, send, model):
    path = "/memories/plans"
    text, status = call("memory", command="create", path=path, file_text="one\ntwo", description="Plans.")
    assert (text, status) == (
        "Successfully created memory block 'plans'. Your system prompt has been recompiled with the new memory block "
        "and is now active in your context.",
        "success",
    )
    assert block(agent, "plans") == "one\ntwo"
    send(agent, "and now?")
    assert "<plans>" in system(model.last_request()) and "Plans." in system(model.last_request())
    assert call("memory", command="str_replace", path=path, old_string="two", new_string="2")[1] == "success"
    assert call("memory", command="insert", path=path, insert_line=0, insert_text="zero")[1] == "success"
    assert block(agent, "plans") == "zero\none\n2"
    assert call("memory", command="rename", old_path=path, new_path="/memories/aims")[1] == "success"
    assert block(agent, "aims") == "zero\none\n2"
    assert call("memory", command="rename", path="/memories/aims", description="Aims.")[1] == "success"
    assert call("memory", command="delete", path="/memories/aims")[1] == "success"
    assert api.get(f"/v1/agents/{agent['id']}/core-memory/blocks/aims").status == 404
    assert call("memory", command="delete", path="/memories/aims")[1] == "error"


def test_an_edit_is_in_the_history_of_the_block_and_in_the_context(call, agent, api, model):
    call("memory_insert", label="human", new_string="Likes tea.")
    assert "Likes tea." in api.get(f"/v1/agents/{agent['id']}/context").json()["core_memory"]
