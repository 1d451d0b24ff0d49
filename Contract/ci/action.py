"""Runs the steps of a composite action as GitHub's runner would: environment, outputs, conditions, one shell a step."""

import dataclasses
import os
import pathlib
import re
import subprocess

import yaml

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
#: A context's value, as actions name it: inputs.base-url, steps.roost.outputs.bin, github.action_path.
CONTEXT = re.compile(r"(inputs|github|steps)((?:\.[A-Za-z0-9_-]+)+)")


@dataclasses.dataclass
class Result:
    code: int
    log: str
    outputs: dict
    summary: str


class Action:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.definition = yaml.safe_load((self.folder / "action.yml").read_text())

    @property
    def steps(self):
        return self.definition["runs"]["steps"]

    def run(self, workspace, inputs, env):
        """Runs all steps until one fails.

        - inputs: what the workflow gives under `with`; the others have their defaults.
        - env: what the runner sets, `GITHUB_…`.
        """
        known = self.definition["inputs"]
        unknown = set(inputs) - set(known)
        assert not unknown, f"inputs that the action does not have: {unknown}"
        context = {
            "inputs": {name: inputs.get(name, item.get("default", "")) for name, item in known.items()},
            "github": {"action_path": str(self.folder)},
            "steps": {},
        }
        log, summary = "", ""
        for number, step in enumerate(self.steps):
            if "if" in step and not condition(step["if"], context):
                continue
            files = {name: workspace / f".{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
            for path in files.values():
                path.write_text("")
            variables = {name: expand(str(value), context) for name, value in step.get("env", {}).items()}
            script = workspace / f".step-{number}.sh"
            script.write_text(expand(step["run"], context))
            assert step["shell"] == "bash"
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                cwd=workspace,
                env={
                    **env,
                    **variables,
                    **{name: str(path) for name, path in files.items()},
                    "GITHUB_WORKSPACE": str(workspace),
                    "GITHUB_ACTION_PATH": str(self.folder),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=60,
            )
            log += done.stdout.decode()
            summary += files["GITHUB_STEP_SUMMARY"].read_text()
            outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
            context["steps"][step["id"]] = {"outputs": outputs}
            if done.returncode != 0:
                return Result(done.returncode, log, {}, summary)
        outputs = {name: expand(item["value"], context) for name, item in self.definition["outputs"].items()}
        return Result(0, log, outputs, summary)


def expand(text, context):
    """A text with its `${{ … }}` replaced."""
    return EXPRESSION.sub(lambda match: str(value(match[1].strip(), context)), text)


def value(expression, context):
    match = CONTEXT.fullmatch(expression)
    assert match, f"an expression that this test does not know: {expression}"
    found = context[match[1]]
    for part in match[2].split(".")[1:]:
        # What a step that did not run would have put out is empty.
        found = found.get(part, {} if match[1] == "steps" else None)
        assert found is not None, f"{expression} is not there"
    return "" if found == {} else found


def condition(text, context):
    """`A == 'x' && B != ''`."""
    text = EXPRESSION.fullmatch(text.strip())[1] if EXPRESSION.fullmatch(text.strip()) else text
    for part in text.split("&&"):
        left, sign, right = re.fullmatch(r"\s*(\S+)\s*(==|!=)\s*'([^']*)'\s*", part).groups()
        if (value(left, context) == right) != (sign == "=="):
            return False
    return True


def runner_environment(**more):
    """What a runner gives every step; nothing of whoever runs the tests but where programs are."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REF_NAME": "main",
        "SWIFT_BACKTRACE": "enable=no",
        **more,
    }
