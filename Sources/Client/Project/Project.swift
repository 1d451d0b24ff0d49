import Glibc
import Platform

/// The folder that somebody works in, as memory knows it: what it is called, and the agent that its files name.
package struct Project: Sendable, Equatable {
    /// An agent as a file names it: by its id, or by its name alone.
    package struct NamedAgent: Sendable, Equatable {
        package let reference: String
        /// The file, as messages call it.
        package let path: String
    }

    /// Nil for the root of the file system, which is nobody's project.
    package let name: String?
    package let agent: NamedAgent?
    /// The folder that its `.claude` belongs in: the top of the working tree, else where a file names the agent, else itself.
    package let top: String
    /// Files that should name an agent and cannot be read.
    package let problems: [String]

    /// Looks at the folder and its parents, the nearest first. Reads a few small files.
    package init(folder: String) {
        var named: AgentSettings?
        var problems: [String] = []
        var root: String?
        var (tree, settingsFolder): (String?, String?)
        for place in Self.parents(of: folder) {
            if named == nil {
                named = AgentSettings.nearest(in: place, &problems)
                if named != nil { settingsFolder = place }
            }
            if root == nil {
                root = Self.repository(at: place)
                if root != nil { tree = place }
            }
        }
        let base = root ?? Self.parents(of: folder).first
        top = tree ?? settingsFolder ?? Self.parents(of: folder).first ?? folder
        name = named?.project ?? base.flatMap(Self.lastPart)
        agent = named.flatMap { settings in
            (settings.agentID ?? settings.agentName).map { NamedAgent(reference: $0, path: settings.path) }
        }
        self.problems = problems
    }

    /// The name of the agent that keeps a project's memory.
    package static func agentName(_ project: String) -> String { "memory-" + project }

    /// A path as notes have it: relative to the project where it is inside of it.
    /// - Parameter working: the folder that a relative path is meant from.
    package func noted(_ path: String, from working: String) -> String {
        let absolute = FileText.plain(path.hasPrefix("/") ? path : working + "/" + path)
        return FileText.relative(absolute, to: top) ?? absolute
    }

    // MARK: Folders

    /// The folder, then its parents up to the root.
    private static func parents(of folder: String) -> [String] {
        let path = FileText.resolved(folder) ?? folder
        guard path.hasPrefix("/") else { return [] }
        let parts = path.split(separator: "/").suffix(200)
        return (0...parts.count).reversed().map { "/" + parts.prefix($0).joined(separator: "/") }
    }

    private static func lastPart(_ path: String) -> String? { path.split(separator: "/").last.map(String.init) }

    /// The repository that a folder is the top of. A second worktree belongs to the repository it was made from.
    private static func repository(at folder: String) -> String? {
        let git = folder == "/" ? "/.git" : folder + "/.git"
        var status = stat()
        guard stat(git, &status) == 0 else { return nil }
        if status.st_mode & S_IFMT == S_IFDIR { return folder }
        guard let bytes = FileText.readPlain(git) else { return folder }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("gitdir: /"), let end = text.firstRange(of: "/.git/worktrees/") else { return folder }
        return String(text[..<end.lowerBound].dropFirst("gitdir: ".count))
    }
}

/// What a file says about the agent of the folder it is in.
struct AgentSettings: Sendable {
    let agentID: String?
    let agentName: String?
    let project: String?
    let path: String

    /// Those of `roost` and of the scripts before it, the most deliberate first.
    private static let files = [
        ".claude/letta_agent.json", ".claude/settings.local.json", ".claude/settings.json", "letta_agent_config.json",
    ]

    /// The first file of a folder that names an agent.
    static func nearest(in folder: String, _ problems: inout [String]) -> AgentSettings? {
        for file in files {
            let path = (folder == "/" ? "" : folder) + "/" + file
            guard let bytes = FileText.readPlain(path) else { continue }
            // Why it is no JSON does not help whoever has to look at it.
            guard let json = (try? JSONValue(parsing: bytes, maximumDepth: 32))?.object else {
                problems.append("\(path) is not a JSON object, so it names no agent. Correct it or remove it.")
                continue
            }
            if let settings = AgentSettings(json, path: path) { return settings }
        }
        return nil
    }

    private init?(_ json: JSONObject, path: String) {
        let variables = json["env"]?.object
        agentID = Self.text(json["agent_id"]) ?? Self.text(variables?["LETTA_AGENT_ID"])
        agentName = Self.text(json["agent_name"])
        project = Self.text(json["project_name"]) ?? Self.text(variables?["LETTA_PROJECT"])
        self.path = path
        if agentID == nil, agentName == nil, project == nil { return nil }
    }

    /// A variable that was not expanded is as good as none.
    private static func text(_ value: JSONValue?) -> String? {
        guard let text = value?.string, !text.isEmpty, !text.hasPrefix("${") else { return nil }
        return text
    }
}
