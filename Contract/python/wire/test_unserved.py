"""Routes that the contract knows: served and in the document, or 501 with words; never a silent 404."""

import pytest

A, X = "agent-00000000-0000-4000-8000-00000000dead", "00000000-0000-4000-8000-00000000dead"
FAMILIES = {
    "agents": [
        f"POST /v1/agents/{A}/messages",
        f"POST /v1/agents/{A}/messages/async",
        f"POST /v1/agents/{A}/messages/cancel",
        f"POST /v1/agents/{A}/messages/stream",
        f"PATCH /v1/agents/{A}/messages/message-{X}",
        f"PATCH /v1/agents/{A}/reset-messages",
        f"POST /v1/agents/{A}/summarize",
        f"POST /v1/agents/{A}/recompile",
        f"GET /v1/agents/{A}/files",
        f"PATCH /v1/agents/{A}/files/close-all",
        f"GET /v1/agents/{A}/folders",
        f"PATCH /v1/agents/{A}/folders/attach/source-{X}",
        f"PATCH /v1/agents/{A}/folders/detach/source-{X}",
        f"GET /v1/agents/{A}/groups",
        f"POST /v1/agents/{A}/tools/run_code/run",
        "POST /v1/agents/messages/search",
        f"GET /v1/agents/{A}/sources",
        f"POST /v1/agents/{A}/messages/preview-raw-payload",
        f"POST /v1/agents/{A}/generate",
    ],
    "messages": [
        "GET /v1/messages/",
        f"GET /v1/messages/message-{X}",
        "POST /v1/messages/search",
        "GET /v1/messages/batches",
        "POST /v1/messages/batches",
    ],
    "conversations": [
        "GET /v1/conversations/",
        "POST /v1/conversations/",
        f"GET /v1/conversations/conv-{X}",
        f"DELETE /v1/conversations/conv-{X}",
        f"PATCH /v1/conversations/conv-{X}",
        f"GET /v1/conversations/conv-{X}/messages",
        f"POST /v1/conversations/conv-{X}/messages",
        f"POST /v1/conversations/conv-{X}/cancel",
        f"POST /v1/conversations/conv-{X}/compact",
        f"POST /v1/conversations/conv-{X}/fork",
        f"POST /v1/conversations/conv-{X}/stream",
        f"POST /v1/conversations/conv-{X}/recompile",
    ],
    "runs": [
        "GET /v1/runs/",
        "GET /v1/runs/active",
        f"GET /v1/runs/run-{X}",
        f"DELETE /v1/runs/run-{X}",
        f"POST /v1/runs/run-{X}/cancel",
        f"GET /v1/runs/run-{X}/messages",
        f"GET /v1/runs/run-{X}/steps",
        f"POST /v1/runs/run-{X}/stream",
        f"GET /v1/runs/run-{X}/usage",
    ],
    "steps and jobs": [
        "GET /v1/steps/",
        f"GET /v1/steps/step-{X}",
        f"PATCH /v1/steps/step-{X}/feedback",
        "GET /v1/jobs/",
        "GET /v1/jobs/active",
        f"GET /v1/jobs/job-{X}",
        f"DELETE /v1/jobs/job-{X}",
        f"PATCH /v1/jobs/job-{X}/cancel",
    ],
    "tools": [
        "POST /v1/tools/",
        "PUT /v1/tools/",
        f"PATCH /v1/tools/tool-{X}",
        f"DELETE /v1/tools/tool-{X}",
        "POST /v1/tools/run",
        "POST /v1/tools/search",
    ],
    "groups": [
        "GET /v1/groups/",
        "POST /v1/groups/",
        "GET /v1/groups/count",
        f"GET /v1/groups/group-{X}",
        f"PATCH /v1/groups/group-{X}",
        f"DELETE /v1/groups/group-{X}",
        f"GET /v1/groups/group-{X}/messages",
        f"POST /v1/groups/group-{X}/messages",
    ],
    "folders": [
        "GET /v1/folders/",
        "POST /v1/folders/",
        "GET /v1/folders/count",
        f"GET /v1/folders/source-{X}",
        f"PATCH /v1/folders/source-{X}",
        f"DELETE /v1/folders/source-{X}",
        f"GET /v1/folders/source-{X}/files",
        f"POST /v1/folders/source-{X}/upload",
        f"GET /v1/folders/source-{X}/agents",
        f"GET /v1/folders/source-{X}/passages",
        "GET /v1/sources/",
        "POST /v1/sources/",
    ],
    "providers": [
        "GET /v1/providers/",
        "POST /v1/providers/",
        f"GET /v1/providers/provider-{X}",
        f"PATCH /v1/providers/provider-{X}",
        f"DELETE /v1/providers/provider-{X}",
        "POST /v1/providers/check",
        f"POST /v1/providers/provider-{X}/check",
        f"PATCH /v1/providers/provider-{X}/refresh",
    ],
}
ROUTES = [route for routes in FAMILIES.values() for route in routes]


