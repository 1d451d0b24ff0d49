import Glibc
import Platform

/// Ends what a killed server left behind. Bubblewrap's inner process waits for its outer one before it is set to die with it:
/// when a server is killed in the milliseconds in which a sandbox is made, it waits for ever. No code has come into it.
enum OrphanSweep {
    /// Blocks: it reads the names of all processes.
    /// - Returns: how many were found.
    @discardableResult static func run() -> Int {
        let orphans = ProcessTree.all.filter(isOrphan)
        for process in orphans { kill(process, SIGKILL) }
        return orphans.count
    }

    /// The first process of a sandbox of ours whose parent is no bubblewrap: sandboxes that are alive have one.
    private static func isOrphan(_ process: Int32) -> Bool {
        guard ProcessTree.text("/proc/\(process)/comm") == "bwrap\n",
            let line = ProcessTree.text("/proc/\(process)/cmdline"), line.containsBytes(of: Bubblewrap.runnerFolder),
            let status = ProcessTree.text("/proc/\(process)/status"), isFirst(status),
            let parent = ProcessTree.parent(of: process)
        else { return false }
        return ProcessTree.text("/proc/\(parent)/comm") != "bwrap\n"
    }

    /// Whether a process is the first one of a namespace: `NSpid: 4711 1`.
    private static func isFirst(_ status: String) -> Bool {
        let line = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
        let numbers = line?.split { $0 == "\t" || $0 == " " }.dropFirst() ?? []
        return numbers.count > 1 && numbers.last == "1"
    }
}
