"""The GitHub action with recorded events, against a running server: what memory holds afterwards."""

import json
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "Scripts"))

from action import Action, runner_environment  # noqa: E402
from proof.client import Client  # noqa: E402
from proof.server import Server, binary  # noqa: E402

ACTION = Action(ROOT / ".github/actions/roost-learn")


@pytest.fixture(scope="module")
def server():
    with Server(env={"ROOST_PASSWORD": "a password with 'quotes' and $signs"}) as running:
        yield running


class Pipeline:
    """Runs the action for events of one repository, whose memory is a project of its own."""

    def __init__(self, server, folder, project):
        self.server, self.folder, self.project = server, folder, project
        self.inputs = {
            "base-url": server.url,
            "password": server.env["ROOST_PASSWORD"],
            "project": project,
            "roost-bin": binary(),
        }

    def event(self, name, run="100", sha="c" * 40, attempt="1", more=None, env=None):
        payload = HERE / "events" / f"{name}.json"
        kinds = ("deployment_status", "workflow_run", "check_run", "workflow_job", "push")
        kind = next(kind for kind in kinds if name.startswith(kind))
        environment = runner_environment(
            GITHUB_EVENT_NAME=kind,
            GITHUB_EVENT_PATH=str(payload),
            GITHUB_RUN_ID=run,
            GITHUB_RUN_ATTEMPT=attempt,
            GITHUB_SHA=sha,
            # Where a roost without a server would keep its file: it must stay empty.
            ROOST_HOME=str(self.folder / "home"),
            **(env or {}),
        )
        result = ACTION.run(self.folder, {**self.inputs, **(more or {})}, environment)
        assert result.code == 0, result.log
        assert not (self.folder / "home").exists()
        return result

    def passages(self):
        client = Client(self.server.url, headers={"authorization": f"Bearer {self.inputs['password']}"})
        agents = client.get(f"/v1/agents/?name=memory-{self.project}").json()
        if not agents:
            return []
        return client.get(f"/v1/agents/{agents[0]['id']}/archival-memory?limit=100&ascending=true").json()

    def only(self):
        (passage,) = self.passages()
        return passage


@pytest.fixture
def pipeline(server, tmp_path, request):
    return Pipeline(server, tmp_path, request.node.name.removeprefix("test_"))


def test_no_step_puts_an_expression_into_a_command():
    for step in ACTION.steps:
        assert "${{" not in step["run"], step["name"]
    script = (ACTION.folder / "find-roost.sh").read_text()
    assert "eval" not in script and "${{" not in script


def test_every_variable_of_an_input_has_an_input():
    text = (ACTION.folder / "action.yml").read_text()
    for name in ACTION.definition["inputs"]:
        assert f"inputs.{name}" in text, f"the input {name} is not used"


def test_a_failed_deployment_and_the_one_that_mends_it(pipeline):
    pipeline.event("deployment_status_failure")
    failed = pipeline.only()
    assert failed["text"].startswith("Deployment of v1.4.3 to production: failure")
    assert "Migration 17 timed out" in failed["text"]
    wanted = {"type": "deployment", "version": "v1.4.3", "environment": "production", "status": "failure"}
    assert {**failed["metadata"], **wanted} == failed["metadata"]
    assert failed["metadata"]["duration_seconds"] == 212
    assert failed["metadata"]["resolved"] is False and failed["metadata"]["rollback"] is False
    assert failed["metadata"]["commit"] == "a" * 40
    assert "type:deployment" in failed["tags"] and "source:ci" in failed["tags"]
    result = pipeline.event("deployment_status_in_progress")
    assert len(pipeline.passages()) == 1 and "in_progress" in result.log
    result = pipeline.event("deployment_status_success")
    failed, mended = pipeline.passages()
    assert mended["metadata"]["status"] == "success" and mended["metadata"]["duration_seconds"] == 125
    assert failed["metadata"]["resolved"] is True and "v1.4.4" in failed["metadata"]["resolution"]
    assert "Resolved: `Deployment of v1.4.3" in result.summary
    assert len(result.outputs["event-passages"].split()) == 2
    # The step runs again: nothing twice.
    assert "Known already" in pipeline.event("deployment_status_success").log
    assert "Known already" in pipeline.event("deployment_status_failure").log
    assert len(pipeline.passages()) == 2


