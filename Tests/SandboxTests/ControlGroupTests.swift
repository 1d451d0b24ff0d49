import Glibc
import Platform
import Programs
import Testing

@testable import Sandbox

@Suite struct ControlGroupTests {
    private func folder() throws -> String {
        var template = Array("/tmp/roost-groups-XXXXXX".utf8CString)
        return String(cString: try #require(mkdtemp(&template)))
    }

    private func write(_ text: String, to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        writeAll(Array(text.utf8), to: file)
        close(file)
    }

    private func contents(_ path: String) -> String? { ProcessTree.text(path) }

    @Test func `without what it needs there are no groups`() throws {
        let mount = try folder()
        defer { _ = try? Program.run("rm", "-rf", mount) }
        #expect(ControlGroups(mount: mount, path: nil) == nil)
        #expect(ControlGroups(mount: mount, path: "/") == nil)
        // Only one of two.
        write("memory io\n", to: mount + "/cgroup.controllers")
        write("\(getpid())\n", to: mount + "/cgroup.procs")
        #expect(ControlGroups(mount: mount, path: "/") == nil)
        // Others are in the group, too.
        write("memory pids\n", to: mount + "/cgroup.controllers")
        write("1\n\(getpid())\n", to: mount + "/cgroup.procs")
        #expect(ControlGroups(mount: mount, path: "/") == nil)
        #expect(access(mount + "/server", F_OK) != 0)
    }

    /// The files are ordinary ones here: what is written where.
    @Test func `a group is given its limits before its process`() async throws {
        let mount = try folder()
        defer { _ = try? Program.run("rm", "-rf", mount) }
        mkdir(mount + "/unit", 0o755)
        mkdir(mount + "/unit/server", 0o755)
        write("cpu memory pids\n", to: mount + "/unit/cgroup.controllers")
        write("\(getpid())\n", to: mount + "/unit/cgroup.procs")
        write("", to: mount + "/unit/cgroup.subtree_control")
        write("", to: mount + "/unit/server/cgroup.procs")
        let groups = try #require(ControlGroups(mount: mount, path: "/unit"))
        #expect(contents(mount + "/unit/server/cgroup.procs") == "\(getpid())")
        #expect(contents(mount + "/unit/cgroup.subtree_control") == "+memory +pids")
        // The kernel makes the files of a group; without them it is given up, and nothing stays.
        #expect(groups.group(named: "call", memory: 1, processes: 1) == nil)
        #expect(access(mount + "/unit/call", F_OK) != 0)
    }

    @Test func `a group knows whether its memory was used up`() throws {
        let mount = try folder()
        defer { _ = try? Program.run("rm", "-rf", mount) }
        let group = ControlGroup(folder: mount)
        #expect(!group.ranOutOfMemory)
        write("low 0\nhigh 0\nmax 7\noom 1\noom_kill 0\n", to: mount + "/memory.events")
        #expect(!group.ranOutOfMemory)
        write("low 0\nhigh 0\nmax 7\noom 1\noom_kill 2\n", to: mount + "/memory.events")
        #expect(group.ranOutOfMemory)
    }

    /// Where version 2 is mounted beside version 1, it counts nothing but can be moved in.
    private static let unified = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first {
        access($0 + "/cgroup.procs", W_OK) == 0
    }

    @Test(.enabled("control groups of version 2 can be written") { unified != nil })
    func `processes of a worker are moved by the kernel`() async throws {
        let mount = try #require(Self.unified)
        let group = ControlGroup(folder: "\(mount)/roost-test-\(getpid())")
        try #require(mkdir(group.folder, 0o755) == 0)
        let child = try await ChildProcess.start(ChildProgram("/bin/sleep", ["1000"]))
        #expect(group.add(child.id))
        #expect(contents(group.folder + "/cgroup.procs") == "\(child.id)\n")
        await child.kill()
        await group.remove()
        #expect(access(group.folder, F_OK) != 0)
    }
}
