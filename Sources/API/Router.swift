package import HTTP
import Platform

/// Finds the route of a path. Every path is answered with and without its trailing slash, under `/v1`, `/latest` and a
/// doubled `/v1/v1` (endpoints, Slashes). Fixed segments win over parameters.
package struct Router: Sendable {
    package enum Match: Sendable {
        case route(Route, parameters: [String: String])
        /// The path is known but not served yet.
        case unserved(template: String)
        /// The path exists with other methods.
        case methodNotAllowed(allowed: [HTTP.Method], template: String)
        case notFound
        /// A segment is not valid percent-encoded UTF-8.
        case badEncoding
    }

    private let routes: [Route]
    private let unserved: [UnservedRoute]
    /// Trees of routes by what their paths begin with, each made when it is first needed: a process that answers one
    /// request needs one of them.
    private let trees = Trees()

    package init(routes: [Route], unserved: [UnservedRoute]) {
        self.routes = routes
        self.unserved = unserved
    }

    private final class Trees: Sendable {
        let made = Lock<[String: Node]>([:])
    }

    /// The tree of the paths that begin as these segments do.
    private func tree(_ segments: [String]) -> Node {
        let start = Self.start(segments)
        return trees.made.withLock { made in
            if let tree = made[start] { return tree }
            let tree = grown(start)
            // Paths that are none are the clients', without end.
            if !tree.isEmpty { made[start] = tree }
            return tree
        }
    }

    private static func start(_ segments: [String]) -> String { "/" + segments.prefix(2).joined(separator: "/") }

    private func grown(_ start: String) -> Node {
        func belongs(_ template: String) -> Bool {
            let rest = template.utf8.dropFirst(start.utf8.count)
            return template.utf8.starts(with: start.utf8) && (rest.isEmpty || rest.first == UInt8(ascii: "/"))
        }
        var root = Node()
        for route in routes where belongs(route.template) {
            let segments = Self.segments(of: route.template)
            let names = segments.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
            root.insert(segments[...], method: route.method, .route(route, names))
        }
        for route in unserved where belongs(route.template) {
            root.insert(Self.segments(of: route.template)[...], method: route.method, .unserved(route.template))
        }
        return root
    }

    package func match(_ method: HTTP.Method, rawPath: String) -> Match {
        var segments: [String] = []
        for segment in Self.canonical(rawPath) {
            guard let decoded = percentDecoded(segment, plusIsSpace: false) else { return .badEncoding }
            segments.append(decoded)
        }
        var values: [String] = []
        guard let leaf = tree(segments).find(segments[...], values: &values) else { return .notFound }
        // HEAD is answered as GET without its body.
        guard let target = leaf.targets[method == .head ? .get : method] else {
            return .methodNotAllowed(
                allowed: leaf.targets.keys.sorted { $0.rawValue < $1.rawValue }, template: leaf.path)
        }
        switch target {
        case .unserved(let template): return .unserved(template: template)
        case .route(let route, let names):
            return .route(route, parameters: Dictionary(zip(names, values), uniquingKeysWith: { _, last in last }))
        }
    }

    private static func segments(of path: String) -> [String] { path.split(separator: "/").map(String.init) }

    private static func canonical(_ rawPath: String) -> [Substring] {
        // By bytes: a slash is one whatever follows it, and nothing asks where characters end.
        var segments = rawPath.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        if segments.first == "latest" { segments[0] = "v1" }
        while segments.count > 1, segments[0] == "v1", segments[1] == "v1" { segments.removeFirst() }
        return segments
    }

    private enum Target: Sendable {
        /// With the names of its parameters, in order.
        case route(Route, [String])
        case unserved(String)
    }

    private struct Node: Sendable {
        var children: [String: Node] = [:]
        var parameter: [Node] = []
        var targets: [HTTP.Method: Target] = [:]
        var path = ""

        var isEmpty: Bool { children.isEmpty && parameter.isEmpty && targets.isEmpty }

        mutating func insert(_ segments: ArraySlice<String>, method: HTTP.Method, _ target: Target, path: String = "") {
            guard let first = segments.first else {
                // A served route wins over an unserved one of the same shape.
                if targets[method] == nil { targets[method] = target }
                self.path = path.isEmpty ? "/" : path
                return
            }
            let below = path + "/" + first
            if first.hasPrefix("{") {
                if parameter.isEmpty { parameter.append(Node()) }
                parameter[0].insert(segments.dropFirst(), method: method, target, path: below)
            } else {
                children[first, default: Node()].insert(segments.dropFirst(), method: method, target, path: below)
            }
        }

        func find(_ segments: ArraySlice<String>, values: inout [String]) -> Node? {
            guard let first = segments.first else { return targets.isEmpty ? nil : self }
            if let child = children[first], let found = child.find(segments.dropFirst(), values: &values) {
                return found
            }
            guard let child = parameter.first else { return nil }
            values.append(first)
            if let found = child.find(segments.dropFirst(), values: &values) { return found }
            values.removeLast()
            return nil
        }
    }
}
