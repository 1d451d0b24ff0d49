"""`client.runs`, `client.steps` and `client.models` of letta-client 1.x."""

import letta_client
import pytest
from support.loop import TEA, kinds


@pytest.fixture
def ran(client, agent, model):
    model.script(
        {"calls": [["memory_insert", TEA]], "usage": {"input": 50, "output": 10}},
        {"text": "Kept.", "usage": {"input": 70, "output": 5}},
    )
    return client.agents.messages.create(agent_id=agent["id"], input="I like tea").messages


def test_runs(client, agent, ran):
    run = client.runs.retrieve(ran[0].run_id)
    assert run.status == "completed" and run.agent_id == agent["id"] and run.total_duration_ns > 0
    assert [r.id for r in client.runs.list(agent_id=agent["id"])] == [run.id]
    usage = client.runs.usage.retrieve(run.id)
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (120, 15, 135)
    assert kinds(client.runs.messages.list(run.id).items) == ["user_message", *kinds(ran)]
    assert [s.id for s in client.runs.steps.list(run.id)] == [ran[-1].step_id, ran[0].step_id]


def test_steps(client, agent, ran):
    step = client.steps.retrieve(ran[0].step_id)
    assert step.run_id == ran[0].run_id and (step.prompt_tokens, step.completion_tokens) == (50, 10)
    assert [s.id for s in client.steps.list(agent_id=agent["id"])] == [ran[-1].step_id, ran[0].step_id]
    assert client.steps.metrics.retrieve(step.id).step_ns > 0
    assert kinds(client.steps.messages.list(step.id).items)
    client.steps.trace.retrieve(step.id)


def test_all_steps(client, ran):
    assert client.steps.list(limit=1).items[0].id == ran[-1].step_id


def test_feedback(client, agent, ran):
    assert client.steps.feedback.create(ran[0].step_id, feedback="positive", tags=["good"]).feedback == "positive"
    assert [s.id for s in client.steps.list(agent_id=agent["id"], has_feedback=True)] == [ran[0].step_id]
    assert [s.id for s in client.steps.list(agent_id=agent["id"], feedback="negative")] == []


def test_what_is_not_there(client, missing_id):
    for retrieve, kind in ((client.runs.retrieve, "run"), (client.steps.retrieve, "step")):
        with pytest.raises(letta_client.NotFoundError):
            retrieve(missing_id(kind))
        with pytest.raises(letta_client.UnprocessableEntityError):
            retrieve(f"{kind}-1")


def test_models(client):
    found = {m.handle: m for m in client.models.list()}
    assert found["openai/gpt-4o-mini"].max_context_window > 0
    assert {m.provider_type for m in client.models.list(provider_type=["anthropic"])} == {"anthropic"}
    assert "openai/text-embedding-3-small" in [m.handle for m in client.models.embeddings.list()]
