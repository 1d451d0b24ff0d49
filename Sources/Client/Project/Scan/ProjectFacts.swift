import Platform

/// What the files of a project say about it.
struct ProjectFacts: Sendable, Equatable {
    var about: String?
    var stack: [String] = []
    var dependencies: [String] = []
    var layout: [String] = []
    var commands: [String] = []
    var services: [String] = []
    /// Documents for whoever works on it.
    var guides: [String] = []

    /// Adds what another file says.
    /// - Parameter place: the folder it stands in, when that is not the top.
    mutating func add(_ other: ProjectFacts, from place: String? = nil) {
        let prefix = place.map { $0 + ": " } ?? ""
        if about == nil, place == nil { about = other.about }
        stack += other.stack.map { prefix + $0 }
        dependencies += other.dependencies
        commands += other.commands.map { $0 + (place.map { " (in \($0))" } ?? "") }
        services += other.services
        guides += other.guides
    }

    private static let longestLine = 500

    /// For the block `project_context`, the most important first; nothing for what is not known.
    var lines: [(name: String, text: String)] {
        let named: [(String, String)] = [
            ("About", about ?? ""), ("Stack", Self.listed(stack, 12)),
            ("Build and test", Self.listed(commands.map { "`\($0)`" }, 12)), ("Layout", Self.listed(layout, 16)),
            ("Dependencies", Self.listed(dependencies, 16)), ("Services", Self.listed(services, 10)),
            ("Guides", Self.listed(guides, 6)),
        ]
        return named.filter { !$0.1.isEmpty }.map { name, text in
            (name, ShortText.preview(text, Self.longestLine))
        }
    }

    private static func listed(_ items: [String], _ most: Int) -> String {
        let all = items.uniqued
        let more = all.count > most ? ", and \(all.count - most) more" : ""
        return all.prefix(most).joined(separator: ", ") + more
    }
}
