import Testing

@testable import Platform

@Suite struct JSONEditTests {
    private func edited(_ text: String, _ body: (inout JSONEdit) throws -> Void) throws -> String {
        var edit = try JSONEdit(Array(text.utf8))
        try body(&edit)
        return String(decoding: edit.text.bytes, as: UTF8.self)
    }

    @Test func `a new member looks like those around it`() throws {
        #expect(
            try edited("{\n    \"a\": 1\n}\n") { try $0.set(["b", "c"], [1]) }
                == "{\n    \"a\": 1,\n    \"b\": {\n        \"c\": [\n            1\n        ]\n    }\n}\n")
        #expect(
            try edited("{\r\n\t\"a\": 1\r\n}") { try $0.set(["b"], ["c": true]) }
                == "{\r\n\t\"a\": 1,\r\n\t\"b\": {\r\n\t\t\"c\": true\r\n\t}\r\n}")
        #expect(
            try edited("{\"a\":1,\"b\":{\"c\":2}}") { try $0.set(["b", "d"], ["x", "y"]) }
                == "{\"a\":1,\"b\":{\"c\":2,\"d\":[\"x\",\"y\"]}}")
        #expect(try edited("{\"a\": 1}") { try $0.set(["b"], 2) } == "{\"a\": 1, \"b\": 2}")
        #expect(try edited("") { try $0.set(["b"], 2) } == "{\n  \"b\": 2\n}\n")
        #expect(try edited("{\n  \"l\": []\n}") { try $0.append(["l"], "x") } == "{\n  \"l\": [\n    \"x\"\n  ]\n}")
    }

    @Test func `everything else keeps its bytes`() throws {
        let text = "\u{FEFF}{ \"n\": 1.50e+1,\n\n  \"n\" : [1,2 ,3], \"s\":\"\\ud83d \\u00e9\",\"x\":{}  }"
        let changed = try edited(text) { try $0.set(["n"], 7) }
        #expect(changed == "\u{FEFF}{ \"n\": 1.50e+1,\n\n  \"n\" : 7, \"s\":\"\\ud83d \\u00e9\",\"x\":{}  }")
    }

    @Test func `removing takes one comma along`() throws {
        let text = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}"
        #expect(try edited(text) { try $0.remove(["a"]) } == "{\n  \"b\": 2,\n  \"c\": 3\n}")
        #expect(try edited(text) { try $0.remove(["b"]) } == "{\n  \"a\": 1,\n  \"c\": 3\n}")
        #expect(try edited(text) { try $0.remove(["c"]) } == "{\n  \"a\": 1,\n  \"b\": 2\n}")
        #expect(try edited("{ \"a\": 1 }") { try $0.remove(["a"]) } == "{}")
        #expect(try edited(text) { try $0.remove(["x"]) } == text)
        #expect(try edited(text) { try $0.rename(["b"], to: "B") } == "{\n  \"a\": 1,\n  \"B\": 2,\n  \"c\": 3\n}")
    }

    @Test func `what is there already changes nothing`() throws {
        let edit = try JSONEdit(Array("{\"a\":{\"b\":[1, 2]}}".utf8))
        var same = edit
        try same.set(["a", "b"], [1, 2])
        #expect(!same.isChanged && same.text.edits.isEmpty)
    }

    @Test(arguments: [
        "{", "{\"a\":1,}", "[1 2]", "{a:1}", "{\"a\":01}", "nul", "{} {}", "// c\n{}", "{\"a\":\"x", "\"\\",
    ])
    func `what is not JSON is refused with its place`(_ text: String) {
        #expect(throws: JSONError.self) { try JSONEdit(Array(text.utf8)) }
        #expect(throws: JSONError.self) { try JSONTree(Array(text.utf8)) }
    }

    @Test func `places are lines and columns`() {
        let place = JSONTree.place(of: 6, in: Array("ab\ncd\nef".utf8))
        #expect(place.line == 3 && place.column == 1)
    }

    @Test func `any series of changes reads as meant and can be undone to the byte`() throws {
        var random = Seeded(state: 7)
        for round in 0..<600 {
            let text = RandomJSON(random: random).document()
            for _ in 0...(round % 7) { _ = random.next() }
            var edit = try JSONEdit(text)
            var meant = try #require(
                try JSONValue(parsing: text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text[3...]) : text).object)
            for _ in 0...Int.random(in: 0...5, using: &random) { try change(&edit, &meant, &random) }
            let bytes = edit.text.bytes
            let read = try JSONValue(parsing: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes)
            #expect(read == .object(meant))
            #expect(EditedText.undo(edit.text.edits, in: bytes) == text)
        }
    }

    private func change(_ edit: inout JSONEdit, _ meant: inout JSONObject, _ random: inout Seeded) throws {
        let name = "k\(Int.random(in: 0...5, using: &random))"
        switch Int.random(in: 0...3, using: &random) {
        case 0:
            try edit.set([name], ["x": [1, "two"]])
            meant[name] = ["x": [1, "two"]]
        case 1:
            try edit.remove([name])
            // Of members with the same name the one before counts then.
            meant = try #require(JSONValue(parsing: edit.text.bytes.drop { $0 != UInt8(ascii: "{") }.map { $0 }).object)
        case 2:
            try edit.append([name], "end")
            meant[name] = .array((meant[name]?.array ?? []) + ["end"])
        default:
            try edit.set([name, "deep"], true)
            var object = meant[name]?.object ?? JSONObject()
            object["deep"] = true
            meant[name] = .object(object)
        }
    }
}

struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

/// JSON objects in every layout.
struct RandomJSON {
    var random: Seeded

    func document() -> [UInt8] {
        var random = random
        let mark: [UInt8] = Bool.random(using: &random) ? [] : [0xEF, 0xBB, 0xBF]
        return mark + Array(object(&random, depth: 0).utf8)
            + Array(["", "\n", "\r\n", "  "].randomElement(using: &random)!.utf8)
    }

    private func space(_ random: inout Seeded) -> String {
        ["", " ", "\n  ", "\r\n\t", "\n\n", ""].randomElement(using: &random)!
    }

    private func object(_ random: inout Seeded, depth: Int) -> String {
        var parts: [String] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let name = "\"k\(Int.random(in: 0...5, using: &random))\""
            parts.append(
                "\(space(&random))\(name)\(space(&random)):\(space(&random))\(value(&random, depth: depth + 1))\(space(&random))"
            )
        }
        return "{" + (parts.isEmpty ? space(&random) : parts.joined(separator: ",")) + "}"
    }

    private func value(_ random: inout Seeded, depth: Int) -> String {
        switch Int.random(in: 0...(depth > 3 ? 2 : 4), using: &random) {
        case 0: return ["1", "-0.50", "1e3", "12345678901234567890"].randomElement(using: &random)!
        case 1: return ["\"\"", "\"a\\\"b\"", "\"\\u00e9, {\"", "\"//\""].randomElement(using: &random)!
        case 2: return ["true", "null", "[]", "{}"].randomElement(using: &random)!
        case 3:
            let count = Int.random(in: 1...3, using: &random)
            var parts: [String] = []
            for _ in 0..<count { parts.append(space(&random) + value(&random, depth: depth + 1) + space(&random)) }
            return "[" + parts.joined(separator: ",") + "]"
        default: return object(&random, depth: depth)
        }
    }
}
