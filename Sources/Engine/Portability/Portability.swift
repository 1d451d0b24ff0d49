package import Domain
package import Platform
import Storage

/// Use cases that carry agents from one place to another.
package struct Portability: Sendable {
    let engine: Engine

    /// The agent file of one agent, as indented JSON. Values of secrets stay out of it; archival memory is no part of
    /// the format.
    ///
    /// - Parameters:
    ///   - conversation: the thread whose messages are written; `.any` means the agent's own.
    ///   - skills: written as they are.
    package func export(
        _ id: String, conversation: MessageFilter.Conversation = .any, scrubsMessages: Bool = false,
        skills: [JSONValue]? = nil, by caller: Caller
    ) async throws -> [UInt8] {
        let source = try await engine.read { transaction in
            let agent = try transaction.agent(id, organization: caller.organization)
            let relations = try transaction.view(agent, .all).relations
            if scrubsMessages {
                return AgentFileWriter.Source(agent: agent, relations: relations, messages: [], inContext: [])
            }
            let thread = try transaction.thread(of: agent, conversation, organization: caller.organization)
            let messages = try transaction.history(of: id, thread.filter, organization: caller.organization)
            return AgentFileWriter.Source(
                agent: agent, relations: relations, messages: messages, inContext: thread.messageIDs)
        }
        let kept = source.agent.extra?.value["agent_file"]?["skills"]?.array
        engine.count("agent_export")
        return AgentFileWriter([source], skills: skills ?? kept ?? [], createdAt: .now).bytes()
    }

    /// Stores the agents of a file, all or none, and gives their ids.
    ///
    /// - Throws: `Refusal(.invalid)` that names the place of what is broken in the file.
    package func importFile(_ bytes: [UInt8], _ options: ImportOptions, by caller: Caller) async throws -> [String] {
        let file = try AgentFileReader.file(from: bytes)
        let new = try AgentImport(file, options, engine: engine, projectID: caller.projectID)
        let (ids, missing) = try await engine.write(by: caller, counting: "agent_import") { try $0.insert(new) }
        if !missing.isEmpty {
            engine.log.warning("import_without_tools", ("tools", .array(missing.map { .string($0) })))
        }
        engine.noteLaterWork(
            file.unserved.members.map(\.name) + file.agents.flatMap { $0.unserved.members.map(\.name) })
        return ids
    }

    package func clone(_ id: String, _ options: CloneOptions, by caller: Caller) async throws -> AgentView {
        try await engine.write(by: caller, counting: "agent_clone") { transaction in
            let source = try transaction.reading.agent(id, organization: caller.organization)
            let agent = try transaction.clone(source, options)
            return try transaction.reading.view(agent, .all)
        }
    }
}

extension Engine {
    package var portability: Portability { Portability(engine: self) }
}
