import Glibc
import Platform
import Testing

@testable import MCP

/// Servers that are programs.
@Suite struct ProgramServerTests {
    /// A server in Python: `ACT` is run for each call with `name` and `a` (the arguments); `say` sends a message.
    private static func program(
        _ act: String, atStart start: String = "pass", environment: [RemoteServer.Field] = []
    ) -> RemoteServer {
        let script = """
            import json, os, sys, time, threading
            def say(**message): print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
            def text(value): return {"content": [{"type": "text", "text": str(value)}]}
            \(start)
            for line in sys.stdin:
                message = json.loads(line)
                method, id = message.get("method"), message.get("id")
                if method == "initialize":
                    say(id=id, result={"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {}})
                elif method == "ping": say(id=id, result={})
                elif method == "tools/call":
                    name, a = message["params"]["name"], message["params"]["arguments"]
                    \(act)
            """
        return RemoteServer(
            .program(command: "python3", arguments: ["-c", script], environment: environment),
            keys: environment.map(\.value))
    }

    private static let echo = "say(id=id, result=text(name + json.dumps(a)))"

    private func failure(
        _ remote: RemoteServer, _ change: (inout ClientLimits) -> Void = { _ in }
    ) async throws -> MCPClientError? {
        let connections = testConnections(change)
        let error = try await MCPTests.failure { try await connections.call("x", [:], on: remote, id: "a") }
        await connections.close()
        return error
    }

    private func isAlive(_ process: Int) -> Bool { kill(pid_t(process), 0) == 0 }

    @Test func `it is started once, spoken to, and ended`() async throws {
        let remote = Self.program("say(id=id, result=text(os.getpid()))")
        let connections = testConnections()
        let first = try await connections.call("x", [:], on: remote, id: "a").text
        let second = try await connections.call("x", [:], on: remote, id: "a").text
        let process = try #require(Int(first))
        #expect(first == second && isAlive(process))
        await connections.close()
        #expect(try await soon { !isAlive(process) })
    }

    @Test func `calls at once are answered in any order`() async throws {
        let remote = Self.program(
            "threading.Thread(target=lambda i=id, n=a['n']: (time.sleep(0.3 - 0.1 * n), say(id=i, result=text(n)))).start()"
        )
        let connections = testConnections()
        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<3 {
                group.addTask {
                    (number, try await connections.call("x", ["n": .int(Int64(number))], on: remote, id: "a").text)
                }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(texts == [0: "0", 1: "1", 2: "2"])
        await connections.close()
    }

    @Test func `it gets the variables that it is given, and of the server's own three`() async throws {
        setenv("ROOST_TEST_SECRET", "not for children", 1)
        let remote = Self.program(
            "say(id=id, result=text(' '.join(sorted(os.environ))))", environment: [.init("GIVEN", "x")])
        let connections = testConnections()
        let names = try await connections.call("x", [:], on: remote, id: "a").text.split(separator: " ")
        #expect(names.contains("GIVEN") && names.contains("PATH") && !names.contains("ROOST_TEST_SECRET"))
        // What Python, or a script in front of it, adds by itself.
        let added = ["LC_CTYPE", "PWD", "SHLVL", "_"]
        #expect(
            names.allSatisfy {
                ["GIVEN", "PATH", "HOME", "LANG"].contains($0) || added.contains(String($0)) || $0.contains("PYENV")
            })
        await connections.close()
    }

    @Test func `no such program`() async throws {
        let remote = RemoteServer(.program(command: "no-such-program", arguments: [], environment: []))
        let error = try await failure(remote)
        #expect(error?.code == .unreachable && error?.message.contains("'no-such-program'") == true)
    }

    @Test func `one that ends at once says why, without its secrets`() async throws {
        let remote = Self.program(
            Self.echo, atStart: "sys.exit('the key ' + os.environ['KEY'] + ' is wrong')",
            environment: [.init("KEY", "topsecret")])
        let error = try await failure(remote)
        #expect(error?.code == .ended && error?.message.contains("status 1") == true)
        #expect(error?.message.contains("It wrote: the key … is wrong") == true)
    }

