import HTTP
import Platform
import Wire

/// The OpenAPI 3.1 document, rendered once from the route table.
enum OpenAPIDocument {
    static let bytes: [UInt8] = render()

    private static func render() -> [UInt8] {
        var json = JSONWriter(reserving: 1 << 18)
        var named: [String: ObjectSchema] = [:]
        json.object { json in
            json.field("openapi", "3.1.0")
            json.object("info") { json in
                json.field("title", "Roost")
                json.field("version", RoostVersion.product)
                json.field("description", "A memory server for AI agents that speaks the Letta V1 REST API.")
            }
            json.object("paths") { json in writePaths(&json, &named) }
            json.object("components") { json in
                json.object("schemas") { json in writeComponents(&json, &named) }
            }
        }
        return json.bytes
    }

    private static func writePaths(_ json: inout JSONWriter, _ named: inout [String: ObjectSchema]) {
        var paths: [(String, [Route])] = []
        for route in RouteTable.routes {
            if let index = paths.firstIndex(where: { $0.0 == route.template }) {
                paths[index].1.append(route)
            } else {
                paths.append((route.template, [route]))
            }
        }
        for (template, routes) in paths {
            json.key(text: template)
            json.object { json in
                for route in routes {
                    json.key(text: route.method.rawValue.lowercased())
                    write(route, &json, &named)
                }
            }
        }
    }

    private static func write(_ route: Route, _ json: inout JSONWriter, _ named: inout [String: ObjectSchema]) {
        let operation = route.operation
        var collected = named
        json.object { json in
            json.field("operationId", operation.id)
            json.field("summary", operation.summary)
            json.field("tags", [operation.tag])
            if operation.isDeprecated { json.field("deprecated", true) }
            json.array("parameters") { json in
                for name in pathParameters(route.template) {
                    let schema =
                        RequestCheck.kinds[name].map { Schema.string(.identifier($0)) } ?? .string(.length(minimum: 1))
                    write(.init(name, schema, required: true), in: "path", &json, &collected)
                }
                for parameter in operation.parameters { write(parameter, in: "query", &json, &collected) }
            }
            if operation.body != nil || operation.form != nil { writeBody(operation, &json, &collected) }
            json.object("responses") { json in writeResponses(route, &json, &collected) }
        }
        named = collected
    }

    private static func pathParameters(_ template: String) -> [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    private static func write(
        _ parameter: Wire.Operation.Parameter, in place: String, _ json: inout JSONWriter,
        _ named: inout [String: ObjectSchema]
    ) {
        let schema = parameter.isRepeated ? Schema.array(parameter.schema) : parameter.schema
        var collected = named
        json.object { json in
            json.field("name", parameter.name)
            json.field("in", place)
            json.field("required", parameter.isRequired)
            if let note = parameter.note { json.field("description", note) }
            json.key("schema")
            schema.writeOpenAPI(to: &json, naming: &collected)
        }
        named = collected
    }

    private static func writeBody(
        _ operation: Wire.Operation, _ json: inout JSONWriter, _ named: inout [String: ObjectSchema]
    ) {
        var collected = named
        json.object("requestBody") { json in
            json.field("required", operation.form != nil || operation.bodyIsRequired)
            json.object("content") { json in
                json.object(operation.form == nil ? "application/json" : "multipart/form-data") { json in
                    json.key("schema")
                    if let body = operation.body {
                        body.writeOpenAPI(to: &json, naming: &collected)
                    } else {
                        writeForm(operation.form ?? [], &json, &collected)
                    }
                }
            }
        }
        named = collected
    }

    private static func writeForm(
        _ fields: [Wire.Operation.Parameter], _ json: inout JSONWriter, _ named: inout [String: ObjectSchema]
    ) {
        var collected = named
        json.object { json in
            json.field("type", "object")
            json.object("properties") { json in
                json.object("file") { json in
                    json.field("type", "string")
                    json.field("format", "binary")
                }
                for field in fields {
                    json.key(text: field.name)
                    field.schema.writeOpenAPI(to: &json, naming: &collected)
                }
            }
            json.field("required", ["file"])
        }
        named = collected
    }

    private static func writeResponses(
        _ route: Route, _ json: inout JSONWriter, _ named: inout [String: ObjectSchema]
    ) {
        let operation = route.operation
        var collected = named
        json.key(text: String(operation.success.status))
        json.object { json in
            json.field("description", "Success")
            switch operation.success {
            case .noContent: break
            case .json(let schema): writeContent("application/json", schema, &json, &collected)
            case .text(let type): writeContent(type, .string(), &json, &collected)
            case .eventStream: writeContent("text/event-stream", .any, &json, &collected)
            }
        }
        var statuses = operation.failures
        let takesInput = operation.body != nil || operation.form != nil || !operation.parameters.isEmpty
        if takesInput || route.template.contains("{") { statuses += [400, 422] }
        if !Authentication.openPaths.contains(route.template) { statuses += [401] }
        for status in Set(statuses).sorted() {
            json.key(text: String(status))
            json.object { json in
                json.field("description", "Refused")
                writeContent("application/json", problem, &json, &collected)
            }
        }
        named = collected
    }

    private static func writeContent(
        _ type: String, _ schema: Schema, _ json: inout JSONWriter, _ named: inout [String: ObjectSchema]
    ) {
        var collected = named
        json.object("content") { json in
            json.key(text: type)
            json.object { json in
                json.key("schema")
                schema.writeOpenAPI(to: &json, naming: &collected)
            }
        }
        named = collected
    }

    private static let problem = Schema.object(
        "Problem", [.required("detail", .anyOf([.string(), .freeObject]), note: "What is wrong and what to do.")])

    /// Components may name further ones, so this goes on until no new name appears.
    private static func writeComponents(_ json: inout JSONWriter, _ named: inout [String: ObjectSchema]) {
        var written: Set<String> = []
        while let next = named.keys.filter({ !written.contains($0) }).min() {
            written.insert(next)
            json.key(text: next)
            named[next]?.writeComponent(to: &json, naming: &named)
        }
    }
}
