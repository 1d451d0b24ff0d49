import API
import Client
import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct ForgetToolTests {
    @Test func `a note goes by its id, and is shown once more`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let id = try await tools.remember("The old address of the shop.")
            let kept = try await tools.remember("The new address of the shop.")
            let answer = try await tools.value("forget", ["passage_id": .string(id)])
            #expect(answer["deleted"] == true && answer["passages"]?.ids == [id])
            #expect(answer["passages"]?.array?.texts == ["The old address of the shop."])
            #expect(try await tools.recall("").ids == [kept])
            let again = try await tools.failure("forget", ["passage_id": .string(id)])
            #expect(again["status"] == 404)
        }
    }

    @Test func `an old note among many is found by its id`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            _ = try await tools.remember("The first one.")
            let agent = try await tools.agentID()
            var ids: [String] = []
            for number in 0..<30 { ids.append(try await tools.passage("Note number \(number).", agent: agent)) }
            for number in [0, 7, 29] {
                let dry: JSONObject = ["passage_id": .string(ids[number]), "dry_run": true]
                let answer = try await tools.value("forget", dry)
                #expect(answer["passages"]?.array?.texts == ["Note number \(number)."])
                #expect(answer["deleted"] == false)
            }
            #expect(try await tools.value("memory_status")["passages"] == 31)
        }
    }

    @Test func `another project's note cannot be forgotten from here`() async throws {
        try await withTools(.memory, scope: .project("red")) { red in
            let blue = red.beside(.project("blue"))
            _ = try await red.remember("Red things.")
            let id = try await blue.remember("Blue things.")
            let failure = try await red.failure("forget", ["passage_id": .string(id)])
            #expect(failure["status"] == 404 && failure.hints.contains("agent_id"))
            #expect(try await blue.recall("").ids == [id])
            let named: JSONObject = ["passage_id": .string(id), "agent_id": "memory-blue"]
            #expect(try await red.value("forget", named)["deleted"] == true)
        }
    }

    @Test func `a query lists first, and deletes only what is relevant`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            let wrong = try await tools.remember("The staging password rotation happens on Mondays.")
            let other = try await tools.remember("Invoices are numbered by year.")
            let query: JSONObject = ["query": "when is the staging password rotation"]
            let list = try await tools.value("forget", query)
            #expect(list["deleted"] == false && list["passages"]?.ids == [wrong])
            #expect(list.hints.contains("Nothing was deleted"))
            #expect(try await tools.recall("").count == 2)
            var sure = query
            sure["dry_run"] = false
            #expect(try await tools.value("forget", sure)["passages"]?.ids == [wrong])
            #expect(try await tools.recall("").ids == [other])
            let none = try await tools.value("forget", ["query": "elephants in Peru", "dry_run": false])
            #expect(none["deleted"] == false && none["passages"] == [])
            #expect(try await tools.recall("").ids == [other])
        }
    }

    @Test func `a query deletes ten notes at most`() async throws {
        try await withServer { server in
            // A search that takes everything for relevant.
            let tools = TestTools(server: server, scope: .project("shop")) { request in
                guard request.rawPath == "/v1/roost/search" else { return nil }
                let text = String(
                    decoding: try await server.server.respond(to: request).body.collected(), as: UTF8.self)
                let parts = text.split(separator: #""relevant":false"#, omittingEmptySubsequences: false)
                return .json(200, Array(parts.joined(separator: #""relevant":true"#).utf8))
            }
            for number in 0..<15 { _ = try await tools.remember("Zeppelin number \(number) is number \(number * 31).") }
            let answer = try await tools.value("forget", ["query": "zeppelin number", "dry_run": false])
            #expect(answer["passages"]?.array?.count == 10)
            #expect(try await tools.value("memory_status")["passages"] == 5)
        }
    }

    @Test func `an id or a query has to be given, and words in it`() async throws {
        try await withTools(.memory, scope: .project("shop")) { tools in
            _ = try await tools.remember("Something.")
            #expect(try await tools.failure("forget").error.contains("one of the two"))
            let both: JSONObject = ["passage_id": "x", "query": "y"]
            #expect(try await tools.failure("forget", both).error.contains("one of the two"))
            #expect(try await tools.failure("forget", ["query": "?!", "dry_run": false]).error.contains("no words"))
            #expect(try await tools.failure("forget", ["passage_id": "nonsense"])["status"] == 404)
        }
    }

    @Test func `without a memory there is nothing to forget`() async throws {
        try await withTools(.memory, scope: .project("fresh")) { tools in
            let failure = try await tools.failure("forget", ["query": "anything"])
            #expect(failure.error.contains("'fresh' has no memory"))
            #expect(try await tools.server.get("/v1/agents/").array.isEmpty)
        }
    }
}
