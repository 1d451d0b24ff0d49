import CLinux
import Domain
import Glibc
import Platform
import Testing

@testable import Sandbox

/// Workers that wait for calls.
@Suite(.serialized, SandboxMachine.requirement) struct PoolTests {
    private let place = WorkerPlace(language: .python, files: 1 << 20)

    private func pool(size: Int, idle: Duration = .seconds(100)) async throws -> WorkerPool {
        let ground = Ground(TestRunner.configuration())
        let workers = try await ground.workers()
        return WorkerPool(size: size, idle: idle, log: .silent, start: { try await workers.worker($0) })
    }

    /// Looks again and again, for seconds, until something is so.
    private func eventually(_ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<1000 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test func `nothing waits before the first call, as many as wanted after it`() async throws {
        let pool = try await pool(size: 3)
        #expect(pool.ready(place).isEmpty)
        pool.refill(place)
        #expect(pool.ready(place).isEmpty)
        let first = try await pool.take(place)
        pool.refill(place)
        #expect(try await eventually { pool.ready(place).count == 3 })
        let waiting = pool.ready(place)
        let second = try await pool.take(place)
        #expect(second === waiting[0])
        await pool.close()
        for worker in waiting.dropFirst() { #expect(!worker.isRunning) }
        first.stop()
        await first.process.ended()
    }

    @Test func `workers that died while they waited are replaced without a word`() async throws {
        let pool = try await pool(size: 2)
        _ = try await pool.take(place)
        pool.refill(place)
        #expect(try await eventually { pool.ready(place).count == 2 })
        let waiting = pool.ready(place)
        for worker in waiting { kill(worker.root, SIGKILL) }
        for worker in waiting { await worker.process.ended() }
        let worker = try await pool.take(place)
        #expect(worker.isRunning)
        #expect(!waiting.contains { $0 === worker })
        await pool.close()
    }

    @Test func `workers that are not called for are let go`() async throws {
        let pool = try await pool(size: 2, idle: .seconds(3))
        _ = try await pool.take(place)
        pool.refill(place)
        #expect(try await eventually { !pool.ready(place).isEmpty })
        let waiting = pool.ready(place)
        #expect(try await eventually { pool.ready(place).isEmpty && waiting.allSatisfy { !$0.isRunning } })
        await pool.close()
    }

    @Test func `a closed pool gives nothing`() async throws {
        let pool = try await pool(size: 2)
        await pool.close()
        let error = await #expect(throws: CodeError.self) { _ = try await pool.take(place) }
        #expect(error?.message == "The server is stopping.")
    }

    @Test func `other places have other workers`() async throws {
        let pool = try await pool(size: 1)
        _ = try await pool.take(place)
        pool.refill(place)
        #expect(try await eventually { pool.ready(place).count == 1 })
        var other = place
        other.hasNetwork = true
        #expect(pool.ready(other).isEmpty)
        await pool.close()
    }

    @Test func `calls beyond those that run and wait are refused`() async throws {
        var configuration = TestRunner.configuration()
        configuration.callsAtOnce = 1
        configuration.callsWaiting = 1
        let sandbox = LocalSandbox(configuration, log: .silent)
        let slow = CodeCall.python("import time\ndef main():\n    time.sleep(1)\n    return 'slow'")
        let results = await withTaskGroup(of: Result<String, any Error>.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    do { return .success(try await sandbox.run(slow).text) } catch { return .failure(error) }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let refused = results.compactMap { result -> CodeError? in
            if case .failure(let error as CodeError) = result { error } else { nil }
        }
        #expect(refused.count == 2 && refused.allSatisfy { $0.code == .busy })
        #expect(refused.first?.message.hasPrefix("1 tools run and 1 wait already.") == true)
        await sandbox.close()
    }

    @Test func `a cancelled call is killed`() async throws {
        let name = "cancelled-\(getpid()).py"
        var configuration = TestRunner.configuration()
        configuration.runners = [.python: TestRunner.python(named: name)]
        configuration.readyWorkers = 0
        let sandbox = LocalSandbox(configuration, log: .silent)
        let call = Task { try await sandbox.run(.python("import time\ndef main():\n    time.sleep(1000)")) }
        #expect(try await eventually { try HostileTool.isRunning(name) })
        call.cancel()
        await #expect(throws: CancellationError.self) { _ = try await call.value }
        #expect(try !HostileTool.isRunning(name))
    }

    @Test func `calls leave no descriptors and no processes`() async throws {
        let name = "leaks-\(getpid()).py"
        var configuration = TestRunner.configuration()
        configuration.runners = [.python: TestRunner.python(named: name)]
        configuration.readyWorkers = 0
        let sandbox = LocalSandbox(configuration, log: .silent)
        let call = CodeCall.python("def main():\n    return 1")
        _ = try await sandbox.run(call)
        let before = Self.descriptors
        for _ in 0..<10 { _ = try await sandbox.run(call) }
        // Other tests open some meanwhile, but not one for each.
        #expect(Self.descriptors < before + 10)
        #expect(try !HostileTool.isRunning(name))
    }

    private static var descriptors: Int { (0..<4096).count { fcntl(Int32($0), F_GETFD) >= 0 } }

    @Test(arguments: ["required", "unsandboxed"])
    func `a server that is killed leaves no process`(_ policy: String) async throws {
        let name = "killed-\(policy)-\(getpid()).py"
        let program = ChildProgram(Self.host, [policy, name])
        let host = try await ChildProcess.start(program)
        let line = try await host.output?.read() ?? []
        #expect(String(decoding: line, as: UTF8.self) == "ready\n")
        #expect(try HostileTool.isRunning(name))
        // Not through the object, which would kill a whole group.
        kill(host.id, SIGKILL)
        #expect(await host.ended() == .signalled(SIGKILL))
        #expect(try await eventually { try !HostileTool.isRunning(name) })
    }

    @Test func `a sandbox whose making was cut off is swept away`() async throws {
        // As a server leaves it that is killed while bubblewrap waits for itself: only the inner one is there.
        // By a shell and in a session of its own, so that nothing else ends it.
        let bubblewrap = try #require(ChildProgram.path(of: "bwrap", in: "/usr/local/bin:/usr/bin:/bin"))
        var program = ChildProgram(
            "/bin/sh",
            [
                "-c", "setsid \"$@\" & echo $!; wait", "sh", bubblewrap, "--unshare-all", "--block-fd", "3",
                "--ro-bind",
                "/usr", "/usr", "--", "/usr/bin/true", "/run/roost/orphan.py",
            ])
        var ends: [Int32] = [0, 0]
        #expect(roost_pipe(&ends) == 0)
        program.descriptors = [ends[0]]
        program.environment = Bubblewrap.environment
        let shell = try await ChildProcess.start(program)
        close(ends[0])
        let line = try await shell.output?.read() ?? []
        let outer = try #require(Int32(String(decoding: line.dropLast(), as: UTF8.self)))
        #expect(try await eventually { !ProcessTree.children(of: outer).isEmpty })
        let inner = try #require(ProcessTree.children(of: outer).first)
        // While its outer one lives it is none of ours to end.
        OrphanSweep.run()
        #expect(ProcessTree.parent(of: inner) == outer)
        kill(outer, SIGKILL)
        #expect(try await eventually { ProcessTree.parent(of: inner) != outer })
        #expect(ProcessTree.parent(of: inner) != nil)
        OrphanSweep.run()
        #expect(try await eventually { ProcessTree.parent(of: inner) == nil })
        close(ends[1])
    }

    /// The program beside the tests.
    private static let host: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count - 1))
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // swift test runs the bundle by a program of the toolchain on other systems, on Linux itself.
        return path.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/SandboxHost"
    }()
}
