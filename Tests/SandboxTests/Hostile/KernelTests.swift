import Domain
import Platform
import Testing

extension HostileTests {
    /// Tools that ask the kernel for what is not theirs.
    @Suite(.serialized) struct Kernel {
        /// Runs calls, each by its numbers on x86-64 and arm64, and expects that all are refused.
        private func expectRefused(_ calls: String) async throws {
            let result = try await HostileTool.run("def main():\n    return [\(calls)]")
            let answers = result.value?.strings ?? []
            #expect(!answers.isEmpty, "\(result.complaint)")
            for (number, answer) in answers.enumerated() {
                #expect(["EPERM", "ENOSYS"].contains(answer), "call \(number): \(answer)")
            }
        }

        @Test func `ptrace is refused, of others and of itself`() async throws {
            try await expectRefused(
                "kernel((101, 117), 0, 0, 0, 0), kernel((101, 117), 16, 1, 0, 0), kernel((101, 117), 0x4206, os.getppid(), 0, 0)"
            )
        }

        @Test func `the memory of other processes cannot be read or written`() async throws {
            try await expectRefused(
                "kernel((310, 270), 1, 0, 0, 0, 0, 0), kernel((311, 271), 1, 0, 0, 0, 0, 0), kernel((438, 438), 0, 0, 0)"
            )
            let result = try await HostileTool.run(
                """
                def main():
                    child = subprocess.Popen(["/bin/sleep", "100"])
                    return [refused(lambda: open(f"/proc/{process}/mem", "r+b").read(1)) for process in (1, os.getppid())]
                """)
            #expect(!result.text.contains("DONE"), "\(result.text)")
        }

        @Test func `nothing can be mounted`() async throws {
            try await expectRefused(
                """
                kernel((165, 40), b"tmpfs", b"/tmp", b"tmpfs", 0, 0), kernel((165, 40), b"/", b"/tmp", b"", 4096, 0),
                    kernel((165, 40), b"proc", b"/tmp", b"proc", 0, 0), kernel((166, 39), b"/usr", 2),
                    kernel((165, 40), b"", b"/usr", b"", 32 | 4096, 0), kernel((155, 41), b"/tmp", b"/tmp"),
                    kernel((161, 51), b"/tmp"), kernel((428, 428), -100, b"/", 1), kernel((429, 429), -1, b"", -1, b"/tmp", 0),
                    kernel((430, 430), b"tmpfs", 0), kernel((442, 442), -1, b"/", 0, 0, 0)
                """)
        }

        @Test func `there are no further namespaces`() async throws {
            try await expectRefused(
                """
                kernel((272, 97), 0x10000000), kernel((272, 97), 0x00020000), kernel((272, 97), 0x40000000),
                    kernel((56, 220), 0x10000000 | 17, 0, 0, 0, 0), kernel((56, 220), 0x20000000 | 17, 0, 0, 0, 0),
                    kernel((435, 435), 0, 0), kernel((308, 268), os.open("/proc/1/ns/user", os.O_RDONLY), 0)
                """)
            let result = try await HostileTool.run(
                "def main():\n    return subprocess.run(['unshare', '-Ur', 'id'], capture_output=True).returncode")
            #expect(result.value?.int.map { $0 != 0 } == true)
        }

        @Test func `the keyring is out of reach`() async throws {
            try await expectRefused(
                """
                kernel((250, 219), 0, -4, 1), kernel((250, 219), 6, -4), kernel((248, 217), b"user", b"x", b"y", 1, -4),
                    kernel((249, 218), b"user", b"x", 0, -4)
                """)
        }

        @Test func `io_uring, bpf, perf and userfaultfd do not exist for it`() async throws {
            try await expectRefused(
                """
                kernel((425, 425), 8, ctypes.create_string_buffer(256)), kernel((426, 426), 0, 0, 0, 0, 0, 0),
                    kernel((321, 280), 0, ctypes.create_string_buffer(128), 128),
                    kernel((298, 241), ctypes.create_string_buffer(128), 0, -1, -1, 0), kernel((323, 282), 1)
                """)
        }

