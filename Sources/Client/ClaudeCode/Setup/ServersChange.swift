import Platform

/// What setup writes into `.mcp.json` or `~/.claude.json`, and takes out of it again.
struct ServersChange: Sendable {
    let plan: SetupOptions

    private static let path = ["mcpServers"]

    /// - Throws: `SetupError` for what setup must not touch, `JSONError`.
    func install(_ edit: inout JSONEdit, _ notes: inout [String]) throws {
        guard edit.value(Self.path).map({ $0.object != nil }) ?? true else {
            throw SetupError("mcpServers in \(plan.servers) is not an object. Correct it; nothing was changed.")
        }
        if plan.usesPlugin {
            // The plugin brings its own.
            for name in Self.predecessors(edit) { try takeOut(name, &edit, &notes) }
            return try Self.remove(&edit)
        }
        if edit.value(Self.path + [RoostTool.server]) == nil, let name = Self.predecessors(edit).first {
            try takeOver(name, &edit, &notes)
        }
        for name in Self.predecessors(edit) { try takeOut(name, &edit, &notes) }
        guard let entry = edit.tree.node(Self.path + [RoostTool.server]), let value = edit.tree.value(of: entry) else {
            return try edit.set(Self.path + [RoostTool.server], .object(plan.entry))
        }
        if Self.isAddress(value) { return try setAddress(RoostTool.server, &edit) }
        try complete(&edit)
    }

    static func remove(_ edit: inout JSONEdit) throws {
        guard edit.value(path + [RoostTool.server]) != nil else { return }
        try edit.pruning([path]) { try $0.remove(path + [RoostTool.server]) }
    }

    // MARK: Predecessors

    /// Servers of the public MCP servers for Letta, by what they start or where they are.
    static func predecessors(_ edit: JSONEdit) -> [String] {
        edit.tree.members(of: edit.tree.node(path)).filter { member in
            edit.tree.value(of: member.value).map { isPredecessor(member.name, $0) } == true
        }.map(\.name)
    }

    static func isPredecessor(_ name: String, _ entry: JSONValue) -> Bool {
        if name == RoostTool.server { return false }
        if let url = entry["url"]?.string {
            return (name + url).lowercased().contains("letta")
                && (url.contains(":3001") || url.hasSuffix("/sse") || url.hasSuffix("/mcp"))
        }
        guard let command = entry["command"]?.string else { return false }
        return HookEntries.lastPart(command) == "letta-mcp"
            || ([command] + (entry["args"]?.strings ?? [])).contains { word in
                word == "letta-mcp" || word.contains("letta-mcp-server")
            }
    }

    private static func isAddress(_ entry: JSONValue) -> Bool { entry["url"] != nil }

    /// One that is too many. What is taken out is kept for the way back, so one that holds a password stays.
    private func takeOut(_ name: String, _ edit: inout JSONEdit, _ notes: inout [String]) throws {
        guard let entry = edit.value(Self.path + [name]) else { return }
        guard !holdsSecret(entry), Self.secrets(entry).isEmpty else {
            notes.append(
                "The MCP server '\(name)' does the same as 'roost' and holds a password, so it was left as it is: remove it from "
                    + "\(plan.servers), or the model sees both.")
            return
        }
        try edit.pruning([Self.path]) { try $0.remove(Self.path + [name]) }
    }

    private func holdsSecret(_ entry: JSONValue) -> Bool {
        SecretName.isIn(HookEntries.words(entry) + " " + (entry["url"]?.string ?? ""))
    }

    /// Names of variables and headers that have their secret value in plain text.
    private static func secrets(_ entry: JSONValue) -> [String] {
        ["env", "headers"].flatMap { part in
            (entry[part]?.object?.members ?? []).filter { member in
                SecretName.isIn(member.value.string ?? "")
                    || SecretName.isOne(member.name) && SecretName.isLiteral(member.value.string ?? "")
            }.map(\.name)
        }
    }

