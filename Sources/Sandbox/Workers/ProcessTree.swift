import CLinux
import Glibc
import Platform

/// Processes as /proc shows them.
enum ProcessTree {
    struct Use: Equatable {
        var processes = 0
        /// Bytes in memory, where pages that several share are counted for each.
        var resident = 0
    }

    /// Nil when it is gone.
    static func parent(of process: Int32) -> Int32? {
        // "42 (name) S 1 …", and a name may have anything in it.
        guard let line = text("/proc/\(process)/stat"), let end = line.lastIndex(of: ")") else { return nil }
        let words = line[line.index(after: end)...].split(separator: " ")
        return words.count > 1 ? Int32(words[1]) : nil
    }

    static func children(of process: Int32) -> [Int32] {
        numbers(in: "/proc/\(process)/task").flatMap { thread in
            let line = text("/proc/\(process)/task/\(thread)/children") ?? ""
            return line.split { $0 == " " || $0 == "\n" }.compactMap { Int32($0) }
        }
    }

    /// Every process of the machine.
    static var all: [Int32] { numbers(in: "/proc") }

    private static func numbers(in folder: String) -> [Int32] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var numbers: [Int32] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = Int32(name) { numbers.append(number) }
        }
        return numbers
    }

    /// What a process and all below it use. Blocks, a tenth of a millisecond for each.
    static func use(below root: Int32) -> Use {
        var use = Use()
        for process in family(of: root) {
            use.processes += 1
            use.resident += resident(process)
        }
        return use
    }

    private static func resident(_ process: Int32) -> Int {
        // Size, resident, … in pages.
        guard let words = text("/proc/\(process)/statm")?.split(separator: " "), words.count > 1 else { return 0 }
        return (Int(words[1]) ?? 0) * pageSize
    }

    /// The same with each shared page counted once. Slower: the kernel walks through all pages.
    static func exactMemory(below root: Int32) -> Int {
        var bytes = 0
        for process in family(of: root) {
            // A process can hide it, but not that it has memory.
            guard let rollup = text("/proc/\(process)/smaps_rollup") else {
                bytes += resident(process)
                continue
            }
            for line in rollup.split(separator: "\n") where line.hasPrefix("Pss:") {
                bytes += (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
            }
        }
        return bytes
    }

    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    private static func family(of root: Int32) -> [Int32] {
        var found = [root]
        var next = 0
        // A tree that grows while it is read does not keep this going for ever.
        while next < found.count, found.count < 10_000 {
            found += children(of: found[next])
            next += 1
        }
        return found
    }

    /// A file of /proc; nil when there is none, or it is empty.
    static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(file, &part, part.count)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
