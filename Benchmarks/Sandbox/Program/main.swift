import Domain
import Glibc
import Platform
import Sandbox

/// What a call of a trivial tool costs: through the pool, without it, and beside starting the interpreter by hand.
/// Prints JSON: for each way the milliseconds of every call. Usage: SandboxBenchmark COUNT
let script = """
    import json, os, sys, ast, inspect, traceback
    request = json.loads(sys.stdin.readline())
    space = {}
    exec(compile(request["source"], "tool.py", "exec"), space)
    result = space[request["function"]](**request["arguments"])
    os.write(3, (json.dumps({"ok": True, "text": str(result), "value": result}) + "\\n").encode())
    """

let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200
var configuration = SandboxConfiguration()
configuration.runners = [
    .python: RunnerSource(
        interpreters: ["/usr/bin/python3"], fileName: "runner.py", script: Array(script.utf8))
]
configuration.readyWorkers = 2
let pooled = LocalSandbox(configuration, log: .silent)
configuration.readyWorkers = 0
let cold = LocalSandbox(configuration, log: .silent)
configuration.policy = .unsandboxed
let unsandboxed = LocalSandbox(configuration, log: .silent)

var call = CodeCall(.python, source: "def add(a, b):\n    return a + b\n", function: "add")
call.arguments = ["a": 2, "b": 3]

func run(_ sandbox: LocalSandbox) async throws {
    let result = try await sandbox.run(call)
    guard result.value == 5 else {
        throw CodeError(.unavailable, "\(result.ending) \(result.stderr)")
    }
}

func start(_ path: String, _ arguments: [String]) async throws {
    var program = ChildProgram(path, arguments)
    program.input = .nothing
    program.output = .nothing
    program.error = .nothing
    guard try await ChildProcess.start(program).ended() == .exited(0) else {
        throw CodeError(.unavailable, "\(path) failed")
    }
}

func bubblewrapped() async throws {
    try await start(
        "/usr/bin/bwrap",
        [
            "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink",
            "usr/lib64", "/lib64",
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--die-with-parent",
            "/usr/bin/python3", "-c", "pass",
        ])
}

var table: [(String, [Double])] = [
    ("pool", []), ("cold", []), ("unsandboxed", []), ("python", []), ("bwrap python", []),
]
let clock = ContinuousClock()
for round in 0..<(count + 2) {
    let times = [
        try await clock.measure { try await run(pooled) },
        try await clock.measure { try await run(cold) },
        try await clock.measure { try await run(unsandboxed) },
        try await clock.measure { try await start("/usr/bin/python3", ["-c", "pass"]) },
        try await clock.measure { try await bubblewrapped() },
    ]
    // The first rounds find out what there is.
    guard round >= 2 else { continue }
    for (index, time) in times.enumerated() { table[index].1.append(time / .milliseconds(1)) }
    // An agent thinks between two calls.
    try await Task.sleep(for: .milliseconds(100))
}
await pooled.close()
var json = JSONWriter()
json.object { json in
    for (name, times) in table {
        json.key(text: name)
        json.element(.array(times.map { .double($0) }))
    }
}
writeAll(json.bytes + [UInt8(ascii: "\n")], to: 1)