        @Test func `modules, kexec, reboot and swap are refused`() async throws {
            try await expectRefused(
                """
                kernel((175, 105), 0, 0, b""), kernel((313, 273), 0, b"", 0), kernel((176, 106), b"ext4", 0),
                    kernel((246, 104), 0, 0, 0, 0), kernel((169, 142), 0xfee1dead, 672274793, 0), kernel((167, 224), b"/tmp/x", 0),
                    kernel((163, 89), b"/tmp/x"), kernel((103, 116), 3, 0, 0)
                """)
        }

        @Test func `the clock stays`() async throws {
            let before = Timestamp.now
            try await expectRefused(
                """
                kernel((164, 170), ctypes.create_string_buffer(16), 0), kernel((227, 112), 0, ctypes.create_string_buffer(16)),
                    kernel((159, 171), ctypes.create_string_buffer(256)),
                    kernel((305, 266), 0, ctypes.create_string_buffer(256))
                """)
            #expect(Timestamp.now >= before)
        }

        @Test func `the name of the machine is its own and stays`() async throws {
            try await expectRefused("kernel((170, 161), b'hostile', 7), kernel((171, 162), b'hostile', 7)")
            let result = try await HostileTool.run("def main():\n    return socket.gethostname()")
            #expect(result.text == "sandbox")
        }

        @Test func `files cannot be opened by their number`() async throws {
            try await expectRefused(
                "kernel((303, 264), -100, b'/usr', 0, 0, 0), kernel((304, 265), -100, 0, 0), kernel((300, 262), 0, 0)")
        }

        @Test func `the personality cannot be changed`() async throws {
            try await expectRefused("kernel((135, 92), 0x0040000), kernel((135, 92), 8)")
        }

        @Test func `nothing is typed into terminals`() async throws {
            let result = try await HostileTool.run(
                """
                import fcntl
                def main():
                    answers = [refused(lambda: os.open("/dev/tty", os.O_RDWR))]
                    for descriptor in range(4):
                        for request in (0x5412, 0x541C, 0x5423):
                            answers.append(refused(lambda: fcntl.ioctl(descriptor, request, b"x")))
                    return sorted(set(answers))
                """)
            #expect(result.value == ["ENOSYS", "ENXIO"], "\(result.text)")
        }

        @Test(.enabled("only on x86-64") { isIntel })
        func `the calls of the old architecture kill`() async throws {
            let result = try await HostileTool.run(
                """
                import mmap
                def main():
                    # mov eax, 20 (getpid of 32 bits); int 0x80; ret
                    code = b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3"
                    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
                    page.write(code)
                    place = ctypes.addressof(ctypes.c_char.from_buffer(page))
                    return ctypes.CFUNCTYPE(ctypes.c_int)(place)()
                """)
            #expect(result.complaint == "It was ended by signal 31.")
        }

        @Test func `setuid programs give it nothing`() async throws {
            let result = try await HostileTool.run(
                """
                def main():
                    found = []
                    for folder in ("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec"):
                        for path, _, names in os.walk(folder):
                            for name in names:
                                facts = os.lstat(os.path.join(path, name))
                                if stat.S_ISREG(facts.st_mode) and facts.st_mode & (stat.S_ISUID | stat.S_ISGID):
                                    found.append(os.path.join(path, name))
                    status = open("/proc/self/status").read()
                    facts = {line.split(":")[0]: line.split(":")[1].strip() for line in status.splitlines()}
                    root = subprocess.run(["su", "-c", "id -u"], stdin=subprocess.DEVNULL, capture_output=True).stdout
                    options = [line.split()[3] for line in open("/proc/mounts") if line.split()[1] in ("/usr", "/tmp", "/dev/shm")]
                    return [len(found) > 0, facts["NoNewPrivs"], facts["CapEff"], facts["CapBnd"], facts["Seccomp"],
                        root.decode(), all("nosuid" in option for option in options), os.getuid(), os.geteuid(),
                        refused(lambda: os.setuid(0)), os.getgroups()]
                """)
            #expect(
                result.value == [
                    true, "1", "0000000000000000", "0000000000000000", "2", "", true, 1000, 1000, "EINVAL", [1000],
                ]
                    || result.value?.array?.prefix(9).elementsEqual([
                        true, "1", "0000000000000000", "0000000000000000", "2", "", true, 1000, 1000,
                    ]) == true && !result.text.contains("DONE"), "\(result.text)")
        }

        private static var isIntel: Bool {
            #if arch(x86_64)
                true
            #else
                false
            #endif
        }
    }
}
