"""Runs and steps: lists, usage, metrics, traces, feedback."""

import pytest
from support.loop import TEA, kinds
from support.shapes import is_id, is_time

RUN = set(
    "id agent_id conversation_id status created_at completed_at stop_reason background metadata request_config "
    "callback_url callback_sent_at callback_status_code callback_error ttft_ns total_duration_ns "
    "base_template_id".split()
)
STEP = set(
    "id agent_id run_id origin provider_id provider_name provider_category model model_endpoint context_window_limit "
    "prompt_tokens completion_tokens total_tokens stop_reason status feedback trace_id tags error_type error_data "
    "project_id".split()
)


@pytest.fixture
def ran(agent, send, model):
    """The reply to a request of two steps, with known counts."""
    model.script(
        {"calls": [["memory_insert", TEA]], "usage": {"input": 50, "output": 10, "cached": 20}},
        {"text": "Kept.", "usage": {"input": 70, "output": 5, "reasoning": 2}},
    )
    return send(agent, "I like tea")["messages"]


def test_the_run(api, agent, ran):
    run = api.get(f"/v1/runs/{ran[0]['run_id']}").json()
    assert set(run) >= RUN and is_id(run["id"], "run") and run["agent_id"] == agent["id"]
    assert run["status"] == "completed" and run["stop_reason"] == "end_turn" and run["background"] is False
    assert is_time(run["created_at"]) and is_time(run["completed_at"])
    assert run["total_duration_ns"] > 0


def test_usage_of_a_run(api, ran):
    usage = api.get(f"/v1/runs/{ran[0]['run_id']}/usage").json()
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (120, 15, 135)
    assert set(usage) >= {"prompt_tokens_details", "completion_tokens_details"} and "message_type" not in usage


def test_messages_of_a_run(api, ran):
    listed = api.get(f"/v1/runs/{ran[0]['run_id']}/messages").json()
    assert kinds(listed) == ["user_message", *kinds(ran)]
    newest = api.get(f"/v1/runs/{ran[0]['run_id']}/messages", {"order": "desc", "limit": 1}).json()
    assert kinds(newest) == ["assistant_message"]


def test_steps_of_a_run(api, agent, ran):
    steps = api.get(f"/v1/runs/{ran[0]['run_id']}/steps").json()
    assert [s["id"] for s in steps] == [ran[-1]["step_id"], ran[0]["step_id"]]
    for step in steps:
        assert set(step) >= STEP and is_id(step["id"], "step") and step["agent_id"] == agent["id"]
        assert step["status"] == "success" and step["provider_name"] == "openai" and "gpt-4o-mini" in step["model"]
    assert [(s["prompt_tokens"], s["completion_tokens"]) for s in steps] == [(70, 5), (50, 10)]


def test_a_step(api, ran):
    step = api.get(f"/v1/steps/{ran[0]['step_id']}").json()
    assert step["id"] == ran[0]["step_id"] and step["run_id"] == ran[0]["run_id"]
    messages = api.get(f"/v1/steps/{step['id']}/messages").json()
    assert {"tool_call_message", "tool_return_message"} <= set(kinds(messages))


def test_metrics(api, ran):
    step = api.get(f"/v1/steps/{ran[0]['step_id']}/metrics").json()
    assert step["id"] == ran[0]["step_id"] and step["step_ns"] >= step["llm_request_ns"] > 0
    assert step["tool_execution_ns"] > 0
    run = api.get(f"/v1/runs/{ran[0]['run_id']}/metrics").json()
    assert run["id"] == ran[0]["run_id"] and run["num_steps"] == 2 and run["run_ns"] > 0


def test_traces(api, ran):
    trace = api.get(f"/v1/steps/{ran[0]['step_id']}/trace").json()
    assert trace is None or ("I like tea" in str(trace["request_json"]) and trace["response_json"])
    assert api.get(f"/v1/runs/{ran[0]['run_id']}/trace").status == 200


