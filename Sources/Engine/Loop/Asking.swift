package import Domain
package import Platform
import Storage

/// Asking an agent's model without talking to the agent.
extension Sending {
    /// One answer to one prompt; nothing is stored, and no memory shown.
    /// - Parameter schema: of the answer, when it is to be JSON.
    /// - Throws: `Refusal`, `RunFailure`.
    package func generate(
        _ prompt: String, system: String?, schema: JSONText?, model handle: String?, for agentID: String,
        by caller: Caller
    ) async throws -> (answer: ChatAnswer, model: String) {
        var request = SendRequest(inputs: [])
        request.overrideModel = handle
        let place = ConversationPlace(agentID: agentID, conversationID: nil)
        let model = try await model(for: request, place, caller)
        let agent = try await engine.read { try $0.agent(agentID, organization: caller.organization) }
        var chat = ChatRequest(instructions: system ?? "", turns: [.user(prompt)])
        ModelWishes(agent).apply(to: &chat)
        if let schema { chat.format = .schema(name: "answer", schema: schema, isStrict: true) }
        do {
            return (try await model.answer(chat), model.handle.text)
        } catch let error as ChatError {
            throw RunFailure(error)
        }
    }

    /// The body that the model's service would be sent for a request; nothing is sent or stored.
    package func preview(
        _ request: SendRequest, to place: ConversationPlace, by caller: Caller
    ) async throws -> JSONValue {
        let model = try await model(for: request, place, caller)
        let run = newRun(request, place, caller)
        do {
            try await engine.write(by: caller.withoutKey) { transaction in
                throw Discarded(situation: try transaction.begin(run, request, isNew: true))
            }
        } catch let discarded as Discarded {
            let agentRun = AgentRun(
                engine: engine, caller: caller, request: request, model: model, run: run,
                situation: discarded.situation, watch: { _ in })
            return try model.payload(of: agentRun.firstRequest)
        } catch let conflict as RunConflict {
            throw Self.busy(runID: conflict.runID)
        }
        return .emptyObject
    }

    /// Takes a transaction back, with what it found out.
    private struct Discarded: Error {
        let situation: RunSituation
    }
}

extension AgentRun {
    /// What the model would be asked first.
    var firstRequest: ChatRequest {
        var machine = machine
        guard case .callModel(let names, let choice, _) = machine.proceed() else { return chatRequest([], .automatic) }
        return chatRequest(names, choice)
    }
}
