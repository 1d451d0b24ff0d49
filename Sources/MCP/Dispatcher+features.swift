import Platform

extension Dispatcher {
    // MARK: Lists

    /// More than any list of tools here, for clients that only read the first page.
    static let pageSize = 200

    /// One page of a list; the cursor is the number of entries before it.
    /// - Parameter ttl: milliseconds; 0 for what may change at any time, and belongs to its user.
    func page(
        _ name: StaticString, of items: [ListedItem], _ request: IncomingRequest, ttl: Int = 0
    ) throws(RPCError) -> RPCResult {
        var start = 0
        switch request.params["cursor"] {
        case nil, .null?: break
        case .string(let text)?:
            guard let number = Int(text), number > 0, number <= items.count else { fallthrough }
            start = number
        default: throw .invalidParams("The cursor is not one that this list gave, or the list has changed; list anew.")
        }
        let end = min(start + Self.pageSize, items.count)
        var result = RPCResult()
        result.add(name, raw: "[" + items[start..<end].map(\.json.text).joined(separator: ",") + "]")
        if end < items.count { result.add("nextCursor", .string(String(end))) }
        result.cache = .init(milliseconds: ttl, isPublic: ttl > 0)
        return result
    }

    // MARK: Tools and prompts

    func callTool(_ request: IncomingRequest) async throws -> RPCResult {
        let name = try request.params.text("name")
        let arguments = try request.params.members("arguments")
        let outcome = try await features.call(tool: name, arguments: arguments, request.context)
        try Task.checkCancellation()
        let text = outcome.value.text
        var result = RPCResult()
        result.add("content", .array([["type": "text", "text": .string(text)]]))
        if outcome.isStructured { result.add("structuredContent", raw: text) }
        result.add("isError", .bool(outcome.isError))
        return result
    }

    func prompt(_ request: IncomingRequest) async throws -> RPCResult {
        let name = try request.params.text("name")
        let arguments = try request.params.members("arguments")
        let prompt = try await features.prompt(name, arguments: arguments, request.context)
        var result = RPCResult()
        result.add("description", .string(prompt.description))
        result.add(
            "messages",
            .array([["role": "user", "content": ["type": "text", "text": .string(prompt.text)]]]))
        return result
    }

    // MARK: Resources

    func read(_ request: IncomingRequest) async throws -> RPCResult {
        let uri = try request.params.text("uri")
        guard let contents = try await features.read(resource: uri, request.context) else {
            throw RPCError.unknownResource(uri, request.revision)
        }
        var result = RPCResult()
        result.add(
            "contents",
            .array([["uri": .string(uri), "mimeType": .string(contents.type), "text": .string(contents.text)]]))
        result.cache = .init(milliseconds: 0, isPublic: false)
        return result
    }

    /// The most values that a completion may hold (MCP, Completion).
    private static let maximumCompletions = 100

    func complete(_ request: IncomingRequest) async throws -> RPCResult {
        let reference = try request.params.members("ref")
        let named: CompletionReference
        switch reference["type"]?.string {
        case "ref/prompt": named = .prompt(try reference.text("name"))
        case "ref/resource": named = .resourceTemplate(try reference.text("uri"))
        default: throw RPCError.invalidParams("'ref.type' has to be ref/prompt or ref/resource.")
        }
        let argument = try request.params.members("argument")
        let values = try await features.completions(
            of: named, argument: try argument.text("name"), value: try argument.text("value"), request.context)
        var result = RPCResult()
        result.add(
            "completion",
            [
                "values": .array(values.prefix(Self.maximumCompletions).map { .string($0) }),
                "total": .int(Int64(values.count)), "hasMore": .bool(values.count > Self.maximumCompletions),
            ])
        return result
    }
}
