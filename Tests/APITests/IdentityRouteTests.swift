import HTTP
import Platform
import RoostTesting
import Testing

@Suite struct IdentityRouteTests {
    private static func create(_ server: TestServer, _ key: String, _ more: JSONValue = [:]) async throws -> String {
        var body = more.object ?? JSONObject()
        body["identifier_key"] = .string(key)
        let reply = try await server.post("/v1/identities/", .object(body))
        #expect(reply.status == 200, "\(reply.text)")
        return reply.id
    }

    private static func agent(_ server: TestServer) async throws -> String {
        try await server.post("/v1/agents/", ["name": "a", "model": "openai/gpt-4o-mini"]).id
    }

    @Test func `an identity is created, read, changed and deleted`() async throws {
        try await withServer { server in
            let created = try await server.post(
                "/v1/identities/",
                [
                    "identifier_key": "ann", "name": "Ann", "identity_type": "org",
                    "properties": [["key": "city", "value": "Oslo", "type": "string"]],
                ])
            #expect(created["identity_type"] == "org")
            #expect(created["agent_ids"] == [])
            let path = "/v1/identities/\(created.id)"
            let changed = try await server.patch(path, ["name": "Anna"])
            #expect(changed["name"] == "Anna")
            #expect(changed["identifier_key"] == "ann")
            #expect(try await server.get(path).json == changed.json)
            #expect(try await server.get("/v1/identities/count").json == 1)
            #expect(try await server.delete(path).text == "null")
            #expect(try await server.get(path).status == 404)
        }
    }

    @Test func `a key and metadata are enough`() async throws {
        try await withServer { server in
            let named = try await server.post(
                "/v1/identities/",
                [
                    "identifier_key": "user_42",
                    "metadata": ["name": "Bo", "age": 41, "vip": true, "langs": ["no"], "none": nil, "home": ["x": 1]],
                ])
            #expect(named["name"] == "Bo")
            #expect(named["identity_type"] == "user")
            let types = (named["properties"].array ?? []).map {
                "\($0["key"]?.string ?? ""):\($0["type"]?.string ?? "")"
            }
            #expect(types == ["name:string", "age:number", "vip:boolean", "langs:json", "home:json"])
            let bare = try await server.post("/v1/identities/", ["identifier_key": "user_43"])
            #expect(bare["name"] == "user_43")
        }
    }

    @Test func `a key is taken once in each project`() async throws {
        try await withServer { server in
            let id = try await Self.create(server, "ann")
            let again = try await server.post("/v1/identities/", ["identifier_key": "ann"])
            #expect(again.status == 409)
            #expect(again.detail.contains("unique constraint"))
            _ = try await Self.create(server, "ann", ["project_id": "p1"])
            let other = try await Self.create(server, "bo")
            #expect(try await server.patch("/v1/identities/\(other)", ["identifier_key": "ann"]).status == 409)
            #expect(try await server.patch("/v1/identities/\(id)", ["identifier_key": "ann"]).status == 200)
            let inHeader = try await server.send(
                .post, "/v1/identities/", ["identifier_key": "ann"], headers: ["x-project-id": "p1"])
            #expect(inHeader.status == 409)
        }
    }

    @Test func `upsert creates, then changes and keeps the id`() async throws {
        try await withServer { server in
            let agent = try await Self.agent(server)
            let other = try await Self.agent(server)
            let first = try await server.put(
                "/v1/identities/", ["identifier_key": "ann", "name": "Ann", "agent_ids": [.string(agent)]])
            let second = try await server.put(
                "/v1/identities/",
                [
                    "identifier_key": "ann", "name": "Anna", "agent_ids": [.string(other)],
                    "properties": [["key": "a", "value": 1, "type": "number"]],
                ])
            #expect(second.id == first.id)
            #expect(second["name"] == "Anna")
            #expect(second["agent_ids"] == [.string(other)])
            let third = try await server.put("/v1/identities/", ["identifier_key": "ann", "properties": []])
            #expect(third["properties"] == [])
            #expect(third["name"] == "Anna")
            #expect(third["agent_ids"] == [.string(other)])
        }
    }

    @Test func `properties are added by key`() async throws {
        try await withServer { server in
            let id = try await Self.create(server, "ann", ["metadata": ["a": 1, "b": 2]])
            let reply = try await server.put(
                "/v1/identities/\(id)/properties",
                [
                    ["key": "b", "value": ["deep": true], "type": "json"],
                    ["key": "c", "value": false, "type": "boolean"],
                ])
            let values = (reply["properties"].array ?? []).map { $0["value"] }
            #expect(values == [1, ["deep": true], false])
            let wrong = try await server.put("/v1/identities/\(id)/properties", [["key": "b"]])
            #expect(wrong.status == 422)
        }
    }

