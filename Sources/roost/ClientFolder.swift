import Client
import Platform

/// The folder that an MCP client works in: its project, as far as the client says so.
enum ClientFolder {
    /// Claude Code and Cursor name their folder; others start programs in it, or in the user's home, which is then the
    /// user's own memory; some in `/`, which says nothing.
    static func find(_ environment: [String: String], working: String? = FileText.workingFolder) -> String? {
        for name in ["CLAUDE_PROJECT_DIR", "WORKSPACE_FOLDER_PATHS"] {
            // Several folders, or a text that was not expanded, are none that could be meant.
            if let folder = environment[name], folder.hasPrefix("/"), FileText.exists(folder) { return folder }
        }
        return working == "/" ? environment["HOME"] : working
    }

    /// The same; nil when a project was named and this folder is another one's. Its files name an agent, and would win.
    static func find(
        _ environment: [String: String], of project: String?, working: String? = FileText.workingFolder
    ) -> String? {
        guard let folder = find(environment, working: working) else { return nil }
        return project == nil || Project(folder: folder).name == project ? folder : nil
    }
}
