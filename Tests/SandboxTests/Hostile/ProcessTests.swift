import Domain
import Glibc
import Platform
import Sandbox
import Testing

extension HostileTests {
    /// Tools that do things to processes: their own, their parent's, those of other calls.
    @Suite(.serialized) struct Processes {
        @Test func `killing everything kills itself at most`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    answers = [refused(lambda: os.kill(process, signal.SIGKILL)) for process in (1, os.getppid(), 99999)]
                    child = subprocess.Popen(["/bin/sleep", "100"])
                    os.kill(-1, signal.SIGTERM)
                    return [answers, child.wait()]
                """)
            #expect(result.value == [["DONE", "DONE", "ESRCH"], -15], "\(result.complaint)")
        }

        @Test func `killing itself is told as that`() async throws {
            let killed = try await HostileTool.run("def main():\n    os.kill(os.getpid(), signal.SIGKILL)")
            #expect(killed.complaint == "It was killed (SIGKILL), perhaps because the machine had no memory left.")
            let left = try await HostileTool.run("def main():\n    os._exit(3)")
            #expect(left.complaint == "It ended without a result (exit code 3).")
            let crashed = try await HostileTool.run("def main():\n    ctypes.string_at(8)")
            #expect(crashed.complaint == "It crashed (signal 11), perhaps because it had no memory or stack left.")
        }

        @Test func `stopping itself is waited for as long as the wall limit`() async throws {
            let result = try await HostileTool.run("def main():\n    os.kill(os.getpid(), signal.SIGSTOP)") {
                $0.limits.seconds = 1
            }
            #expect(result.ending == .timedOut(seconds: 1))
        }

        @Test func `what it starts in the background ends with the call`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    if os.fork() == 0:
                        os.setsid()
                        if os.fork() == 0:
                            for number in range(1, 65):
                                refused(lambda: signal.signal(number, signal.SIG_IGN))
                            os.execv("/bin/sh", ["sh", "-c", "trap '' TERM HUP INT; sleep 1000 # hostile-daemon"])
                        os._exit(0)
                    os.wait()
                    return "started"
                """)
            #expect(result.text == "started")
            let isRunning = try HostileTool.isRunning("hostile-daemon")
            #expect(!isRunning)
        }

        @Test func `what it leaves in files is gone with the call`() async throws {
            _ = try await HostileTool.run(
                """
                def main():
                    for folder in ("/tmp", "/dev/shm"):
                        os.mkdir(f"{folder}/closed", 0)
                        open(f"{folder}/left", "w").write("secret")
                """)
            let result = try await HostileTool.run(
                "def main():\n    return os.listdir('/tmp') + os.listdir('/dev/shm')")
            #expect(result.value == [])
        }

        @Test func `secrets of a call are not found by another at the same time`() async throws {
            let secret = "s3cret-of-the-first-call"
            var first = CodeCall.python(
                "import os, time\ndef main():\n    time.sleep(1.5)\n    return len(os.environ['KEY'])")
            first.environment = [CodeVariable("KEY", Secret(secret))]
            let holder = first
            async let held = HostileTool.sandbox.run(holder)
            let result = try await HostileTool.run(
                """
                def main(start):
                    found = []
                    for folder, folders, names in os.walk("/"):
                        folders[:] = [name for name in folders if folder != "/" or name not in ("usr", "lib", "bin", "sbin")]
                        for name in names:
                            path = os.path.join(folder, name)
                            try:
                                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
                                if (start + "-first-call").encode() in os.read(descriptor, 65536):
                                    found.append(path)
                                os.close(descriptor)
                            except OSError:
                                pass
                    return found
                """
            ) {
                $0.arguments = ["start": "s3cret-of-the"]
                $0.limits.seconds = 150
            }
            #expect(result.value == [], "\(result.complaint)")
            let length = try await held
            #expect(length.text == "\(secret.utf8.count)")
        }

        @Test func `secrets are masked in all that comes out`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    key = os.environ["KEY"]
                    print(f"out {key}")
                    print(f"err {key}", file=sys.stderr)
                    return {key: [key, f"in {key}."], "id": os.environ["ID"]}
                """
            ) {
                $0.environment = [
                    CodeVariable("KEY", Secret("hunter2-hunter2")),
                    CodeVariable("ID", Secret("agent-1"), isSecret: false),
                ]
            }
            #expect(result.value == .object(["***": ["***", "in ***."], "id": "agent-1"]))
            #expect(result.stdout == ["out ***\n"] && result.stderr == ["err ***\n"])
            #expect(!result.text.containsBytes(of: "hunter2"))
            let raised = try await HostileTool.run("def main():\n    raise KeyError(os.environ['KEY'])") {
                $0.environment = [CodeVariable("KEY", Secret("hunter2-hunter2"))]
            }
            #expect(raised.ending == .raised(kind: "KeyError", message: "'***'"))
            #expect(!raised.stderr.joined().containsBytes(of: "hunter2"))
        }

        @Test func `a secret is in no command line`() async throws {
            let secret = "s3cret-\(getpid())-argv"
            var call = CodeCall.python("import time\ndef main():\n    time.sleep(1)\n    return 'slept'")
            call.environment = [CodeVariable("KEY", Secret(secret))]
            let holder = call
            async let held = HostileTool.sandbox.run(holder)
            try await Task.sleep(for: .milliseconds(400))
            let isShown = try HostileTool.isRunning(secret)
            #expect(!isShown)
            #expect(try await held.text == "slept")
        }

        @Test func `a crash leaves no core`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    answers = [refused(lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))),
                        list(resource.getrlimit(resource.RLIMIT_CORE))]
                    child = os.fork()
                    if child == 0:
                        ctypes.string_at(8)
                    _, status = os.waitpid(child, 0)
                    return answers + [os.WTERMSIG(status), os.WCOREDUMP(status), os.listdir("/tmp")]
                """)
            #expect(
                result.value == ["ENOSYS", [1, 1], 11, false, []]
                    || result.value?.array?.dropFirst() == [[1, 1], 11, false, []])
            #expect(result.value?.array?.first != "DONE", "\(result.text)")
        }

        @Test func `standard input is empty`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    return [sys.stdin.read(), os.read(0, 100).decode(), os.readlink("/proc/self/fd/0"),
                        subprocess.run(["/bin/cat"], capture_output=True, text=True).stdout]
                """)
            #expect(result.value == ["", "", "/dev/null", ""], "\(result.complaint)")
        }

        @Test func `it has no descriptor but its own`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    names = []
                    for name in os.listdir("/proc/self/fd"):
                        try:
                            names.append([int(name), os.readlink(f"/proc/self/fd/{name}").split(":")[0]])
                        except OSError:
                            pass
                    return sorted(names)
                """)
            #expect(result.value == [[0, "/dev/null"], [1, "pipe"], [2, "pipe"], [3, "pipe"]], "\(result.text)")
        }

        @Test func `a huge command line is refused by the kernel`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    return [refused(lambda: subprocess.run(["/bin/true", "x" * (10 << 20)])),
                        refused(lambda: subprocess.run(["/bin/true"] + ["x" * 1000] * 100000))]
                """)
            #expect(result.value == ["E2BIG", "E2BIG"], "\(result.complaint)")
        }

        @Test func `another program in its place gives no result`() async throws {
            let result = try await HostileTool.run("def main():\n    os.execv('/bin/echo', ['echo', 'replaced'])")
            #expect(result.complaint == "It ended without a result (exit code 0).")
            #expect(result.stdout == ["replaced\n"])
        }
    }
}