    @Test func `one that dies in a call fails that call, and is started again`() async throws {
        let remote = Self.program(
            "os._exit(3) if name == 'die' else \(Self.echo)", atStart: "sys.stderr.write('hello\\n')")
        let connections = testConnections()
        let error = try await MCPTests.failure { try await connections.call("die", [:], on: remote, id: "a") }
        #expect(error?.code == .ended && error?.message.contains("status 3") == true)
        #expect(
            try await soon {
                try await MCPTests.failure { try await connections.call("x", [:], on: remote, id: "a") } == nil
            })
        await connections.close()
    }

    @Test func `one that hangs is ended after the call's limit, and started again`() async throws {
        let remote = Self.program("time.sleep(3600) if name == 'hang' else say(id=id, result=text(os.getpid()))")
        let connections = testConnections { limits in
            limits.callSeconds = 3
            limits.pingSeconds = 0.2
        }
        let first = try #require(Int(try await connections.call("x", [:], on: remote, id: "a").text))
        let error = try await MCPTests.failure { try await connections.call("hang", [:], on: remote, id: "a") }
        #expect(error?.code == .timedOut)
        #expect(try await soon { !isAlive(first) })
        var second: Int?
        #expect(
            try await soon {
                second = Int((try? await connections.call("x", [:], on: remote, id: "a").text) ?? "")
                return second != nil
            })
        #expect(second != first)
        await connections.close()
    }

    @Test func `lines that are no messages are passed over`() async throws {
        let remote = Self.program(Self.echo, atStart: "print('starting\\n\\n{\\nwelcome', flush=True)")
        let connections = testConnections()
        #expect(try await connections.call("x", ["a": 1], on: remote, id: "a").text == "x{\"a\": 1}")
        await connections.close()
    }

    @Test(arguments: [
        "while True: print('garbage')", "while True: say(method='notifications/message', params={})",
        "print('x' * (3 << 20), flush=True)",
    ])
    func `a flood of its output ends it`(flood: String) async throws {
        let remote = Self.program("exec(\"\(flood)\")")
        let error = try await failure(remote) { limits in
            limits.strayMessages = 1000
            limits.messageBytes = 1 << 20
        }
        #expect(error?.code == .protocolBroken, "\(String(describing: error))")
    }

    @Test func `a flood of its errors harms nothing`() async throws {
        let remote = Self.program(
            Self.echo,
            atStart:
                "threading.Thread(target=lambda: [sys.stderr.write('e' * 4000 + chr(10)) for _ in iter(int, 1)], daemon=True).start()"
        )
        let connections = testConnections()
        for _ in 0..<10 { #expect(try await connections.call("x", [:], on: remote, id: "a").text == "x{}") }
        await connections.close()
    }

    @Test func `one that does not end when its input does is ended`() async throws {
        let remote = Self.program(
            "say(id=id, result=text(os.getpid()))",
            atStart:
                "import signal, atexit; signal.signal(signal.SIGTERM, signal.SIG_IGN); atexit.register(time.sleep, 3600)"
        )
        let connections = testConnections()
        let process = try #require(Int(try await connections.call("x", [:], on: remote, id: "a").text))
        await connections.close()
        #expect(try await soon { !isAlive(process) })
    }

    @Test func `the programs that it starts end with it`() async throws {
        let remote = Self.program(
            "import subprocess; say(id=id, result=text(subprocess.Popen(['sleep', '3600'], stdin=subprocess.DEVNULL, "
                + "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid))")
        let connections = testConnections()
        let process = try #require(Int(try await connections.call("x", [:], on: remote, id: "a").text))
        #expect(isAlive(process))
        await connections.close()
        #expect(try await soon { !isAlive(process) })
    }
}
