import HTTP
import Platform
import RoostTesting
import Testing

@testable import API

@Suite struct UnservedRouteTests {
    private static let router = Router(routes: RouteTable.routes, unserved: RouteTable.unserved)

    /// A path of a template's shape, with ids where ids stand.
    private static func path(_ template: String) -> String {
        template.split(separator: "/").map { segment in
            guard segment.hasPrefix("{") else { return "/" + segment }
            let name = String(segment.dropFirst().dropLast())
            return "/" + (RequestCheck.kinds[name].map { Identifier.new($0) } ?? "some-\(name)")
        }.joined()
    }

    /// A template without the names of its parameters.
    private static func shape(_ template: String) -> String {
        template.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(separator: "/")
    }

    @Test func `every served route is reached`() {
        for route in RouteTable.routes {
            guard case .route(let found, _) = Self.router.match(route.method, rawPath: Self.path(route.template)) else {
                Issue.record("\(route.method.rawValue) \(route.template) is not reached")
                continue
            }
            #expect(found.template == route.template)
        }
    }

    @Test func `every unserved route is known as such, and none is served too`() {
        let served = Set(RouteTable.routes.map { $0.method.rawValue + Self.shape($0.template) })
        var seen: Set<String> = []
        for route in RouteTable.unserved {
            let key = route.method.rawValue + Self.shape(route.template)
            #expect(!served.contains(key), "\(route.method.rawValue) \(route.template) is served")
            #expect(seen.insert(key).inserted, "\(route.method.rawValue) \(route.template) is listed twice")
            guard case .unserved(let template) = Self.router.match(route.method, rawPath: Self.path(route.template))
            else {
                Issue.record("\(route.method.rawValue) \(route.template) is not known")
                continue
            }
            #expect(template == route.template)
        }
    }

    @Test(arguments: [
        (HTTP.Method.post, "/v1/voice-beta/agent-1/chat/completions"), (.get, "/v1/groups/"), (.get, "/v1/groups"),
        (.post, "/v1/messages/batches"), (.get, "/latest/folders/"), (.delete, "/v1/v1/groups/x"),
    ]) func `a route of later work says so`(_ method: HTTP.Method, _ path: String) async throws {
        try await withServer { server in
            let reply = try await server.send(method, path)
            #expect(reply.status == 501)
            #expect(reply.detail.contains("not served yet"))
        }
    }

    @Test(arguments: ["/v1/projects", "/v1/templates", "/v1/feeds/x", "/v1/tools/composio/apps", "/v1/nothing"])
    func `what belongs to the hosted service does not exist`(_ path: String) async throws {
        try await withServer { server in
            let reply = try await server.get(path)
            #expect(reply.status == 404)
            #expect(reply.detail == "Not Found")
        }
    }
}
