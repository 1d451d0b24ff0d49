import Platform

extension LearnedMemory {
    /// The archival memory of one agent, by what CI knows of its passages.
    struct Place {
        let client: RoostClient
        let agentID: String
        let project: String?

        private static let mostOpen = 2000
        private var known: AgentPassages { AgentPassages(client: client, agentID: agentID) }

        /// The newest passages with these metadata.
        func passages(_ conditions: [(String, String)]) async throws -> [JSONValue] {
            try await client.list(
                APIPath.passages(ofAgent: agentID), query: conditions + [("ascending", "false")], limit: Self.mostOpen)
        }

        func passage(ofEvent event: String) async throws -> JSONValue? {
            try await known.having("event", event, 1).first
        }

        /// Stores the passage of an event. Of several processes that do so at once, one does.
        func create(_ note: MemoryNote) async throws -> JSONValue {
            guard let event = note.key else { return try await known.create(note.body(project: project)) }
            var note = note
            note.metadata["event"] = .string(event)
            let body = note.body(project: project)
            do {
                let made = try await known.create(body, onceFor: "learn-\(agentID)-\(event)")
                // A key is kept for a day: its passage may have been deleted since.
                if let id = made["id"]?.string, try await known.find(id) != nil { return made }
            } catch let error as ClientError {
                guard error.status == 409 else { throw error }
                if let known = try await passage(ofEvent: event) { return known }
            }
            return try await known.create(body)
        }

        /// Changes what is known of a failure, as it is now.
        /// - Parameter body: false when there is nothing to change; called again when another process was faster.
        /// - Returns: nil when nothing was changed.
        func update(
            _ passage: JSONValue, _ kind: Kind, _ body: (inout FailureRecord) -> Bool
        ) async throws -> (passage: JSONValue, record: FailureRecord)? {
            var changed: FailureRecord?
            let passage = try await change(passage) { current in
                let metadata = current["metadata"]?.object ?? JSONObject()
                guard var record = FailureRecord(metadata), body(&record) else { return nil }
                changed = record
                return (record.text(of: kind.title), record.metadata(over: metadata))
            }
            guard let passage, let changed else { return nil }
            return (passage, changed)
        }

        /// Notes how something was mended, whatever it is.
        func resolve(_ passage: JSONValue, _ text: String, commit: String?, at time: Timestamp) async throws
            -> JSONValue
        {
            let known = passage["metadata"]?.object ?? JSONObject()
            if FailureRecord(known) != nil {
                let kind = known["kind"]?.string.flatMap(Kind.init) ?? .test
                let changed = try await update(passage, kind) { record in
                    record.resolve(text, commit: commit, at: time)
                    return true
                }
                return changed?.passage ?? passage
            }
            let text = ShortText.beginning(of: LearnedText.clean(text), 2000)
            let by = commit.map { " with commit " + CIRun.short($0) } ?? ""
            let line = "Resolved \(time.day)\(by): \(text)"
            let changed = try await change(passage) { current in
                var metadata = current["metadata"]?.object ?? JSONObject()
                metadata["resolved"] = true
                metadata["resolution"] = .string(text)
                metadata["resolved_at"] = .string(time.iso8601)
                if let commit { metadata["resolved_commit"] = .string(LearnedText.line(commit, 64)) }
                return ((current["text"]?.string ?? "") + "\n" + line, metadata)
            }
            return changed ?? passage
        }

        /// Changes a passage from what it is now: of several processes that do so at once, none undoes what another did.
        /// - Parameter body: the new text and metadata; nil to leave it.
        private func change(
            _ passage: JSONValue, _ body: (JSONValue) -> (text: String, metadata: JSONObject)?
        ) async throws -> JSONValue? {
            let id = passage["id"]?.string ?? ""
            for _ in 0..<Self.mostTries {
                let current = try await client.get(APIPath.passage(id))
                guard let (text, metadata) = body(current) else { return nil }
                var patch = JSONObject([("text", .string(text)), ("metadata", .object(metadata))])
                patch["expected_version"] = current["version"]
                do { return try await known.update(id, patch) } catch let error as ClientError {
                    guard error.status == 409 else { throw error }
                }
            }
            throw ToolError("The passage \(id) is being changed all the time. Run this again.", status: 409)
        }

        /// Each time somebody else succeeded.
        private static let mostTries = 100

        // MARK: Names

        /// What a person means by a passage's id, a test's name or a part of it.
        func passage(named reference: String) async throws -> JSONValue {
            if Identifier.isValid(reference, .passage) {
                if let found = try await known.find(reference) { return found }
                throw ToolError("This memory has no passage \(reference).", status: 404)
            }
            let name = FailedTest.known(reference)
            let exact = try await passages([("metadata.type", "test_failure"), ("metadata.test_name", name)])
            if let found = exact.first(where: { $0["metadata"]?["resolved"]?.bool != true }) ?? exact.first {
                return found
            }
            let wanted = name.lowercased()
            let near = try await passages([("metadata.type", "test_failure")]).filter {
                $0["metadata"]?["test_name"]?.string?.lowercased().contains(wanted) == true
            }
            let open = near.filter { $0["metadata"]?["resolved"]?.bool != true }
            if let only = near.count == 1 ? near.first : open.count == 1 ? open.first : nil { return only }
            let names = near.prefix(5).compactMap { $0["metadata"]?["test_name"]?.string }
            throw near.isEmpty
                ? ToolError(
                    "No failure of '\(name)' is known.",
                    hints: [
                        "Name the test as 'roost learn' printed it, or a passage's id: roost recall failed --type test_failure"
                    ],
                    status: 404)
                : ToolError(
                    "'\(name)' means several failing tests: \(names.joined(separator: ", ")).",
                    hints: ["Name one of them whole."])
        }
    }
}
