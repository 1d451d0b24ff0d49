import Glibc
import Platform

/// What is kept of packages, and for how long.
struct EnvironmentShelf: Sendable {
    let folder: String

    static let most = 64
    static let days = 30.0
    /// A build that was begun so long ago was cut off.
    private static let buildSeconds = 3600.0

    /// Notes that it is used: what was not used for longest goes first.
    static func touch(_ path: String) {
        // A folder that cannot be touched only goes earlier.
        _ = utimensat(AT_FDCWD, path, nil, 0)
    }

    /// Removes what was not used for `days`, the oldest beyond `most`, and what is left of builds that were cut off.
    func clear() async {
        let now = Double(time(nil))
        let entries = FileText.names(in: folder).compactMap { name -> (name: String, age: Double)? in
            var facts = stat()
            guard stat("\(folder)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { return nil }
            return (name, now - Double(facts.st_mtim.tv_sec))
        }
        let building = entries.filter { $0.name.hasPrefix(".building-") && $0.age > Self.buildSeconds }
        let whole = entries.filter { !$0.name.hasPrefix(".") }.sorted { $0.age < $1.age }
        let old = whole.enumerated().filter { $0.offset >= Self.most - 1 || $0.element.age > Self.days * 86_400 }
        for entry in building + old.map(\.element) { await Self.remove("\(folder)/\(entry.name)") }
    }

    /// By rm(1), which follows no links and knows deep trees.
    static func remove(_ path: String) async {
        var program = ChildProgram("/bin/rm", ["-rf", "--", path])
        program.input = .nothing
        program.output = .nothing
        program.error = .nothing
        // What stays is removed with the next build.
        let child = try? await ChildProcess.start(program)
        await child?.ended()
    }
}
