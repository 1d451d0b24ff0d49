import API
import HTTP
import Platform
import RoostTesting
import Testing
import Wire

@Suite struct RouterTests {
    @Test(arguments: [
        "/v1/blocks", "/v1/blocks/", "/latest/blocks/", "/latest/blocks", "/v1/v1/blocks/", "//v1//blocks",
    ])
    func `every spelling of a path is answered directly`(_ path: String) async throws {
        let reply = try await withServer { try await $0.get(path) }
        #expect(reply.status == 200)
    }

    @Test func `unknown paths are 404, known ones with another method 405`() async throws {
        try await withServer { server in
            let unknown = try await server.get("/v1/nothing/here")
            #expect(unknown.status == 404 && unknown.detail == "Not Found")
            let method = try await server.send(.put, "/v1/blocks/")
            #expect(method.status == 405 && method.headers["allow"] == "GET, POST")
            #expect(try await server.get("/v1/blocks/%FF").status == 400)
        }
    }

    @Test func `no two routes share a method and a path, nor an operation id`() {
        let paths = RouteTable.routes.map { "\($0.method.rawValue) \($0.template)" }
        #expect(Set(paths).count == paths.count)
        let ids = RouteTable.routes.map(\.operation.id)
        #expect(Set(ids).count == ids.count, "\(ids.filter { id in ids.filter { $0 == id }.count > 1 })")
    }

    @Test func `the OpenAPI document lists every route and resolves every reference`() async throws {
        try await withServer { server in
            let document = try await server.get("/openapi.json").json
            for route in RouteTable.routes {
                #expect(document["paths"]?[route.template]?[route.method.rawValue.lowercased()] != nil)
            }
            let schemas = Set(document["components"]?["schemas"]?.object?.members.map(\.name) ?? [])
            for name in references(in: document) { #expect(schemas.contains(name), "\(name)") }
        }
    }

    private func references(in value: JSONValue) -> [String] {
        switch value {
        case .array(let values): values.flatMap(references)
        case .object(let object):
            object.members.flatMap { member in
                member.name == "$ref"
                    ? [String(member.value.string?.split(separator: "/").last ?? "")] : references(in: member.value)
            }
        default: []
        }
    }
}
