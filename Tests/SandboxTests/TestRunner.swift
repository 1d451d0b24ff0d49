import Domain
import Platform
import Sandbox

/// A minimal runner that speaks the protocol of docs/design/sandbox.md: the least that tests need, and as open to what the
/// code does as a runner can be.
enum TestRunner {
    static let python: RunnerSource = {
        var runner = RunnerSource(
            interpreters: ["/usr/bin/python3"], fileName: "runner.py", script: Array(script.utf8))
        runner.arguments = ["-s", "-B"]
        runner.preload = ["json", "ast", "inspect"]
        runner.packagesVariable = "PYTHONPATH"
        return runner
    }()

    private static let script = #"""
        import importlib, json, os, sys, traceback
        for name in sys.argv[1:]:
            importlib.import_module(name)
        request = json.loads(sys.stdin.readline())
        os.close(0)
        os.open("/dev/null", os.O_RDONLY)
        sys.argv = [""]
        os.set_inheritable(3, False)

        def reply(answer):
            sys.stdout.flush()
            sys.stderr.flush()
            data = (json.dumps(answer) + "\n").encode()
            while data:
                data = data[os.write(3, data):]

        if request["do"] == "schema":
            import ast
            try:
                tree = ast.parse(request["source"])
                names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
                reply({"ok": True, "schema": {"name": names[-1], "parameters": {"type": "object"}}})
            except SyntaxError as error:
                reply({"ok": False, "kind": "SyntaxError", "message": error.msg, "line": error.lineno})
        else:
            os.environ.update(request["environment"])
            space = {"__name__": "tool"}
            try:
                exec(compile(request["source"], "tool.py", "exec"), space)
                result = space[request["function"] or "main"](**request["arguments"])
                answer = {"ok": True, "text": result if isinstance(result, str) else repr(result)}
                try:
                    json.dumps(result)
                    answer["value"] = result
                except (TypeError, ValueError):
                    pass
                reply(answer)
            except BaseException as error:
                reply({"ok": False, "kind": type(error).__name__, "message": str(error),
                    "traceback": traceback.format_exc()})
        """#

    /// The same under another name, which command lines show.
    static func python(named name: String) -> RunnerSource {
        var runner = RunnerSource(interpreters: python.interpreters, fileName: name, script: python.script)
        runner.arguments = python.arguments
        return runner
    }

    static func configuration(_ policy: SandboxConfiguration.Policy = .required) -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        configuration.policy = policy
        configuration.runners = [.python: python]
        return configuration
    }
}

extension CodeCall {
    /// The function `main` of a Python source.
    static func python(_ source: String, _ arguments: JSONObject = [:]) -> CodeCall {
        var call = CodeCall(.python, source: source, function: "main")
        call.arguments = arguments
        call.limits.seconds = 100
        return call
    }
}