def templated(path):
    """The path with ids as one placeholder, so that it can be found in a document whatever its names are."""
    return tuple("{}" if X in part else part for part in path.strip("/").split("/"))


@pytest.fixture(scope="module")
def documented(served):
    return {
        (method, tuple("{}" if part.startswith("{") else part for part in path.strip("/").split("/")))
        for method, path in served
    }


@pytest.mark.parametrize("route", ROUTES)
def test_a_known_route_is_served_and_documented_or_501(api, documented, route):
    method, path = route.split(" ")
    reply = api.request(method, path, {} if method in ("POST", "PUT", "PATCH") else None)
    in_document = (method, templated(path)) in documented or (
        method,
        templated(path.replace("/run_code/", f"/{X}/")),
    ) in documented
    if in_document:
        assert reply.status != 501 and (reply.status, reply.body) != (404, b'{"detail":"Not Found"}')
    else:
        assert reply.status == 501
        assert len(reply.detail) > 20 and "not" in reply.detail


def test_a_known_route_with_a_wrong_method_is_405(api):
    for path in ("/v1/groups/count", f"/v1/runs/run-{X}/usage"):
        assert api.delete(path).status in (405, 501)


MUST = """
GET /v1/agents/ | POST /v1/agents/ | GET /v1/agents/count | POST /v1/agents/import | GET /v1/agents/{}
PATCH /v1/agents/{} | DELETE /v1/agents/{} | GET /v1/agents/{}/export | POST /v1/agents/{}/clone
GET /v1/agents/{}/context | GET /v1/agents/{}/archival-memory | POST /v1/agents/{}/archival-memory
GET /v1/agents/{}/archival-memory/search | DELETE /v1/agents/{}/archival-memory/{}
PATCH /v1/agents/{}/archival-memory/{} | PATCH /v1/agents/{}/archives/attach/{}
PATCH /v1/agents/{}/archives/detach/{} | GET /v1/agents/{}/core-memory | PATCH /v1/agents/{}/core-memory
GET /v1/agents/{}/core-memory/blocks | GET /v1/agents/{}/core-memory/blocks/{}
PATCH /v1/agents/{}/core-memory/blocks/{} | PATCH /v1/agents/{}/core-memory/blocks/attach/{}
PATCH /v1/agents/{}/core-memory/blocks/detach/{} | PATCH /v1/agents/{}/identities/attach/{}
PATCH /v1/agents/{}/identities/detach/{} | GET /v1/agents/{}/messages | GET /v1/agents/{}/tools
PATCH /v1/agents/{}/tools/attach/{} | PATCH /v1/agents/{}/tools/detach/{} | PATCH /v1/agents/{}/tools/approval/{}
GET /v1/blocks/ | POST /v1/blocks/ | GET /v1/blocks/count | GET /v1/blocks/{} | PATCH /v1/blocks/{}
DELETE /v1/blocks/{} | GET /v1/blocks/{}/agents | GET /v1/archives/ | POST /v1/archives/ | GET /v1/archives/{}
PATCH /v1/archives/{} | DELETE /v1/archives/{} | GET /v1/archives/{}/agents | POST /v1/archives/{}/passages
POST /v1/archives/{}/passages/batch | DELETE /v1/archives/{}/passages/{} | POST /v1/passages/search | GET /v1/tags/
GET /v1/identities/ | POST /v1/identities/ | PUT /v1/identities/ | GET /v1/identities/count | GET /v1/identities/{}
PATCH /v1/identities/{} | DELETE /v1/identities/{} | GET /v1/identities/{}/agents | GET /v1/identities/{}/blocks
PUT /v1/identities/{}/properties | GET /v1/tools/ | GET /v1/tools/count | GET /v1/tools/{}
POST /v1/tools/add-base-tools | GET /v1/models/ | GET /v1/models/embedding | GET /v1/health/ | GET /v1/ready/
GET /v1/roost/blocks/{}/history | GET /v1/roost/events
"""


@pytest.mark.parametrize("route", [r.strip() for line in MUST.strip().splitlines() for r in line.split("|")])
def test_the_memory_api_is_in_the_document(documented, route):
    method, path = route.split(" ")
    assert (method, tuple(path.strip("/").split("/"))) in documented
