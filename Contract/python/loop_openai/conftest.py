"""A roost that asks the scripted model, and the package `openai` that asks the roost."""

import pathlib
import sys
import uuid

import openai
import pytest

FOLDER = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1] / "Scripts")]

from support.loop import api, model, pytest_runtest_makereport, running_model, server  # noqa: E402, F401


@pytest.fixture
def client(server):  # noqa: F811
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0, timeout=20)


@pytest.fixture
def agent(api):  # noqa: F811
    body = {
        "name": "agent-" + uuid.uuid4().hex[:8],
        "model": "openai/gpt-4o-mini",
        "memory_blocks": [{"label": "human", "value": "Name: Ada"}],
    }
    made = api.post("/v1/agents/", body).json()
    yield made
    api.delete(f"/v1/agents/{made['id']}")
