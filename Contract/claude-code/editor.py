"""Stands in for Claude Code: reads the settings that setup wrote, runs the hooks as it does, writes the transcript it would.

What it sends and how it takes answers follows observed sessions: one JSON object on standard input, commands in exec form or
through a shell, matchers, timeouts, `additionalContext`, `systemMessage`, exit codes, texts over 10,000 characters replaced.
"""

import datetime
import difflib
import json
import os
import pathlib
import re
import subprocess
import uuid

LONGEST_CONTEXT = 10_000


class Turn:
    """What the hooks of one event did."""

    def __init__(self):
        self.contexts, self.messages, self.denials, self.errors, self.seconds = [], [], [], [], []

    @property
    def context(self):
        """What reaches the model."""
        return "\n".join(self.contexts)

    @property
    def message(self):
        """What the user is shown."""
        return "\n".join(self.messages)


class Editor:
    """A project and a user's home."""

    def __init__(self, project, home, env):
        self.project, self.home = pathlib.Path(project), pathlib.Path(home)
        self.env = {**env, "HOME": str(self.home)}

    def settings(self):
        """The hooks and variables of the user's, the project's and the local settings, in this order."""
        hooks, env = {}, {}
        files = [
            self.home / ".claude/settings.json",
            self.project / ".claude/settings.json",
            self.project / ".claude/settings.local.json",
        ]
        for path in files:
            if path.exists():
                settings = json.loads(path.read_text())
                env.update(settings.get("env", {}))
                for event, groups in settings.get("hooks", {}).items():
                    hooks.setdefault(event, []).extend(groups)
        return hooks, env

    def run(self, event, payload, tool=None):
        """Runs every hook of an event whose matcher fits."""
        hooks, env = self.settings()
        turn = Turn()
        for group in hooks.get(event, []):
            subject = tool if tool is not None else payload.get("source", payload.get("trigger", payload.get("reason", "")))
            matcher = group.get("matcher", "")
            if matcher not in ("", "*") and not re.fullmatch(matcher, subject or ""):
                continue
            for hook in group["hooks"]:
                self.run_one(hook, event, payload, env, turn)
        return turn

    def run_one(self, hook, event, payload, settings_env, turn):
        assert hook["type"] == "command", hook
        command = [hook["command"], *hook["args"]] if "args" in hook else ["/bin/sh", "-c", hook["command"]]
        env = {
            **self.env,
            **settings_env,
            "CLAUDE_PROJECT_DIR": str(self.project),
            "CLAUDE_CODE_SESSION_ID": payload["session_id"],
            "CLAUDECODE": "1",
        }
        began = datetime.datetime.now()
        process = subprocess.run(
            command,
            input=json.dumps(payload).encode(),
            capture_output=True,
            env=env,
            cwd=payload["cwd"],
            timeout=hook.get("timeout", 60),
        )
        turn.seconds.append((datetime.datetime.now() - began).total_seconds())
        if process.returncode != 0:
            turn.errors.append(f"{command}: exit {process.returncode}: {process.stderr.decode()}")
            return
        if process.stderr:
            turn.errors.append(f"{command} wrote to stderr: {process.stderr.decode()}")
        self.take(process.stdout.decode(), event, turn)

    def take(self, text, event, turn):
        if not text.strip():
            return
        try:
            answer = json.loads(text)
        except ValueError:
            if event in ("SessionStart", "UserPromptSubmit"):
                turn.contexts.append(text)
            return
        if "systemMessage" in answer:
            turn.messages.append(answer["systemMessage"])
        specific = answer.get("hookSpecificOutput")
        if specific is None:
            return
        if specific.get("hookEventName") != event:
            turn.errors.append(f"hookEventName {specific.get('hookEventName')} at {event}")
            return
        if specific.get("permissionDecision") == "deny":
            turn.denials.append(specific.get("permissionDecisionReason", ""))
        context = specific.get("additionalContext")
        if context is not None:
            if len(context) > LONGEST_CONTEXT:
                turn.errors.append(f"{len(context)} characters of context")
            turn.contexts.append(context)


