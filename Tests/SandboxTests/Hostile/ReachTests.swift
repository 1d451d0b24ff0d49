import CLinux
import Domain
import Glibc
import Platform
import Sandbox
import Testing

extension HostileTests {
    /// Tools that look and reach around.
    @Suite(.serialized) struct Reach {
        @Test func `files of the server and its users are not there`() async throws {
            var template = Array("/tmp/roost-secret-XXXXXX".utf8CString)
            let folder = String(cString: mkdtemp(&template))
            defer { rmdir(folder) }
            let home = getenv("HOME").map { String(cString: $0) } ?? "/root"
            let result = try await HostileTool.run(
                """
                def main(folder, home):
                    paths = [folder, home, "/root", "/home", "/var", "/opt", "/srv", "/mnt", "/media", "/boot", "/sys", "/work",
                        "/etc/shadow", "/etc/ssh", "/etc/hostname", "/run/docker.sock", "/run/systemd", "/run/user", "/proc/1/root/root"]
                    return [path for path in paths if os.path.lexists(path)] + sorted(os.listdir("/"))
                """
            ) { $0.arguments = ["folder": .string(folder), "home": .string(home)] }
            let folders = result.value?.strings ?? []
            let known: Set = [
                "bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "tmp", "usr",
            ]
            #expect(folders.contains("usr"))
            #expect(Set(folders).isSubset(of: known), "\(folders)")
        }

        @Test func `it sees no user but its own`() async throws {
            let result = try await HostileTool.run(
                "def main():\n    return [open('/etc/passwd').read(), open('/etc/group').read(), sorted(os.listdir('/etc'))]"
            )
            let answer = try #require(result.value?.array)
            #expect(answer[0] == "tool:x:1000:1000:tool:/tmp:/bin/sh\n")
            #expect(answer[1] == "tool:x:1000:\n")
            let known: Set = ["alternatives", "group", "ld.so.cache", "localtime", "passwd"]
            #expect(Set(answer[2].strings ?? []).isSubset(of: known), "\(answer[2])")
        }

