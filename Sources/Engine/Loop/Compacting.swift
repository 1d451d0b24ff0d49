package import Domain
package import Platform
import Storage

/// What a compaction did.
package struct CompactionResult: Sendable {
    package let summary: String
    /// Messages in context, the system message included.
    package let before: Int
    package let after: Int
    let message: Message
    let context: [Message]
    let instructions: String
}

/// Makes room in a context: the oldest messages are replaced by a summary. They stay in recall memory.
struct Compacting: Sendable {
    let engine: Engine
    let caller: Caller
    let place: ConversationPlace
    let settings: CompactionSettings
    let wishes: ModelWishes
    /// The agent's own model.
    let model: any ChatModel
    /// The agent's, for the times that its model reads.
    let zone: TimeZone
    let runID: String?

    /// - Parameters:
    ///   - context: without the system message.
    ///   - tokens: of the context before, when they are known.
    /// - Returns: nil when nothing can go.
    func perform(
        _ context: [Message], instructions: String, trigger: String, tokens: Int?
    ) async throws -> CompactionResult? {
        guard let plan = CompactionPlan(context, settings, window: wishes.contextWindow) else { return nil }
        let summary = Summary(settings: settings, evicted: plan.evicted)
        let text = summary.clipped(try await words(summary, instructions))
        var message = Message(id: Identifier.new(.message), agentID: place.agentID, role: .summary, createdAt: .now)
        message.conversationID = place.conversationID
        message.runID = runID
        let note = Summary.note(text, hidden: plan.evicted.count)
        let envelope: JSONValue = [
            "type": "system_alert", "message": .string(note), "time": .string(Timestamp.now.modelText(in: zone)),
        ]
        message.content = Message.textContent(envelope.text)
        let after = [message] + plan.kept
        message.extra = stats(trigger, before: context, after: after, tokens: tokens)
        let stored = message
        let renewed = try await store(stored, plan)
        return CompactionResult(
            summary: text, before: context.count + 1, after: after.count + 1, message: stored,
            context: [stored] + plan.kept, instructions: renewed)
    }

    /// The summary by the model that the settings name, by one that suits the agent's provider, by the agent's own; and
    /// without a model as a last resort, since a context that cannot shrink would end the conversation.
    private func words(_ summary: Summary, _ instructions: String) async throws -> String {
        var models: [any ChatModel] = []
        if !settings.mode.isOwn, let handle = settings.model ?? suggestion {
            // One that cannot be had is passed over.
            if let chosen = try? await engine.chatModel(named: handle, by: caller) { models.append(chosen) }
        }
        models.append(model)
        let request = settings.mode.isOwn ? summary.ownRequest(instructions) : summary.request
        for model in models {
            do {
                let text = try await model.answer(request).text
                if !text.utf8.allSatisfy({ $0 <= 0x20 }) { return text }
            } catch let error as ChatError {
                engine.log.warning("summary_failed", ("code", .string(error.code.rawValue)))
            }
        }
        return summary.plain
    }

    /// A small model of the same provider; only where the provider is the service itself and not a server of one's own.
    private var suggestion: String? {
        let provider = model.handle.provider
        guard engine.settings.providers.first(where: { $0.name == provider })?.baseURL == nil else { return nil }
        return switch provider {
        case "openai": "openai/gpt-5-mini"
        case "anthropic": "anthropic/claude-haiku-4-5"
        case "google_ai": "google_ai/gemini-2.5-flash"
        default: nil
        }
    }

    private func stats(_ trigger: String, before: [Message], after: [Message], tokens: Int?) -> JSONText {
        JSONText([
            "compaction_stats": [
                "trigger": .string(trigger),
                "context_tokens_before": .int(Int64(tokens ?? before.reduce(0) { $0 + $1.estimatedTokens })),
                "context_tokens_after": .int(Int64(after.reduce(0) { $0 + $1.estimatedTokens })),
                "context_window": .int(Int64(wishes.contextWindow)),
                "messages_count_before": .int(Int64(before.count + 1)),
                "messages_count_after": .int(Int64(after.count + 1)),
            ]
        ])
    }