    @Test func `the list takes every filter and pages to the end`() async throws {
        try await withServer { server in
            let ann = try await Self.create(server, "ann", ["name": "Ann"])
            let org = try await Self.create(server, "org", ["name": "Org", "identity_type": "org"])
            let there = try await Self.create(server, "bo", ["name": "Ann", "project_id": "p1"])
            func ids(_ query: String) async throws -> [String] { try await server.get("/v1/identities/?\(query)").ids }
            #expect(try await ids("") == [there, org, ann])
            #expect(try await ids("order=asc&name=Ann") == [ann, there])
            #expect(try await ids("identifier_key=org") == [org])
            #expect(try await ids("identity_type=user&project_id=p1") == [there])
            #expect(try await ids("limit=2&after=\(there)") == [org, ann])
            #expect(try await ids("after=\(ann)").isEmpty)
            #expect(try await ids("before=\(ann)&limit=1") == [org])
            #expect(try await server.get("/v1/identities/?identity_type=robot").status == 422)
            #expect(try await server.get("/v1/identities/?after=\(Identifier.new(.identity))").status == 404)
        }
    }

    @Test func `agents are attached, listed and detached`() async throws {
        try await withServer { server in
            let agent = try await Self.agent(server)
            let id = try await Self.create(server, "ann")
            let link = "/v1/agents/\(agent)/identities"
            let attached = try await server.patch("\(link)/attach/\(id)")
            #expect(attached["identity_ids"] == [.string(id)])
            #expect(try await server.patch("\(link)/attach/\(id)").status == 200)
            #expect(try await server.get("/v1/identities/\(id)/agents").ids == [agent])
            #expect(try await server.get("/v1/identities/\(id)")["agent_ids"] == [.string(agent)])
            #expect(try await server.get("/v1/agents/?identifier_key=ann").ids == [agent])
            #expect(try await server.patch("\(link)/detach/\(id)")["identity_ids"] == [])
            #expect(try await server.get("/v1/identities/\(id)/agents").ids.isEmpty)
            #expect(try await server.delete("/v1/identities/\(id)").status == 200)
            #expect(try await server.get("/v1/agents/\(agent)").status == 200)
        }
    }

    @Test func `blocks are attached, listed and detached, also by their label`() async throws {
        try await withServer { server in
            let id = try await Self.create(server, "ann")
            let block = try await server.post("/v1/blocks/", ["label": "notes", "value": "v"]).id
            #expect(try await server.patch("/v1/blocks/notes/identities/attach/\(id)").id == block)
            #expect(try await server.get("/v1/identities/\(id)/blocks").ids == [block])
            #expect(try await server.get("/v1/blocks/?identity_id=\(id)").ids == [block])
            #expect(try await server.patch("/v1/blocks/\(block)/identities/detach/\(id)").status == 200)
            #expect(try await server.get("/v1/identities/\(id)/blocks").ids.isEmpty)
            let linked = try await Self.create(server, "bo", ["block_ids": [.string(block)]])
            #expect(try await server.get("/v1/identities/\(linked)/blocks").ids == [block])
        }
    }

    @Test func `what does not exist is 404 and nothing is written`() async throws {
        try await withServer { server in
            let id = try await Self.create(server, "ann")
            let nobody = Identifier.new(.identity)
            let agent = Identifier.new(.agent)
            for reply in [
                try await server.get("/v1/identities/\(nobody)"),
                try await server.patch("/v1/identities/\(nobody)", ["name": "x"]),
                try await server.delete("/v1/identities/\(nobody)"),
                try await server.get("/v1/identities/\(nobody)/agents"),
                try await server.get("/v1/identities/\(nobody)/blocks"),
                try await server.put("/v1/identities/\(nobody)/properties", []),
                try await server.patch("/v1/agents/\(agent)/identities/attach/\(id)"),
                try await server.patch("/v1/blocks/\(Identifier.new(.block))/identities/attach/\(id)"),
                try await server.post("/v1/identities/", ["identifier_key": "bo", "agent_ids": [.string(agent)]]),
                try await server.patch(
                    "/v1/identities/\(id)", ["name": "New", "block_ids": [.string(Identifier.new(.block))]]),
            ] {
                #expect(reply.status == 404, "\(reply.text)")
            }
            #expect(try await server.get("/v1/identities/count").json == 1)
            #expect(try await server.get("/v1/identities/\(id)")["name"] == "ann")
            #expect(try await server.get("/v1/identities/identity-7").status == 422)
            #expect(try await server.post("/v1/identities/", ["name": "no key"]).status == 422)
        }
    }
}