class Session:
    """One conversation. Every method tells the hooks, and writes what Claude Code would write into the transcript."""

    def __init__(self, editor, identifier=None):
        self.editor = editor
        self.id = identifier or str(uuid.uuid4())
        slug = str(editor.project).replace("/", "-")
        self.transcript = editor.home / ".claude/projects" / slug / f"{self.id}.jsonl"
        self.prompt_id, self.last, self.number = None, None, 0
        self.turns = []

    # Events

    def start(self, source="startup"):
        return self._tell("SessionStart", source=source)

    def prompt(self, text):
        self.prompt_id = str(uuid.uuid4())
        turn = self._tell("UserPromptSubmit", prompt=text, permission_mode="default")
        self._write("user", {"role": "user", "content": text}, permissionMode="default")
        return turn

    def say(self, text):
        self.last = text
        self._write("assistant", self._assistant({"type": "text", "text": text}))

    def tool(self, name, tool_input, response, output="ok"):
        """A tool call that works. Nil when a hook forbids it."""
        use = self._use(name, tool_input)
        before = self._tell("PreToolUse", tool=name, tool_name=name, tool_input=tool_input, tool_use_id=use)
        if before.denials:
            return before
        self._result(use, output, toolUseResult=response)
        return self._tell(
            "PostToolUse",
            tool=name,
            tool_name=name,
            tool_input=tool_input,
            tool_response=response,
            tool_use_id=use,
            duration_ms=12,
        )

    def fail(self, name, tool_input, error):
        use = self._use(name, tool_input)
        self._tell("PreToolUse", tool=name, tool_name=name, tool_input=tool_input, tool_use_id=use)
        self._result(use, error, is_error=True)
        return self._tell(
            "PostToolUseFailure",
            tool=name,
            tool_name=name,
            tool_input=tool_input,
            tool_use_id=use,
            error=error,
            is_interrupt=False,
            duration_ms=12,
        )

    def edit(self, path, old, new):
        """As the Edit tool does it, on the real file."""
        path = self.editor.project / path
        before = path.read_text()
        assert old in before
        after = before.replace(old, new, 1)
        path.write_text(after)
        unified = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="")
        patch = [line for line in unified if line[:2] not in ("--", "++", "@@")]
        response = {
            "filePath": str(path),
            "oldString": old,
            "newString": new,
            "originalFile": before,
            "structuredPatch": [{"oldStart": 1, "oldLines": 1, "newStart": 1, "newLines": 1, "lines": patch}],
            "userModified": False,
            "replaceAll": False,
        }
        return self.tool("Edit", {"file_path": str(path), "old_string": old, "new_string": new}, response)

    def write(self, path, content):
        path = self.editor.project / path
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() if path.exists() else None
        path.write_text(content)
        response = {
            "type": "create" if before is None else "update",
            "filePath": str(path),
            "content": content,
            "structuredPatch": [],
            "originalFile": before,
        }
        return self.tool("Write", {"file_path": str(path), "content": content}, response)

    def bash(self, command, stdout=""):
        response = {"stdout": stdout, "stderr": "", "interrupted": False, "isImage": False}
        return self.tool("Bash", {"command": command}, response, output=stdout)

    def stop(self):
        return self._tell("Stop", stop_hook_active=False, last_assistant_message=self.last, background_tasks=[])

    def compact(self, summary):
        turns = [self._tell("PreCompact", trigger="manual", custom_instructions="")]
        self._record({"type": "system", "subtype": "compact_boundary", "content": "Conversation compacted"})
        text = f"This session is being continued from a previous conversation.\nSummary:\n{summary}"
        self._write("user", {"role": "user", "content": text}, isCompactSummary=True)
        turns.append(self.start("compact"))
        turns.append(self._tell("PostCompact", trigger="manual", compact_summary=summary))
        return turns

    def end(self, reason="other"):
        return self._tell("SessionEnd", reason=reason)

    @property
    def errors(self):
        """What hooks did that Claude Code would complain about."""
        return [error for turn in self.turns for error in turn.errors]

    @property
    def messages(self):
        return [message for turn in self.turns for message in turn.messages]

    # Workings

    def _tell(self, event, tool=None, **own):
        payload = {
            "session_id": self.id,
            "transcript_path": str(self.transcript),
            "cwd": str(self.editor.project),
            "hook_event_name": event,
            **({"prompt_id": self.prompt_id} if self.prompt_id else {}),
            **own,
        }
        turn = self.editor.run(event, payload, tool)
        self.turns.append(turn)
        return turn

    def _use(self, name, tool_input):
        self.number += 1
        use = f"toolu_{self.number:024x}"
        self._write("assistant", self._assistant({"type": "tool_use", "id": use, "name": name, "input": tool_input}))
        return use

    def _result(self, use, output, is_error=False, **more):
        block = {"tool_use_id": use, "type": "tool_result", "content": output}
        if is_error:
            block["is_error"] = True
        self._write("user", {"role": "user", "content": [block]}, **more)

    def _assistant(self, block):
        return {"id": f"msg_{uuid.uuid4().hex}", "type": "message", "role": "assistant", "content": [block]}

    def _write(self, kind, message, **more):
        self._record({"type": kind, "isSidechain": False, "message": message, "promptId": self.prompt_id, **more})

    def _record(self, record):
        self.transcript.parent.mkdir(parents=True, exist_ok=True)
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = {
            "uuid": str(uuid.uuid4()),
            "timestamp": now,
            "cwd": str(self.editor.project),
            "sessionId": self.id,
            "version": "2.1.329",
            "gitBranch": "main",
            **record,
        }
        with open(self.transcript, "a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")


def environment(roost_home, binary):
    """What a user's shell would hand on: nothing of the test's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    folder = str(pathlib.Path(binary).resolve().parent)
    return {**kept, "PATH": f"{folder}:{kept.get('PATH', '/usr/bin:/bin')}", "ROOST_HOME": str(roost_home)}
