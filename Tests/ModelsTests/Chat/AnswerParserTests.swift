import Domain
import Platform
import Testing

@testable import Models

@Suite struct AnswerParserTests {
    /// The deltas of an answer that comes in these pieces.
    private func deltas(_ recorded: RecordedAnswer, _ pieces: [ArraySlice<UInt8>]) throws -> [ChatDelta] {
        var stream = AnswerStream(recorded.parser())
        var deltas: [ChatDelta] = []
        for piece in pieces { deltas += try stream.deltas(in: Array(piece)) }
        return try deltas + stream.finish()
    }

    private func answer(_ deltas: [ChatDelta]) -> ChatAnswer {
        var answer = ChatAnswer()
        for delta in deltas { answer.add(delta) }
        return answer
    }

    @Test func `every recording is read`() throws {
        #expect(try ChatFixtures.names("answers") == RecordedAnswer.all.map(\.file).sorted())
    }

    @Test(arguments: RecordedAnswer.all)
    func `an answer means what it says`(_ recorded: RecordedAnswer) throws {
        let bytes = try ChatFixtures.bytes("answers/" + recorded.file)
        #expect(answer(try deltas(recorded, [bytes[...]])) == recorded.expected)
    }

    @Test(arguments: RecordedAnswer.all)
    func `it does not matter in what pieces an answer comes`(_ recorded: RecordedAnswer) throws {
        let bytes = try ChatFixtures.bytes("answers/" + recorded.file)
        let whole = try deltas(recorded, [bytes[...]])
        #expect(try deltas(recorded, bytes.indices.map { bytes[$0...$0] }) == whole)
        var random = SeededRandom(seed: 7)
        for _ in 0..<50 {
            var pieces: [ArraySlice<UInt8>] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...200, using: &random)
                pieces.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(try deltas(recorded, pieces) == whole)
        }
    }

    /// What came before the cut came as it would have, and the cut is noticed, unless only counts were missing.
    @Test(arguments: RecordedAnswer.all)
    func `an answer that is cut anywhere is a beginning of the whole, and known to be cut`(_ recorded: RecordedAnswer)
        throws
    {
        let bytes = try ChatFixtures.bytes("answers/" + recorded.file)
        let whole = try deltas(recorded, [bytes[...]])
        for end in bytes.indices {
            var stream = AnswerStream(recorded.parser())
            var found = try stream.deltas(in: Array(bytes[..<end]))
            #expect(found == Array(whole.prefix(found.count)), "cut at \(end)")
            do {
                found += try stream.finish()
                #expect(stream.hasEnded)
                #expect(found == Array(whole.prefix(found.count)), "cut at \(end)")
                let hasEnd = found.contains { if case .end = $0 { true } else { false } }
                #expect(hasEnd, "cut at \(end)")
            } catch is UnusableAnswer {
                // A clean failure: what was found so far is true, and nobody takes it for all.
            }
        }
    }

    @Test(arguments: ["openai-text.sse", "anthropic-text.sse", "google-text.sse", "responses-text.sse"])
    func `nothing that bytes may be stops the reader`(_ file: String) throws {
        let recorded = try #require(RecordedAnswer.all.first { $0.file == file })
        let bytes = try ChatFixtures.bytes("answers/" + file)
        var random = SeededRandom(seed: 11)
        for _ in 0..<300 {
            var broken = bytes
            for _ in 0..<3 {
                broken[Int.random(in: broken.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                _ = try deltas(recorded, [broken[...]])
            } catch let error {
                #expect(error is UnusableAnswer || error is ServiceRefusal)
            }
        }
    }

    // MARK: What services do besides

    private func read(_ parser: any AnswerParser, _ text: String) throws -> ChatAnswer {
        var stream = AnswerStream(parser)
        return answer(try stream.deltas(in: Array(text.utf8)) + stream.finish())
    }

    @Test func `calls without ids and numbers are told apart`() throws {
        let found = try read(
            OpenAIParser(newID: ChatFixtures.counted()),
            """
            data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"a","arguments":{"x":1}}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"b"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{}"}}]},"finish_reason":"stop"}]}

            """)
        #expect(
            found.calls == [
                ChatToolCall(id: "id-1", name: "a", arguments: #"{"x":1}"#),
                ChatToolCall(id: "id-2", name: "b", arguments: "{}"),
            ])
        #expect(found.end == .toolCalls)
    }

    @Test func `thoughts that come in two members are taken once, those of Mistral are found`() throws {
        let found = try read(
            OpenAIParser(),
            """
            data: {"choices":[{"delta":{"reasoning":"hm","reasoning_content":"hm"}}]}

            data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":" ok"}]},{"type":"text","text":"Two"}]}}]}

            data: [DONE]
            """)
        #expect(found.parts == [.reasoning("hm ok", signature: nil), .text("Two")])
        #expect(found.end == .finished)
    }

    static let errors: [(String, any AnswerParser, Int, String)] = [
        (#"data: {"error":{"message":"no","type":"server_error","code":null}}"#, OpenAIParser(), 500, "server_error"),
        (#"data: {"error":{"code":502,"message":"no"},"choices":[]}"#, OpenAIParser(), 502, ""),
        (#"{"error":{"message":"no","code":"insufficient_quota"}}"#, OpenAIParser(), 402, "insufficient_quota"),
        (
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no\"}}",
            AnthropicParser(), 529, "overloaded_error"
        ),
        (
            #"data: {"type":"error","code":"rate_limit_exceeded","message":"no","param":null,"sequence_number":1}"#,
            ResponsesParser(), 429, "rate_limit_exceeded"
        ),
        (
            #"data: {"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"no"}}}"#,
            ResponsesParser(), 500, "server_error"
        ),
        (#"data: {"error":{"code":503,"message":"no","status":"UNAVAILABLE"}}"#, GoogleParser(), 503, "UNAVAILABLE"),
        (
            #"[{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}]"#, GoogleParser(), 400,
            "INVALID_ARGUMENT"
        ),
    ]

    @Test(arguments: errors.indices) func `an error inside of an answer is one`(_ index: Int) throws {
        let (text, parser, status, code) = Self.errors[index]
        let error = #expect(throws: ServiceRefusal.self) { try read(parser, text + "\n\n") }
        #expect(error?.status == status && error?.code == code && error?.message == "no")
    }

    @Test func `a call that Gemini did not write rightly is no answer`() {
        #expect(throws: UnusableAnswer.self) {
            try read(GoogleParser(), #"data: {"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}"#)
        }
    }

    @Test func `the count of what was asked is told with the first piece, not before`() throws {
        var stream = AnswerStream(AnthropicParser())
        let start = #"data: {"type":"message_start","message":{"usage":{"input_tokens":3,"output_tokens":1}}}"#
        #expect(try stream.deltas(in: Array((start + "\n\n").utf8)).isEmpty)
        let block = #"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#
        #expect(
            try stream.deltas(in: Array((block + "\n\n").utf8)) == [.usage(TokenUsage(prompt: 3, completion: 1))])
    }
}

/// The same numbers in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }
}
