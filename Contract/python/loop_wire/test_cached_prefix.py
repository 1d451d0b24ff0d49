"""What a provider finds in its cache: of each request, the bytes that the one before it began with.

A provider reads tools, then instructions, then turns. Those of a request that goes on are the bytes of the one before with
more at their end; marks for the cache move and are left out.
"""

import itertools
import json

import pytest
from support.loop import CLAUDE, said

FORMATS = {"openai/gpt-4o-mini": "chat", CLAUDE: "anthropic"}


def pieces(request):
    """The request as its provider reads it: tools, instructions, turns, with their members in the order they came in."""
    body = unmarked(request["body"])
    tools, system = body.get("tools") or [], body.get("system")
    return [dumps(tools), *([dumps(system)] if system else []), *map(dumps, body["messages"])]


def unmarked(value):
    if isinstance(value, dict):
        return {key: unmarked(part) for key, part in value.items() if key != "cache_control"}
    return [unmarked(part) for part in value] if isinstance(value, list) else value


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shared(before, after):
    """How many bytes of `before` `after` begins with."""
    left, right = "".join(before).encode(), "".join(after).encode()
    count = 0
    while count < min(len(left), len(right)) and left[count] == right[count]:
        count += 1
    return count


def total(found):
    return len("".join(found).encode())


@pytest.fixture(params=sorted(FORMATS), ids=lambda handle: FORMATS[handle])
def talk(request, api, new_agent, model, send):
    """`talk("words", calls…)`: the requests of a turn in which the model makes those calls, one a step."""
    agent = new_agent(
        model=request.param,
        tools=["archival_memory_insert", "archival_memory_search"],
        memory_blocks=[{"label": "human", "value": "Name: Ada"}, {"label": "notes", "value": "n" * 2000}],
    )

    def turn(words, *calls):
        before = model.stats()["last_number"]
        model.script(*({"calls": [call]} for call in calls), "Done.")
        assert said(send(agent, words)) == "Done."
        return [pieces(r) for r in model.requests(after=before) if r["interface"] == FORMATS[request.param]]

    return turn


def edit(number):
    return ["memory_insert", {"label": "human", "new_string": f"Fact {number}."}]


def test_steps_of_a_turn_begin_with_the_bytes_of_the_one_before(talk):
    replace = ["memory_replace", {"label": "human", "old_string": "Fact 1.", "new_string": "Fact one."}]
    requests = talk("remember", edit(1), edit(2), replace, ["archival_memory_search", {"query": "x"}])
    assert len(requests) == 5
    for before, after in itertools.pairwise(requests):
        assert after[: len(before)] == before
        assert shared(before, after) == total(before)


def test_turns_without_edits_begin_with_the_bytes_of_the_one_before(talk):
    talk("one")
    before, after = talk("two")[-1], talk("three")[0]
    assert after[: len(before)] == before and len(after) > len(before)


def test_an_edit_costs_the_next_turn_what_follows_the_block(talk):
    talk("one", ["archival_memory_search", {"query": "x"}])
    before = talk("two", edit(1))[-1]
    after = talk("three")[0]
    kept = shared(before, after)
    # Tools and the instructions up to the edited block stay; the edit is known, so the rest is sent anew.
    assert len(before[0].encode()) < kept < total(before)
    assert after[0] == before[0] and "Fact 1." in after[1] and "Fact 1." not in before[1]
    print(f"an edit before a turn: {kept} of {total(before)} bytes stay")
    again = talk("four")[0]
    assert again[: len(after)] == after


def test_an_archival_insert_costs_only_the_last_lines_of_the_instructions(talk):
    requests = talk("keep", ["archival_memory_insert", {"content": "A boat."}], edit(1))
    first, second, third = requests
    # The counts of memories stand at the end of the instructions.
    kept = shared(first, second)
    upto = len(first[0].encode()) + len(first[1].encode())
    assert len(first[0].encode()) + 2000 < kept < upto
    assert "archival memory" in second[1]
    # The edit after it leaves the instructions alone.
    assert third[: len(second)] == second
    print(f"an archival insert: {kept} of {total(first)} bytes stay")


def test_how_much_stays_of_a_long_conversation(talk):
    requests = []
    for number in range(12):
        calls = [edit(number)] if number % 3 == 0 else []
        if number % 4 == 1:
            calls.append(["archival_memory_insert", {"content": f"Boat {number}."}])
        requests += talk(f"turn {number}: " + "words " * 40, *calls)
    stays = sum(shared(before, after) for before, after in itertools.pairwise(requests))
    sent = sum(map(total, requests[1:]))
    print(f"{len(requests)} requests: {stays} of {sent} bytes were sent before, {100 * stays // sent} %")
    assert stays > 0.6 * sent