        @Test func `the environment of the server is not its own`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    texts = [repr(dict(os.environ))]
                    for process in filter(str.isdigit, os.listdir("/proc")):
                        for name in ("environ", "cmdline"):
                            try:
                                texts.append(open(f"/proc/{process}/{name}").read())
                            except OSError:
                                pass
                    return [sorted(os.environ), "".join(texts)]
                """)
            let answer = try #require(result.value?.array)
            let names = Set(answer[0].strings ?? [])
            let known: Set = ["HOME", "LANG", "PATH", "PWD", "TMPDIR", "USER", "LC_CTYPE", "OLDPWD"]
            #expect(names.isSubset(of: known), "\(names)")
            #expect(answer[1].string?.containsBytes(of: HostileTool.serverSecret) == false)
        }

        @Test func `it sees only its own processes`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    names = [open(f"/proc/{process}/comm").read().strip() for process in os.listdir("/proc") if process.isdigit()]
                    return [sorted(names), os.getppid()]
                """)
            let answer = try #require(result.value?.array)
            #expect(answer[0].strings?.count == 2, "\(answer[0])")
            #expect(answer[1] == 1)
        }

        @Test func `proc opens no way out`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    answers = {path: put(path, "1") for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
                        "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/proc/sys/kernel/modprobe",
                        "/proc/sys/user/max_user_namespaces", "/proc/self/uid_map", "/proc/self/setgroups")}
                    answers["roots"] = sorted({os.path.realpath(f"/proc/{process}/{name}/..") for process in ("1", "self")
                        for name in ("root",)})
                    answers["outside"] = refused(lambda: open("/proc/1/root/etc/shadow").read())
                    answers["kcore"] = refused(lambda: open("/proc/kcore", "rb").read(16) or 1 / 0)
                    answers["symbols"] = refused(lambda: open("/proc/kallsyms", "rb").read(16) or 1 / 0)
                    return answers
                """)
            let answers = try #require(result.value?.object)
            for member in answers.members where member.name.hasPrefix("/proc/") {
                // What stands behind /dev/null takes everything and does nothing.
                let isNull = member.name == "/proc/sysrq-trigger"
                #expect(isNull || member.value != "DONE", "\(member.name) \(member.value)")
            }
            #expect(answers["roots"] == ["/"] || answers["roots"]?.strings?.allSatisfy { $0.hasPrefix("/") } == true)
            #expect(answers["outside"] == "ENOENT" || answers["outside"] == "EACCES")
            #expect(answers["kcore"] != "DONE" && answers["symbols"] != "DONE")
        }

        @Test func `links lead nowhere`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    answers = []
                    for number, target in enumerate(["/etc/shadow", "../../../../etc/shadow", "/proc/1/root/etc/shadow",
                        "/proc/self/cwd/../../etc/shadow", "/proc/self/fd/3/../x", "/tmp/9", "/root/.ssh"]):
                        os.symlink(target, f"/tmp/link{number}")
                        answers.append(refused(lambda: open(f"/tmp/link{number}").read()))
                    os.symlink("/tmp/loop", "/tmp/loop")
                    answers.append(refused(lambda: open("/tmp/loop")))
                    answers.append(refused(lambda: os.link("/usr/bin/env", "/tmp/hard")))
                    return answers
                """)
            #expect(result.value?.strings?.contains("DONE") == false, "\(result.text)")
        }

        @Test func `devices are the harmless ones`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    names = sorted(os.listdir("/dev"))
                    answers = [refused(lambda: os.open(f"/dev/{name}", os.O_RDWR)) for name in ("mem", "kmsg", "sda", "vda", "kvm",
                        "fuse", "net/tun", "loop-control")]
                    answers += [refused(lambda: os.mknod("/tmp/disk", 0o600 | kind, os.makedev(254, 0)))
                        for kind in (stat.S_IFBLK, stat.S_IFCHR)]
                    return [names, sorted(set(answers))]
                """)
            let answer = try #require(result.value?.array)
            let known: Set = [
                "console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
                "tty",
                "urandom", "zero",
            ]
            #expect(Set(answer[0].strings ?? ["none"]).isSubset(of: known), "\(answer[0])")
            #expect(answer[1].strings?.contains("DONE") == false, "\(answer[1])")
        }

        @Test func `packages can be used and not changed`() async throws {
            let requirement = try PipRequirement("hostile")
            let result = try await HostileTool.run(
                """
                def main():
                    import shared
                    place = shared.__file__
                    return [shared.value, os.path.dirname(place), refused(lambda: open(place, "w")), refused(lambda: os.unlink(place)),
                        refused(lambda: os.mkdir("/packages/new")), refused(lambda: os.chmod(place, 0o777)),
                        refused(lambda: os.rename(place, "/packages/other"))]
                """
            ) { $0.requirements = [requirement] }
            #expect(
                result.value == [1, "/packages", "EROFS", "EROFS", "EROFS", "EROFS", "EROFS"], "\(result.complaint)")
        }

        @Test func `nothing leaves by the network`() async throws {
            let listener = try LoopbackListener()
            let result = try await HostileTool.run(
                """
                def main(port):
                    def connect(address, family=socket.AF_INET):
                        with socket.socket(family, socket.SOCK_STREAM) as out:
                            out.settimeout(2)
                            out.connect(address)
                    def send():
                        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                            out.sendto(b"secret", ("8.8.8.8", 53))
                    return [refused(lambda: connect(("127.0.0.1", port))), refused(lambda: connect(("1.1.1.1", 443))),
                        refused(lambda: connect(("::1", port), socket.AF_INET6)), refused(send),
                        refused(lambda: socket.getaddrinfo("example.org", 443))]
                """
            ) { $0.arguments = ["port": .int(Int64(listener.port))] }
            let answers = result.value?.array?.compactMap(\.string) ?? []
            #expect(answers.count == 5 && !answers.contains("DONE"), "\(result.text) \(result.complaint)")
            #expect(!listener.hasCaller)
        }

        @Test func `with the network it has the machine's, but none of its names without files`() async throws {
            var configuration = TestRunner.configuration()
            configuration.allowsNetwork = true
            let sandbox = LocalSandbox(configuration, log: .silent)
            let listener = try LoopbackListener()
            let name = "roost-network-\(getpid())"
            let abstract = try AbstractListener(name)
            let source = """
                def main(port, name):
                    def connect():
                        socket.create_connection(("127.0.0.1", port), 5).close()
                    def reach(make):
                        with make() as out:
                            out.connect("\\0" + name)
                    return [refused(connect), refused(lambda: reach(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))),
                        refused(lambda: reach(lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0])),
                        refused(lambda: reach(lambda: socket.socketpair()[0])), refused(lambda: socket.socketpair())]
                """
            let result = try await HostileTool.run(source, in: sandbox) {
                $0.arguments = ["port": .int(Int64(listener.port)), "name": .string(name)]
                $0.limits.allowsNetwork = true
            }
            let answers = result.value?.strings ?? []
            #expect(answers.first == "DONE" && answers.last == "DONE" && answers.count == 5, "\(result.complaint)")
            #expect(answers.dropFirst().dropLast().allSatisfy { $0 != "DONE" }, "\(answers)")
            #expect(listener.hasCaller)
            #expect(!abstract.hasCaller)
            // The same tool, where the server gives none.
            let without = try await HostileTool.run(source) {
                $0.arguments = ["port": .int(Int64(listener.port)), "name": .string(name)]
                $0.limits.allowsNetwork = true
            }
            #expect(without.value?.strings?.first == "ECONNREFUSED", "\(without.complaint)")
            await sandbox.close()
        }

        @Test func `sockets of other kinds do not exist for it`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    kinds = [(16, 3, 0), (17, 3, 0), (38, 5, 0), (40, 1, 0), (29, 3, 1), (2, 3, 255), (10, 3, 255), (15, 3, 2),
                        (2, 1, 132), (44, 3, 0), (31, 3, 0), (2, 10, 0)]
                    return [refused(lambda: socket.socket(*kind)) for kind in kinds]
                """)
            #expect(result.value?.strings?.contains("DONE") == false, "\(result.text)")
        }

        @Test func `abstract sockets of the machine are not heard`() async throws {
            let name = "roost-hostile-\(getpid())"
            let listener = try AbstractListener(name)
            let result = try await HostileTool.run(
                """
                def main(name):
                    def connect(kind):
                        with socket.socket(socket.AF_UNIX, kind) as out:
                            out.connect("\\0" + name)
                    found = [os.path.join(folder, name) for folder, _, names in os.walk("/") for name in names
                        if not folder.startswith("/proc") and stat.S_ISSOCK(os.lstat(os.path.join(folder, name)).st_mode)]
                    return [refused(lambda: connect(socket.SOCK_STREAM)), refused(lambda: connect(socket.SOCK_DGRAM)), found]
                """
            ) {
                $0.arguments = ["name": .string(name)]
                $0.limits.seconds = 150
            }
            #expect(result.value == ["ECONNREFUSED", "ECONNREFUSED", []], "\(result.text)")
            #expect(!listener.hasCaller)
        }
    }
}

/// A port on loopback that nobody should call.
private final class LoopbackListener {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | 0o4000, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 4) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    var hasCaller: Bool {
        let caller = accept(descriptor, nil, nil)
        if caller >= 0 { close(caller) }
        return caller >= 0
    }
}

/// A Unix socket without a file that nobody should call.
private final class AbstractListener {
    private let descriptor: Int32

    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | 0o4000, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = [0] + Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let descriptor = descriptor
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 4) == 0
            }
        }
        try #require(isBound)
    }

    deinit { close(descriptor) }

    var hasCaller: Bool {
        let caller = accept(descriptor, nil, nil)
        if caller >= 0 { close(caller) }
        return caller >= 0
    }
}
