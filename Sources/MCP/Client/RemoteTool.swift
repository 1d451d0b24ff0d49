package import Platform

/// A tool as a server describes it. Nothing in it is trusted but its size.
package struct RemoteTool: Sendable, Equatable {
    package let name: String
    package let title: String?
    package let description: String?
    /// Empty when the server gave none, or something else.
    package let inputSchema: JSONObject
    package let outputSchema: JSONObject?
    package let annotations: JSONObject?

    /// Nil without a usable name.
    init?(_ json: JSONValue) {
        guard let name = json["name"]?.string, (1...Self.longestName).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else { return nil }
        self.name = name
        title = json["title"]?.string
        description = json["description"]?.string
        inputSchema = json["inputSchema"]?.object ?? JSONObject()
        outputSchema = json["outputSchema"]?.object
        annotations = json["annotations"]?.object
    }

    private static let longestName = 500
}

/// What a call gave.
package struct RemoteResult: Sendable, Equatable {
    /// Its texts, joined by line feeds; what is no text as a line that names it.
    package let text: String
    package let structured: JSONObject?
    package let isError: Bool

    init(_ result: JSONObject, _ mask: (String) -> String) {
        let parts = (result["content"]?.array ?? []).map(Self.text)
        structured = result["structuredContent"]?.object
        var text = parts.joined(separator: "\n")
        if text.isEmpty, let structured { text = JSONValue.object(structured).text }
        // Results of revision 2024-10-07.
        if text.isEmpty, let older = result["toolResult"] { text = older.string ?? older.text }
        self.text = mask(text)
        isError = result["isError"]?.bool ?? false
    }

    private static func text(_ part: JSONValue) -> String {
        let type = part["type"]?.string
        switch type {
        case "text": return part["text"]?.string ?? ""
        case "image", "audio":
            return "[\(type ?? ""): \(part["mimeType"]?.string ?? "unknown"), not shown]"
        case "resource":
            let resource = part["resource"]
            if let text = resource?["text"]?.string { return text }
            return "[resource: \(resource?["uri"]?.string ?? "unknown"), "
                + "\(resource?["mimeType"]?.string ?? "unknown"), not shown]"
        case "resource_link":
            return "[resource: \(part["uri"]?.string ?? "unknown") \(part["name"]?.string ?? "")]"
        default: return "[\((type ?? "unknown").prefix(40)), not shown]"
        }
    }
}

extension ClientSession {
    /// All tools of the server, each name once.
    /// - Throws: `MCPClientError`, `CancellationError`.
    func tools() async throws -> [RemoteTool] {
        let late = "The server did not list its tools within \(Int(limits.listSeconds)) seconds."
        return try await within(limits.listSeconds, late) { try await self.allPages() }
    }

    private func allPages() async throws -> [RemoteTool] {
        var tools: [RemoteTool] = []
        var names = Set<String>()
        var cursors = Set<String>()
        var params = JSONObject()
        var bytes = 0
        for _ in 0..<limits.pages {
            let page = try await ask("tools/list", params, limits.listSeconds)
            guard let items = page["tools"]?.array else {
                throw MCPClientError(.protocolBroken, "The server's list of tools has no member 'tools'.")
            }
            for item in items {
                bytes += item.text.utf8.count
                guard let tool = RemoteTool(item), names.insert(tool.name).inserted else { continue }
                tools.append(tool)
            }
            guard tools.count <= limits.tools, bytes <= limits.listBytes else {
                throw MCPClientError(
                    .protocolBroken, "The server lists more than \(limits.tools) tools or \(limits.listBytes) bytes.")
            }
            guard let cursor = page["nextCursor"]?.string, !cursor.isEmpty else { return tools }
            guard cursors.insert(cursor).inserted else {
                throw MCPClientError(.protocolBroken, "The server's list of tools goes in a circle.")
            }
            params["cursor"] = .string(cursor)
        }
        throw MCPClientError(.protocolBroken, "The server's list of tools has more than \(limits.pages) pages.")
    }

    /// Calls a tool. A result that says that the tool failed is a result.
    /// - Throws: `MCPClientError`, `CancellationError`.
    func call(_ tool: String, _ arguments: JSONObject, _ mask: (String) -> String) async throws -> RemoteResult {
        let params: JSONObject = ["name": .string(tool), "arguments": .object(arguments)]
        do {
            return RemoteResult(try await ask("tools/call", params, limits.callSeconds), mask)
        } catch let error as MCPClientError where error.code == .ended {
            throw MCPClientError(.ended, error.message + " The call may have been carried out all the same.")
        }
    }
}
