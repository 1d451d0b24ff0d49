import Domain
import Platform
import Testing

@testable import Engine

/// Thoughts among the arguments of a call that comes in piece by piece.
@Suite struct ThoughtReaderTests {
    private func read(_ pieces: [String]) -> (thought: String, rest: String) {
        var reader = ThoughtReader()
        var (thought, rest) = ("", "")
        for piece in pieces {
            let read = reader.add(piece)
            thought += read.thought
            rest += read.rest
        }
        return (thought, rest + reader.end())
    }

    /// A text in two pieces, cut at every place, and scalar by scalar.
    private func cuts(_ text: String) -> [[String]] {
        let scalars = text.unicodeScalars.map(String.init)
        return (0...scalars.count).map { [scalars[..<$0].joined(), scalars[$0...].joined()] } + [scalars]
    }

    private static let objects = [
        #"{"thinking": "Greet.", "message": "Hello!", "request_heartbeat": false}"#,
        #"{"message":"a, \"thinking\": \"b\" }","thinking":"last"}"#,
        #"{ "a" : [1, {"thinking": "inner"}] , "thinking" : "between \"them\" \\ ü \u00e9 \ud83d\ude00 é😀\n" , "b" : {} }"#,
        #"{"thinking": ""}"#, #"{"thinking": "alone"}"#, #"{}"#, #"{"a": "}"}"#,
        #" { "thinking" : "x" , "a": -1.5e3 } "#,
        #"{"thinking": {"a": 1}, "b": 2}"#, #"{"thinking": null}"#, #"{"a\"thinking": "x", "b": "\\"}"#,
    ]

    @Test(arguments: objects) func `what is left is the object without its thought, whatever the cuts`(
        _ text: String
    ) throws {
        var wanted = try #require(JSONValue(parsing: text).object)
        let thought = wanted["thinking"]?.string
        if thought != nil { wanted["thinking"] = nil }
        for pieces in cuts(text) {
            let (found, rest) = read(pieces)
            #expect(found == thought ?? "", "\(pieces)")
            let left = try JSONValue(parsing: rest)
            #expect(left == .object(wanted), "\(pieces) \(rest)")
        }
    }

    @Test(arguments: [
        "", "   ", "[1, 2]", "plain", #"{"label": "human", "new_"#, #"{"a": tru"#, "{a: 1}", #"{"a" 1}"#, "{,}",
        #"{"a": 1,}"#, #"{"a": 1} {"thinking": "x"}"#, "{\"a\": 1, \"thin",
    ]) func `what is no object, or not whole, stays as it is`(_ text: String) {
        for pieces in cuts(text) {
            let (thought, rest) = read(pieces)
            #expect(thought.isEmpty && rest == text, "\(pieces)")
        }
    }

    @Test func `halves of pairs and odd escapes are signs of their own`() {
        #expect(
            read([#"{"thinking": "\ud83dx \ude00 \q \uZZZZ \ud83d"}"#]).thought
                == "\u{FFFD}x \u{FFFD} \u{FFFD} \u{FFFD} \u{FFFD}")
        #expect(read([#"{"thinking": "\ud83d\n\ud83d\ud83d\ude00"}"#]).rest == "{}")
    }

    // MARK: Turns

    private func turn(_ deltas: [ChatDelta]) -> [ModelTurn.Piece] {
        var turn = ModelTurn(messageID: "message", date: Timestamp(microseconds: 0), thinksInCalls: true)
        return deltas.flatMap { turn.add($0) { _ in false } }
    }

    private func call(_ index: Int, _ name: String?, _ arguments: String) -> ChatDelta {
        .call(index: index, id: name.map { "call_" + $0 }, name: name, arguments: arguments, signature: nil)
    }

    private func described(_ pieces: [ModelTurn.Piece]) -> [String] {
        pieces.map { part, content in
            switch content {
            case .thought(let text): "\(part) thought \(text)"
            case .call(let index, _, let name, let arguments, _): "\(part) call \(index) \(name ?? "-") \(arguments)"
            case .text(let text): "\(part) text \(text)"
            case .reasoning, .signature: "\(part) other"
            }
        }
    }

    @Test func `a thought has the place before its call`() {
        let pieces = turn([
            .text("Well."), call(0, "look", ""), call(0, nil, "{\"thin"), call(0, nil, "king\": \"Lo"),
            call(0, nil, "ok.\", \"at\""), call(0, nil, ": 1}"), .end(.toolCalls),
        ])
        #expect(
            described(pieces) == [
                "0 text Well.", "1 thought Lo", "1 thought ok.", "2 call 0 look { \"at\": 1}",
            ])
    }

    @Test func `a call without thoughts, or without anything, is shown`() {
        #expect(
            described(turn([call(0, "look", "{\"at\": "), call(0, nil, "1}"), .end(.toolCalls)])) == [
                "0 call 0 look {\"at\": 1}"
            ])
        #expect(described(turn([call(0, "look", ""), .end(.toolCalls)])) == ["0 call 0 look "])
    }

    @Test func `each of several calls has its thought`() {
        let pieces = turn([
            call(0, "a", #"{"thinking": "x", "at": 1}"#), call(1, "b", #"{"thinking": "y", "at": 2}"#),
            .end(.toolCalls),
        ])
        #expect(
            described(pieces) == [
                "0 thought x", "1 call 0 a { \"at\": 1}", "2 thought y", "3 call 1 b { \"at\": 2}",
            ])
    }
}