    private func store(_ message: Message, _ plan: CompactionPlan) async throws -> String {
        let place = place
        let organization = caller.organization
        let evicted = Set(plan.evicted.map(\.id))
        return try await engine.write(by: caller.withoutKey) { transaction in
            try transaction.messages.insert(message, by: transaction.actor)
            var ids = try transaction.reading.contextIDs(
                of: place.agentID, place.conversationID, organization: organization
            ).filter { !evicted.contains($0) }
            ids.insert(message.id, at: min(1, ids.count))
            try transaction.replaceContext(ids, of: place.agentID, place.conversationID)
            let agent = try transaction.reading.agent(place.agentID, organization: organization)
            let conversation = try place.conversationID.map {
                try transaction.reading.conversation($0, of: agent, organization: organization)
            }
            return try transaction.recompile(agent, in: conversation, keepsTime: false)
        }
    }
}

extension AgentRun {
    /// Above this share of the model's window a context is compacted.
    private static let threshold = 0.9

    var isCrowded: Bool { Double(run.contextTokens ?? 0) > Double(wishes.contextWindow) * Self.threshold }

    /// - Returns: false when nothing can go.
    mutating func compact(trigger: String) async throws -> Bool {
        try await watch(.compacting(trigger: trigger))
        let compacting = Compacting(
            engine: engine, caller: caller,
            place: ConversationPlace(agentID: situation.agent.id, conversationID: run.conversationID),
            settings: CompactionSettings(situation.agent.compactionSettings), wishes: wishes, model: model,
            zone: situation.agent.zone, runID: run.id)
        guard
            let result = try await compacting.perform(
                situation.context, instructions: situation.instructions, trigger: trigger, tokens: run.contextTokens)
        else { return false }
        situation.context = result.context
        if request.overrideSystem == nil { situation.instructions = result.instructions }
        shown = ModelTurns(result.context + unstored)
        run.contextTokens = nil
        try await watch(.compacted(result.message))
        return true
    }
}

extension Sending {
    /// Compacts a thread because somebody asks for it; nobody may be talking in it.
    /// - Parameter settings: instead of the agent's.
    package func compact(
        _ place: ConversationPlace, settings: JSONText?, by caller: Caller
    ) async throws -> CompactionResult {
        let model = try await model(for: SendRequest(inputs: []), place, caller)
        guard await engine.queue.enterNow(place.key) else { throw try await busy(place, caller) }
        do {
            let result = try await compactNow(place, settings, model, caller)
            await engine.queue.leave(place.key)
            return result
        } catch {
            await engine.queue.leave(place.key)
            throw error
        }
    }

    private func compactNow(
        _ place: ConversationPlace, _ settings: JSONText?, _ model: any ChatModel, _ caller: Caller
    ) async throws -> CompactionResult {
        let (agent, conversation, messages) = try await engine.read { transaction in
            let agent = try transaction.agent(place.agentID, organization: caller.organization)
            let conversation = try place.conversationID.map {
                try transaction.conversation($0, of: agent, organization: caller.organization)
            }
            let ids = conversation?.messageIDs ?? agent.messageIDs
            return (agent, conversation, try transaction.messagesInOrder(ids, organization: caller.organization))
        }
        let system = messages.first { $0.role == .system }
        let compacting = Compacting(
            engine: engine, caller: caller, place: place,
            settings: CompactionSettings(settings ?? agent.compactionSettings),
            wishes: ModelWishes(agent, overriding: conversation?.modelSettings), model: model,
            zone: agent.zone, runID: nil)
        let result = try await compacting.perform(
            messages.filter { $0.id != system?.id }, instructions: system?.plainText ?? agent.system,
            trigger: "manual", tokens: nil)
        guard let result else {
            throw Refusal.invalid("There are no messages to compact: the context holds the system message alone.")
        }
        return result
    }
}