    /// Turns a predecessor's entry into ours and leaves everything else of it: passwords that were written into it are
    /// neither read nor kept elsewhere.
    private func takeOver(_ name: String, _ edit: inout JSONEdit, _ notes: inout [String]) throws {
        let path = Self.path + [name]
        guard let entry = edit.value(path) else { return }
        // What is replaced is kept for the way back, and a password must not be.
        guard !holdsSecret(entry) else {
            throw SetupError(
                "The MCP server '\(name)' in \(plan.servers) holds a password in its arguments or address. Move it to its "
                    + "'env', or remove that entry; then run setup again.")
        }
        if Self.isAddress(entry) {
            try setAddress(name, &edit)
        } else {
            try edit.set(path + ["command"], .string(plan.command))
            try edit.set(path + ["args"], plan.entry["args"] ?? [])
            if entry["type"].map({ $0 != "stdio" }) == true { try edit.set(path + ["type"], "stdio") }
        }
        try edit.remove(path + ["transport"])
        if entry["alwaysAllow"] != nil {
            notes.append(
                "'alwaysAllow' is nothing that Claude Code reads; permissions.allow in the settings takes its place.")
            try edit.remove(path + ["alwaysAllow"])
        }
        for key in Self.secrets(entry) {
            notes.append(
                "\(plan.servers) holds the value of \(key) in plain text. It was left as it is; \"${LETTA_PASSWORD:-}\" and an "
                    + "exported variable keep it out of the file.")
        }
        try edit.rename(path, to: RoostTool.server)
        try complete(&edit)
    }

    /// Sets what our entry of a process needs; members that are there and right stay as they are.
    private func complete(_ edit: inout JSONEdit) throws {
        let path = Self.path + [RoostTool.server]
        guard let entry = edit.value(path), !Self.isAddress(entry) else { return }
        for member in entry["env"]?.object?.members ?? [] {
            if let text = member.value.string, text.hasPrefix("${"), text.hasSuffix("}"), !text.contains(":-") {
                try edit.set(path + ["env", member.name], .string(text.dropLast() + ":-}"))
            }
        }
        let hasOwnTools = plan.profile == .memory && entry["args"]?.strings?.first == "mcp"
        for part in ["type", "command", "args"] where part != "args" || !hasOwnTools {
            if let value = plan.entry[part], entry[part] != nil || part != "type" { try edit.set(path + [part], value) }
        }
        guard let server = plan.server else { return }
        let present = edit.value(path + ["env", "LETTA_BASE_URL"])?.string
        if present.map({ ServerAddress.same(Self.withDefault($0), server) }) != true {
            try edit.set(path + ["env", "LETTA_BASE_URL"], .string("${LETTA_BASE_URL:-\(server)}"))
        }
        if edit.value(path + ["env", "LETTA_PASSWORD"]) == nil, edit.value(path + ["env", "LETTA_API_KEY"]) == nil {
            try edit.set(path + ["env", "LETTA_PASSWORD"], "${LETTA_PASSWORD:-}")
        }
    }

    /// An entry that is an address stays one: whoever wrote it may have no `roost` where the client runs.
    private func setAddress(_ name: String, _ edit: inout JSONEdit) throws {
        let path = Self.path + [name]
        guard let server = plan.server else {
            // Ours may point anywhere.
            if name == RoostTool.server { return }
            throw SetupError(
                "The MCP server '\(name)' in \(plan.servers) is an address, and it does not say where the memory's own server "
                    + "is. Name it: --server http://HOST:8283; or remove that entry.")
        }
        let present = edit.value(path + ["url"])?.string ?? ""
        if name != RoostTool.server || !present.hasPrefix(server + "/mcp") {
            try edit.set(path + ["url"], .string(server + "/mcp"))
        }
        try edit.set(path + ["type"], "http")
        if edit.value(path + ["headers", "Authorization"]) == nil {
            try edit.set(path + ["headers", "Authorization"], "Bearer ${LETTA_PASSWORD:-}")
        }
    }

    /// The server that an entry's environment names.
    static func server(_ edit: JSONEdit) -> String? {
        let names = [RoostTool.server] + predecessors(edit)
        for name in names {
            if let text = edit.value(path + [name, "env", "LETTA_BASE_URL"])?.string { return withDefault(text) }
            // An address of ours ends in /mcp, perhaps with a query.
            if name == RoostTool.server, let url = edit.value(path + [name, "url"])?.string,
                let end = url.firstRange(of: "/mcp")
            {
                return String(url[..<end.lowerBound])
            }
        }
        return nil
    }

    /// `d` of `${X:-d}`.
    private static func withDefault(_ text: String) -> String {
        guard text.hasPrefix("${"), text.last == "}", let mark = text.firstRange(of: ":-") else { return text }
        return String(text[mark.upperBound...].dropLast())
    }
}
