import Domain
import Platform
import Testing

extension HostileTests {
    /// Tools that use up.
    @Suite(.serialized) struct Resources {
        @Test func `a fork bomb runs into the limit of processes`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    count = 0
                    while True:
                        try:
                            if os.fork() == 0:
                                time.sleep(1000)
                            count += 1
                        except BlockingIOError:
                            return count
                """
            ) { $0.limits.processes = 20 }
            #expect(result.ending == .returned)
            #expect(result.value?.int.map { (5..<20).contains($0) } == true)
        }

        @Test func `a fork bomb of the shell ends with its call`() async throws {
            let result = try await HostileTool.run(
                "def main():\n    subprocess.Popen(['/bin/sh', '-c', 'bomb() { bomb | bomb & }; bomb # hostile-bomb'])\n    time.sleep(1000)"
            ) {
                $0.limits.seconds = 2
                $0.limits.processes = 30
            }
            #expect(result.ending == .timedOut(seconds: 2))
            let isRunning = try HostileTool.isRunning("hostile-bomb")
            #expect(!isRunning)
        }

        @Test func `threads count as processes`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    count = 0
                    try:
                        while True:
                            threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
                            count += 1
                    except RuntimeError as error:
                        return f"{count} {error}"
                """
            ) { $0.limits.processes = 16 }
            #expect(result.text == "15 can't start new thread")
        }

        @Test func `a disk filler fills its own file system`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    written, names = 0, 0
                    block = b"x" * 1048576
                    while True:
                        names += 1
                        try:
                            with open(f"/tmp/{names}", "wb", buffering=0) as file:
                                for _ in range(4):
                                    written += file.write(block)
                        except OSError as error:
                            return [errno.errorcode[error.errno], written >> 20]
                """
            ) { $0.limits.files = 32 << 20 }
            #expect(result.value == ["ENOSPC", 32])
        }

        @Test func `one file is not larger than all may be`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                    return refused(lambda: os.truncate(os.open("/tmp/sparse", os.O_CREAT | os.O_RDWR), 1 << 40))
                """)
            #expect(["EFBIG", "EINVAL"].contains(result.text), "\(result.text)")
        }

        @Test func `files without a size are counted`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    for number in range(10 ** 9):
                        os.mknod(f"/tmp/{number}", 0o600 | stat.S_IFIFO)
                """
            ) { $0.limits.seconds = 60 }
            #expect(result.complaint == "It was stopped because it made more than 200000 files.")
        }

        @Test func `no folder but its own can be written`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    found = []
                    for folder, folders, _ in os.walk("/"):
                        folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc/self", "/proc")]
                        try:
                            name = os.path.join(folder, "hostile")
                            os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
                            os.unlink(name)
                            found.append(folder)
                        except OSError:
                            pass
                    return found
                """
            ) { $0.limits.seconds = 60 }
            #expect(result.value == ["/dev/shm", "/tmp"] || result.value == ["/tmp", "/dev/shm"], "\(result.text)")
        }

        @Test func `memory of one process is limited`() async throws {
            let result = try await HostileTool.run("def main():\n    return len(bytearray(1 << 40)) or 1") {
                $0.limits.memory = 128 << 20
            }
            #expect(result.ending == .raised(kind: "MemoryError", message: ""))
            let slow = try await HostileTool.run(
                "def main():\n    rest = []\n    while True:\n        rest.append(bytearray(1 << 20))"
            ) { $0.limits.memory = 128 << 20 }
            #expect(slow.ending == .raised(kind: "MemoryError", message: ""))
        }

        @Test func `memory of many processes is counted together`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    for _ in range(8):
                        if os.fork() == 0:
                            rest = bytearray(b"x") * (60 << 20)
                            time.sleep(1000)
                    time.sleep(1000)
                """
            ) { $0.limits.memory = 200 << 20 }
            #expect(result.complaint == "It was stopped because its processes used more than 200 MB of memory.")
        }

        @Test func `shared memory is memory`() async throws {
            let result = try await HostileTool.run(
                """
                import mmap
                def main():
                    rest = []
                    for _ in range(8):
                        part = mmap.mmap(-1, 64 << 20)
                        for place in range(0, 64 << 20, 4096):
                            part[place] = 1
                        rest.append(part)
                    time.sleep(1000)
                """
            ) { $0.limits.memory = 200 << 20 }
            #expect(result.complaint == "It was stopped because its processes used more than 200 MB of memory.")
        }

        @Test func `memory that belongs to no process cannot be had`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    return [kernel((319, 279), b"name", 0), kernel((29, 194), 0, 1 << 30, 0o1600), kernel((68, 186), 0, 0o1600)]
                """)
            #expect(result.value == ["ENOSYS", "ENOSYS", "ENOSYS"])
        }

        @Test func `an endless loop is ended by the processor time it takes`() async throws {
            let result = try await HostileTool.run("def main():\n    while True: pass") {
                $0.limits.processorSeconds = 1
            }
            #expect(result.complaint == "It was ended because it used more than 1 seconds of processor time.")
        }

        @Test func `a loop that will not hear of it is killed`() async throws {
            let result = try await HostileTool.run(
                "def main():\n    signal.signal(signal.SIGXCPU, signal.SIG_IGN)\n    while True: pass"
            ) { $0.limits.processorSeconds = 1 }
            #expect(result.complaint.hasPrefix("It was killed (SIGKILL)"))
        }

        @Test func `sleeping past the wall limit is ended`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    for number in range(1, 65):
                        refused(lambda: signal.signal(number, signal.SIG_IGN))
                    time.sleep(1000)
                """
            ) { $0.limits.seconds = 1 }
            #expect(result.ending == .timedOut(seconds: 1))
        }

        @Test func `open files are limited`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    return refused(lambda: [os.dup(1) for _ in range(100000)])
                """)
            #expect(result.text == "EMFILE")
        }

        @Test func `limits cannot be raised, nor the priority`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    kinds = [resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_CPU, resource.RLIMIT_DATA,
                        resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE]
                    answers = {refused(lambda: resource.setrlimit(kind, (-1, -1))) for kind in kinds}
                    answers.add(refused(lambda: os.nice(-5)))
                    answers.add(refused(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))))
                    answers.add(put("/proc/self/oom_score_adj", "-1000"))
                    return sorted(answers)
                """)
            #expect(!result.text.contains("DONE") && result.ending == .returned, "\(result.text)")
        }

        @Test func `a stack without end is a crash of its own`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    sys.setrecursionlimit(10 ** 9)
                    def deeper(number):
                        return sorted([1], key=lambda _: deeper(number + 1))
                    deeper(0)
                """)
            #expect(result.ending != .returned)
            #expect(!result.complaint.isEmpty)
        }
    }
}
