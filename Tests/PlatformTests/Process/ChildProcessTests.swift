import CLinux
import Glibc
import Platform
import Testing

@Suite struct ChildProcessTests {
    private func everything(_ end: PipeEnd?) async throws -> String {
        var bytes: [UInt8] = []
        while let part = try await end?.read(), !part.isEmpty { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func shell(_ script: String) -> ChildProgram { ChildProgram("/bin/sh", ["-c", script]) }

    @Test func `what it writes is read and how it ends is known`() async throws {
        let child = try await ChildProcess.start(shell("echo out; echo err >&2; exit 7"))
        let output = try await everything(child.output)
        let error = try await everything(child.error)
        #expect(output == "out\n" && error == "err\n")
        #expect(await child.ended() == .exited(7))
        #expect(child.ending == .exited(7))
    }

    @Test func `a signal is an ending of its own`() async throws {
        let child = try await ChildProcess.start(shell("kill -TERM $$"))
        #expect(await child.ended() == .signalled(SIGTERM))
    }

    @Test func `megabytes go through both ways at once`() async throws {
        let child = try await ChildProcess.start(ChildProgram("/bin/cat"))
        let sent = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        async let writing: Void = {
            try await child.input?.write(sent)
            child.input?.close()
        }()
        var received: [UInt8] = []
        while let part = try await child.output?.read(), !part.isEmpty { received += part }
        try await writing
        #expect(received == sent)
        #expect(await child.ended() == .exited(0))
    }

    @Test func `it has the environment, folder and descriptors that are named, and no others`() async throws {
        var program = shell("/usr/bin/env; pwd; ls -x /proc/self/fd")
        program.environment = [("ONE", "1"), ("TWO", "a b")]
        program.directory = "/usr"
        program.descriptors = [2]
        // Left open for children on purpose: it has to be closed all the same.
        let leak = dup(2)
        defer { close(leak) }
        let child = try await ChildProcess.start(program)
        child.input?.close()
        let lines = try await everything(child.output).split(separator: "\n").map(String.init)
        // PWD and such are the shell's own.
        let own: Set = ["PWD", "OLDPWD", "_", "SHLVL"]
        let variables = lines.filter { $0.contains("=") && !own.contains(String($0.prefix { $0 != "=" })) }
        #expect(Set(variables) == ["ONE=1", "TWO=a b"])
        #expect(lines.contains("/usr"))
        // 4 is ls's own, of the folder.
        #expect(lines.last?.split(separator: " ").map(String.init) == ["0", "1", "2", "3", "4"])
    }

    @Test func `its descriptors can be given in any order`() async throws {
        var first: [Int32] = [0, 0]
        var second: [Int32] = [0, 0]
        #expect(roost_pipe(&first) == 0 && roost_pipe(&second) == 0)
        var program = shell("echo three >&3; echo five >&5; cat <&4")
        program.output = .pipe
        program.descriptors = [second[1], -1, first[1]]
        let child = try await ChildProcess.start(program)
        close(first[1])
        close(second[1])
        let five = try await everything(PipeEnd(first[0]))
        let three = try await everything(PipeEnd(second[0]))
        let output = try await everything(child.output)
        #expect(five == "five\n" && three == "three\n" && output.isEmpty)
    }

    @Test func `a program that is not there is an error that names it`() async throws {
        let error = await #expect(throws: ChildProcessError.self) {
            _ = try await ChildProcess.start(ChildProgram("/nowhere/program"))
        }
        #expect(error?.code == ENOENT)
        #expect(error?.description == "/nowhere/program cannot be started (program): No such file or directory")
    }

    @Test func `killing reaches its children`() async throws {
        let child = try await ChildProcess.start(shell("sleep 1000 & echo $!; wait"))
        let line = try await child.output?.read() ?? []
        let grandchild = try #require(Int32(String(decoding: line, as: UTF8.self).dropLast()))
        #expect(await child.kill() == .signalled(SIGKILL))
        // The pipe is at its end when the last one that held it is gone.
        #expect(try await everything(child.output).isEmpty)
        #expect(!isRunning(grandchild))
    }

    @Test func `what it leaves in its group is killed with it`() async throws {
        let child = try await ChildProcess.start(shell("sleep 1000 & echo $!"))
        let line = try await child.output?.read() ?? []
        let grandchild = try #require(Int32(String(decoding: line, as: UTF8.self).dropLast()))
        #expect(await child.ended() == .exited(0))
        #expect(try await everything(child.output).isEmpty)
        #expect(!isRunning(grandchild))
    }

    @Test func `without its object it is killed`() async throws {
        var child: ChildProcess? = try await ChildProcess.start(shell("sleep 1000"))
        let output = child?.output
        child = nil
        #expect(try await everything(output).isEmpty)
    }

    @Test func `a cancelled task does not wait for output`() async throws {
        let child = try await ChildProcess.start(shell("sleep 1000"))
        let reading = Task { try await child.output?.read() }
        await Task.yield()
        reading.cancel()
        await #expect(throws: CancellationError.self) { _ = try await reading.value }
        // It can be read again.
        await child.kill()
        #expect(try await everything(child.output).isEmpty)
    }

    @Test func `closing an end wakes who reads it`() async throws {
        let child = try await ChildProcess.start(shell("sleep 1000"))
        let reading = Task { try await child.output?.read() }
        await Task.yield()
        child.output?.close()
        #expect(try await reading.value == [])
    }

    @Test func `writing to a program that is gone is an error`() async throws {
        let child = try await ChildProcess.start(ChildProgram("/bin/true"))
        await child.ended()
        let error = await #expect(throws: ChildProcessError.self) { try await child.input?.write([1]) }
        #expect(error?.code == EPIPE)
    }

    @Test func `limits hold`() async throws {
        var program = shell("ulimit -c; ulimit -n; ulimit -t")
        program.limits = [.coreSize(0), .openFiles(20), .processorSeconds(3)]
        let child = try await ChildProcess.start(program)
        #expect(try await everything(child.output) == "0\n20\n3\n")
    }

    @Test(.enabled(if: getuid() == 0, "only root can become another user"))
    func `root can start it as another user`() async throws {
        var program = shell("id -u; id -g; id -G")
        program.user = (65_534, 65_533)
        let child = try await ChildProcess.start(program)
        #expect(try await everything(child.output) == "65534\n65533\n65533\n")
    }

    @Test func `many start and end at once`() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let child = try await ChildProcess.start(self.shell("cat; exit \(number)"))
                    try await child.input?.write(Array("\(number)".utf8))
                    child.input?.close()
                    let output = try await self.everything(child.output)
                    let ending = await child.ended()
                    return output == "\(number)" && ending == .exited(Int32(number))
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    /// Whether a process is there and not only waiting to be reaped.
    private func isRunning(_ id: Int32) -> Bool {
        guard let file = fopen("/proc/\(id)/stat", "r") else { return false }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        return !text.contains(") Z") && !text.contains(") X") && count > 0
    }
}
