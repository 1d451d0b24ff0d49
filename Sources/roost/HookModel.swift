import Client
import Domain
import Models
import Platform

/// The model that `hook-model` names, for the summaries of sessions. Without that setting nothing is sent anywhere.
struct HookModel: Sendable {
    private let chat: RemoteChat

    /// Seconds: a hook has three for everything.
    private static let patience = 2.0

    /// Nil when no model is wanted.
    /// - Throws: `Failure` when the one that is cannot be asked.
    init?(_ settings: Settings, timeout: Double = patience) throws {
        guard let text = settings.hookModel else { return nil }
        let handle = try ModelHandle(text)
        do {
            chat = try RemoteChat(handle, providers: settings.providers, options: .once(within: timeout))
        } catch let error as ChatError {
            throw Failure("hook-model is \(text): \(error.message)")
        }
    }

    /// A summary in the model's words. Throws when there is none; the caller has one of its own.
    func summary(of record: String) async throws -> String {
        let request = ChatRequest(
            instructions: SummaryPrompt.instructions, turns: [.user(SummaryPrompt.question(record))],
            maximumTokens: SummaryPrompt.maximumTokens)
        let answer = try await chat.answer(request)
        guard answer.end == .finished, let note = SummaryPrompt.note(in: answer.text) else {
            throw Failure("The model \(chat.handle.text) gave no summary.")
        }
        return note
    }
}

extension Settings {
    /// Words the summary of a session; nil without a model, or with one that cannot be asked, which 'roost doctor' explains.
    var summarize: (@Sendable (String) async throws -> String)? {
        // Either way the session has its extractive summary.
        guard let model = try? HookModel(self) else { return nil }
        return { try await model.summary(of: $0) }
    }
}