def test_a_workflow_fails_and_recovers(pipeline):
    pipeline.event("workflow_run_failure")
    pipeline.event("workflow_run_failure")
    failed = pipeline.only()
    assert failed["text"].startswith("Workflow failed: CI (.github/workflows/ci.yml)")
    assert "after 5 min 0 s" in failed["text"] and "Round totals once" in failed["text"]
    assert failed["metadata"]["type"] == "test_failure" and failed["metadata"]["test_name"] == "CI"
    assert failed["metadata"]["occurrences"] == 1 and failed["metadata"]["resolved"] is False
    pipeline.event("workflow_run_fork_success")
    assert pipeline.only()["metadata"]["resolved"] is False, "a fork's branch of the same name mended it"
    pipeline.event("workflow_run_success")
    mended = pipeline.only()
    assert mended["metadata"]["resolved"] is True and mended["metadata"]["resolved_commit"] == "d" * 40


def test_a_check_and_a_job_fail(pipeline):
    pipeline.event("check_run_failure")
    pipeline.event("workflow_job_failure")
    check, job = pipeline.passages()
    assert "Covbot / coverage" in check["text"] and "Coverage fell to 71 %" in check["text"]
    assert "CI / test (linux)" in job["text"] and "in step Run tests" in job["text"]


def test_a_strangers_text_is_data(pipeline):
    result = pipeline.event("workflow_run_fork", env={"PWNED": str(pipeline.folder / "pwned")})
    assert not (pipeline.folder / "pwned").exists()
    assert not any(line.lstrip().startswith("::") for line in result.log.splitlines())
    assert "##[" not in result.log
    # Only inside of code is it shown.
    assert all(line.count("`") in (0, 2, 4) for line in result.summary.splitlines())
    stored = pipeline.only()
    assert "touch" in stored["text"]
    client = Client(pipeline.server.url, headers={"authorization": f"Bearer {pipeline.inputs['password']}"})
    found = client.get(f"/v1/roost/passages/{stored['id']}").json()
    assert found["provenance"]["trust"] == "web" and found["provenance"]["source"] == "ci"


def test_tests_fail_again_and_pass(pipeline):
    reports = {"junit": f"{HERE}/reports/failing.xml\n", "event": "false"}
    first = pipeline.event("push", run="1", sha="1" * 40, more=reports)
    assert first.outputs["new-failures"] == "1"
    again = pipeline.event("push", run="1", sha="1" * 40, attempt="2", more=reports)
    assert again.outputs["new-failures"] == "0" and again.outputs["repeated-failures"] == "0"
    more = pipeline.event("push", run="2", sha="2" * 40, more=reports)
    assert more.outputs["repeated-failures"] == "1"
    failed = pipeline.only()
    assert failed["metadata"]["occurrences"] == 2
    assert failed["metadata"]["commits"] == ["1" * 40, "2" * 40]
    assert failed["metadata"]["file_path"] == "tests/test_orders.py"
    assert "assert 3 == 4" in failed["text"] and "Not resolved yet" in failed["text"]
    passing = {"junit": f"{HERE}/reports/pass*.xml", "event": "false"}
    mended = pipeline.event("push", run="3", sha="3" * 40, more=passing)
    assert mended.outputs["resolved"] == "1"
    assert "Resolved: Test tests.test_orders.test_total" in mended.log
    assert pipeline.only()["metadata"]["resolved_commit"] == "3" * 40


def test_other_events_are_named_and_left(pipeline):
    result = pipeline.event("push")
    assert "Nothing is learned from the event 'push'" in result.log
    assert pipeline.passages() == []


def test_a_server_that_is_away_fails_nothing_but_the_strict(pipeline):
    away = {"base-url": "http://127.0.0.1:9", "junit": f"{HERE}/reports/failing.xml"}
    result = pipeline.event("workflow_run_failure", more=away)
    assert result.log.count("::warning title=Roost::Nothing was stored in memory.") == 2, result.log
    with pytest.raises(AssertionError):
        pipeline.event("workflow_run_failure", more={**away, "strict": "true"})


def test_without_an_address_or_a_program_nothing_is_done(pipeline):
    assert "::notice" in pipeline.event("workflow_run_failure", more={"base-url": ""}).log
    missing = pipeline.event("workflow_run_failure", more={"roost-bin": "/nowhere/roost"})
    assert "::warning" in missing.log and "roost-bin" in missing.log
    download = pipeline.event("workflow_run_failure", more={"install": "download", "download-url": "http://x"})
    assert "https" in download.log
    assert pipeline.passages() == []


def test_the_events_are_json():
    for path in sorted((HERE / "events").glob("*.json")):
        assert "repository" in json.loads(path.read_text()), path


def test_the_script_is_sound():
    subprocess.run(["bash", "-n", str(ACTION.folder / "find-roost.sh")], check=True)
