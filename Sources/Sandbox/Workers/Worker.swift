import CLinux
import Domain
import Glibc
import Platform

/// An interpreter that has been started, inside its sandbox, and waits for the one call it serves.
final class Worker: Sendable {
    /// Bubblewrap, or the interpreter itself where there is no sandbox.
    let process: ChildProcess
    /// Where the runner answers.
    let answer: PipeEnd
    /// The first process of the sandbox: with it all others end.
    let root: Int32
    /// Its pidfd; -1 where the root is `process` itself.
    private let rootHandle: Int32
    /// Whose processes they are; nil: the server's own user's.
    private let user: (id: UInt32, group: UInt32)?
    /// Bytes of its file system.
    private let files: Int

    /// - Parameter root: nil: the process itself.
    init(
        process: ChildProcess, answer: PipeEnd, root: Int32?, user: (id: UInt32, group: UInt32)? = nil, files: Int = 0
    ) throws(CodeError) {
        self.user = user
        self.files = files
        self.process = process
        self.answer = answer
        self.root = root ?? process.id
        rootHandle = root.map(roost_process_open) ?? -1
        // Its number could be another's by now, unless it is still bubblewrap's child.
        if let root, rootHandle < 0 || ProcessTree.parent(of: root) != process.id {
            throw CodeError(.unavailable, "The sandbox ended while it was being made. Try again.")
        }
    }

    deinit {
        stop()
        if rootHandle >= 0 { close(rootHandle) }
    }

    var isRunning: Bool { process.ending == nil }

    /// Sets limits of all its processes, now and later. Only before it has been given code: until then they are ours alone.
    /// - Throws: `CodeError(.unavailable)`.
    func limit(_ limits: [ResourceLimit]) throws(CodeError) {
        do throws(ChildProcessError) {
            try ResourceLimit.apply(limits, to: root, of: user)
            // Those that the root had already started; later ones inherit.
            for child in ProcessTree.children(of: root) { try ResourceLimit.apply(limits, to: child, of: user) }
        } catch {
            // It is gone: the call finds that out.
            if error.code == ESRCH { return }
            throw CodeError(.unavailable, "Code cannot be run: \(error.description).")
        }
    }

    /// Puts all its processes into a group, and those that they start. Only before it has been given code.
    func join(_ group: ControlGroup) -> Bool {
        ([root] + ProcessTree.children(of: root)).allSatisfy(group.add)
    }

    /// Files and folders in its own file systems; 0 outside a sandbox. Blocks shortly.
    var fileCount: Int {
        guard rootHandle >= 0 else { return 0 }
        return Bubblewrap.writable(files: files).reduce(0) { count, part in
            var facts = statvfs()
            // Nothing can be put in the way of these: the folder above them cannot be written. A sandbox that is still being
            // made shows the machine's folders there, which have another size.
            guard statvfs("/proc/\(root)/root\(part.folder)", &facts) == 0, facts.f_frsize > 0,
                Int(facts.f_blocks) == (part.size + Int(facts.f_frsize) - 1) / Int(facts.f_frsize)
            else { return count }
            return count + Int(facts.f_files - facts.f_ffree)
        }
    }

    /// Kills everything in it, at once; `process.ended()` says when it is done.
    func stop() {
        if rootHandle >= 0, roost_process_signal(rootHandle, SIGKILL) == 0 { return }
        process.send(SIGKILL)
    }
}
