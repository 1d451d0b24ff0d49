package import Domain
package import Platform

/// A model that answers what a test says, in order, and notes what it was asked.
package final class ScriptedModel: ChatModels, Sendable {
    package enum Reply: Sendable {
        case deltas([ChatDelta])
        case failure(ChatError)
        /// Some of the answer, then the end of the connection.
        case cut([ChatDelta])
        /// Nothing until the caller gives up.
        case silence

        package static func text(_ text: String) -> Reply {
            .deltas([.text(text), .usage(TokenUsage(prompt: 10, completion: 2)), .end(.finished)])
        }

        /// A call of each tool, with its arguments as JSON text.
        package static func calls(_ calls: (name: String, arguments: String)...) -> Reply {
            .deltas(
                calls.enumerated().map { index, call in
                    .call(
                        index: index, id: "call_\(index)_\(call.name)", name: call.name, arguments: call.arguments,
                        signature: nil)
                } + [.usage(TokenUsage(prompt: 10, completion: 5)), .end(.toolCalls)])
        }
    }

    private struct State {
        var replies: [Reply] = []
        var requests: [ChatRequest] = []
    }

    private let state = Lock(State())

    package init() {}

    package func script(_ replies: Reply...) { state.withLock { $0.replies += replies } }

    package var requests: [ChatRequest] { state.withLock { $0.requests } }

    fileprivate func next(_ request: ChatRequest) -> Reply {
        state.withLock { state in
            state.requests.append(request)
            return state.replies.isEmpty ? .text("ok") : state.replies.removeFirst()
        }
    }

    // MARK: ChatModels

    package func model(_ handle: ModelHandle, providers: [ConfiguredProvider]) throws -> any ChatModel {
        Model(handle: handle, script: self)
    }

    package func offered(by provider: ConfiguredProvider) async throws -> [OfferedModel] { [] }

    private struct Model: ChatModel {
        let handle: ModelHandle
        let script: ScriptedModel

        func respond(to request: ChatRequest, _ receive: (ChatDelta) async throws -> Void) async throws {
            switch script.next(request) {
            case .deltas(let deltas): for delta in deltas { try await receive(delta) }
            case .failure(let error): throw error
            case .cut(let deltas):
                for delta in deltas { try await receive(delta) }
                throw ChatError(.unusable, "The answer was cut off.")
            case .silence: try await Task.sleep(for: .seconds(3600))
            }
        }

        func payload(of request: ChatRequest) throws -> JSONValue {
            ["model": .string(handle.model), "turns": .int(Int64(request.turns.count))]
        }
    }
}