@pytest.mark.parametrize("verdict", ["positive", "negative", None])
def test_feedback(api, agent, ran, verdict):
    path = f"/v1/steps/{ran[0]['step_id']}/feedback"
    reply = api.patch(path, {"feedback": verdict, "tags": ["seen"]})
    assert reply.status == 200 and reply.json()["feedback"] == verdict and reply.json()["tags"] == ["seen"]
    found = api.get("/v1/steps/", {"agent_id": agent["id"], "has_feedback": True}).json()
    assert [s["id"] for s in found] == ([ran[0]["step_id"]] if verdict else [])
    assert api.patch(path, {"feedback": "so so"}).status == 422


def test_all_steps_without_any_filter(api, ran):
    """The predecessor fails here."""
    reply = api.get("/v1/steps/", {"limit": 2})
    assert reply.status == 200 and [s["id"] for s in reply.json()] == [ran[-1]["step_id"], ran[0]["step_id"]]


def test_filters_of_steps(api, agent, ran):
    def found(**query):
        return len(api.get("/v1/steps/", {"agent_id": agent["id"], **query}).json())

    assert found() == 2 and found(model="no-such-model") == 0
    assert found(start_date="2020-01-01") == 2 and found(end_date="2020-01-01") == 0
    assert found(after=ran[-1]["step_id"]) == 1 and found(order="asc", limit=1) == 1


def test_lists_of_runs(api, agent, ran, send):
    second = send(agent, "hello")["messages"][0]["run_id"]
    both = [second, ran[0]["run_id"]]

    def found(**query):
        return [r["id"] for r in api.get("/v1/runs/", {"agent_id": agent["id"], **query}).json()]

    assert found() == both and found(order="asc") == both[::-1] and found(limit=1) == both[:1]
    assert found(after=second) == both[1:] and found(statuses="completed") == both and found(statuses="failed") == []
    assert found(stop_reason="end_turn") == both and found(stop_reason="error") == []
    assert found(background=True) == [] and found(background=False) == both and found(active=True) == []


def test_active_runs(api, agent, model):
    model.script({"text": "slow", "latency": 2})
    run = api.post(f"/v1/agents/{agent['id']}/messages/async", {"input": "x"}).json()["id"]
    model.wait(lambda stats: stats["answering"] == 1)
    assert [r["id"] for r in api.get("/v1/runs/", {"agent_id": agent["id"], "active": True}).json()] == [run]
    assert [r["id"] for r in api.get("/v1/runs/active", {"agent_id": agent["id"]}).json()] == [run]
    assert api.get(f"/v1/runs/{run}").json()["status"] == "running"
    model.wait(lambda stats: stats["answering"] == 0)


def test_a_failed_run(api, agent, send, model):
    model.script({"fault": {"kind": "authentication"}})
    send(agent, "x", status=401)
    run = api.get("/v1/runs/", {"agent_id": agent["id"]}).json()[0]
    assert run["status"] == "failed" and run["stop_reason"] == "llm_api_error" and run["metadata"]["error"]
    step = api.get(f"/v1/runs/{run['id']}/steps").json()[0]
    assert step["status"] == "failed" and step["error_type"]
    assert "sk-scripted" not in str(run) + str(step)


def test_delete(api, ran):
    run = ran[0]["run_id"]
    assert api.delete(f"/v1/runs/{run}").json()["id"] == run
    assert api.get(f"/v1/runs/{run}").status == 404


@pytest.mark.parametrize(
    "kind,path", [("run", "runs/{}"), ("run", "runs/{}/usage"), ("run", "runs/{}/messages"), ("step", "steps/{}")]
)
def test_what_is_not_there(api, missing_id, kind, path):
    assert api.get("/v1/" + path.format(missing_id(kind))).status == 404
    assert api.get("/v1/" + path.format(f"{kind}-1")).status == 422


def test_the_agent_knows_its_last_run(api, agent, ran):
    found = api.get(f"/v1/agents/{agent['id']}").json()
    assert found["last_stop_reason"] == "end_turn" and found["last_run_completion"]
    assert found["last_run_duration_ms"] is not None
