import Platform
import Testing

@testable import Engine

/// Arguments as models write them.
@Suite struct ToolArgumentsTests {
    private func arguments(_ value: JSONValue) -> ToolArguments { ToolArguments(tool: "t", ["a": value]) }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return (error as? ToolFailure)?.message ?? "\(error)" }
    }

    @Test(arguments: [("5", 5), (5, 5), (5.0, 5), (" 7 ", 7), ("5.0", 5), ("-1", -1)] as [(JSONValue, Int)])
    func `integers may be texts`(_ value: JSONValue, _ expected: Int) throws {
        #expect(try arguments(value).integer("a") == expected)
    }

    @Test(arguments: [nil, ""] as [JSONValue])
    func `null and an empty text are no number`(_ value: JSONValue) throws {
        #expect(try arguments(value).integer("a") == nil)
        #expect(try arguments(value).integer("b") == nil)
    }

    @Test(arguments: ["five", 5.5, true, [5], ["n": 5], "1e400"] as [JSONValue])
    func `what is no integer is named`(_ value: JSONValue) {
        let text = message { _ = try arguments(value).integer("a") }
        #expect(text.hasPrefix("The argument 'a' of t has to be an integer, not "))
    }

    @Test(
        arguments: [
            (["x", "y"], ["x", "y"]), (#"["x", "y"]"#, ["x", "y"]), ("x", ["x"]), ("[x", ["[x"]),
            ([1, true], ["1", "true"]),
            ([], []),
        ] as [(JSONValue, [String])])
    func `lists may be JSON text or a single text`(_ value: JSONValue, _ expected: [String]) throws {
        #expect(try arguments(value).texts("a") == expected)
    }

    @Test func `a list of other things is refused`() throws {
        #expect(message { _ = try arguments([["x"]]).texts("a") }.contains("a list of texts, not a list"))
        #expect(message { _ = try arguments(5).texts("a") }.contains("a list of texts, not a number"))
        #expect(try arguments(nil).texts("a") == nil && arguments("").texts("a") == nil)
    }

    @Test(arguments: [("x", "x"), (5, "5"), (1.5, "1.5"), (true, "true"), ("[1]", "[1]")] as [(JSONValue, String)])
    func `texts may be numbers`(_ value: JSONValue, _ expected: String) throws {
        #expect(try arguments(value).text("a") == expected)
    }

    @Test func `a missing argument is named, and what was given in its place`() {
        #expect(
            message { _ = try arguments(nil).text("a") } == "The argument 'a' of t is missing: it has to be a text.")
        let misspelt = ToolArguments(tool: "t", ["contents": "x"])
        #expect(message { _ = try misspelt.text("content") }.hasSuffix("'contents' is not known."))
        let other = ToolArguments(tool: "memory_replace", ["label": "human", "new_string": "x"])
        #expect(message { _ = try other.text("old_string") }.hasSuffix("it has to be a text."))
        #expect(message { _ = try arguments([:]).text("a") }.contains("has to be a text, not an object"))
    }

    @Test func `words have to be known, in any case`() throws {
        #expect(try arguments("ANY").word("a", oneOf: ["any", "all"]) == "any")
        #expect(try arguments(nil).word("a", oneOf: ["any", "all"]) == nil)
        #expect(
            message { _ = try arguments("some").word("a", oneOf: ["any", "all"]) }
                == "The argument 'a' of t has to be \"any\" or \"all\", not \"some\".")
    }

    @Test func `counts have bounds`() throws {
        #expect(try arguments(nil).count("a", default: 5, most: 10) == 5)
        #expect(try arguments(500).count("a", default: 5, most: 10) == 10)
        #expect(message { _ = try arguments(0).count("a", default: 5, most: 10) }.contains("1 or more"))
    }

    @Test func `objects may be JSON text or a single one`() throws {
        for value in [[["i": 1]], ["i": 1], #"[{"i": 1}]"#, [#"{"i": 1}"#]] as [JSONValue] {
            let objects = try arguments(value).objects("a")
            #expect(try objects.map { try $0.requiredInteger("i") } == [1])
        }
        #expect(message { _ = try arguments([5]).objects("a") }.contains("a list of objects"))
    }

    @Test func `times without a zone are in the agent's`() throws {
        let oslo = try #require(TimeZone.named("Europe/Oslo"))
        #expect(try arguments("2026-07-01").start("a", in: oslo)?.iso8601 == "2026-06-30T22:00:00.000000Z")
        #expect(try arguments("2026-07-01").end("a", in: oslo)?.iso8601 == "2026-07-01T21:59:59.999999Z")
        #expect(try arguments("").end("a", in: oslo) == nil)
        #expect(message { _ = try arguments("tomorrow").end("a", in: oslo) }.contains("a date such as 2026-01-31"))
    }
}
