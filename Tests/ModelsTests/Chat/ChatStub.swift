import Domain
import HTTP
import Platform

@testable import Models

/// Answers of services of chat models, and models that ask a stub for them.
enum ChatStub {
    static let key = "sk-key-0123456789-secret"

    static let question = ChatRequest(
        instructions: "Be brief.", turns: [.user("What is “2”?"), .assistant("A number."), .user("Which?")])

    /// Options with so much time that no test depends on how busy the machine is.
    static var patient: RemoteChat.Options {
        var options = RemoteChat.Options()
        options.connectTimeout = 600
        options.firstByteTimeout = 600
        options.idleTimeout = 600
        return options
    }

    static func provider(_ handle: ModelHandle, at stub: ServiceStub, path: String = "", version: String? = nil)
        -> ConfiguredProvider
    {
        ConfiguredProvider(
            name: RemoteEmbedding.canonical(handle).provider, baseURL: stub.address + path, key: Secret(key),
            apiVersion: version)
    }

    static func chat(
        _ text: String, at stub: ServiceStub, path: String = "", version: String? = nil, clock: StubClock = StubClock(),
        options: RemoteChat.Options = patient
    ) throws -> RemoteChat {
        let handle = try ModelHandle(text)
        let provider = provider(handle, at: stub, path: path, version: version)
        return try RemoteChat(handle, providers: [provider], options: options, clock: clock.clock)
    }

    // MARK: Answers

    static func recorded(_ file: String) throws -> Response {
        let type = file.hasSuffix(".sse") ? "text/event-stream" : "application/json"
        return Response(
            headers: ["content-type": type], body: .bytes(try ChatFixtures.bytes("answers/" + file)))
    }

    /// Events of chat completions, one for each text; the last one ends the answer.
    static func events(_ texts: String...) -> [UInt8] {
        Array((texts.map(event).joined() + end).utf8)
    }

    static func event(_ text: String) -> String {
        "data: " + (["choices": [["delta": ["content": .string(text)]]]] as JSONValue).text + "\n\n"
    }

    static let end = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

    static func streamed(_ produce: @escaping @Sendable (BodyWriter) async throws -> Void) -> Response {
        Response(headers: ["content-type": "text/event-stream"], body: .stream(produce))
    }

    static let good = Response(headers: ["content-type": "text/event-stream"], body: .bytes(events("Two", ".")))

    /// The deltas that come until the answer ends or fails.
    static func deltas(_ chat: RemoteChat, _ request: ChatRequest = question) async -> (
        deltas: [ChatDelta], error: (any Error)?
    ) {
        var deltas: [ChatDelta] = []
        do {
            try await chat.respond(to: request) { deltas.append($0) }
            return (deltas, nil)
        } catch {
            return (deltas, error)
        }
    }
}
