import Platform

/// Blocks as the tools show them.
enum BlockView {
    /// Characters of the value that a list shows.
    static let previewLength = 100

    private static let names = ["id", "label", "template_name", "description"]
    private static let flags = ["read_only", "is_template"]

    /// With the whole value.
    static func whole(_ block: JSONValue) -> JSONValue {
        var object = ShortForm.members(names, of: block)
        object["value"] = block["value"] ?? ""
        addSize(of: block, to: &object)
        addFlags(of: block, to: &object)
        object.add(ShortForm.members(["tags", "metadata", "version"], of: block))
        return shown(object)
    }

    /// With the beginning of the value.
    static func summary(_ block: JSONValue) -> JSONValue {
        var object = ShortForm.members(names, of: block)
        let value = block["value"]?.string ?? ""
        object["preview"] = .string(ShortText.beginning(of: value, previewLength))
        addSize(of: block, to: &object)
        addFlags(of: block, to: &object)
        return shown(object)
    }

    /// What is worth knowing after a change, without the value.
    static func receipt(_ block: JSONValue) -> JSONValue {
        var object = ShortForm.members(["id", "label", "template_name"], of: block)
        addSize(of: block, to: &object)
        object["version"] = block["version"]
        return shown(object)
    }

    private static func addSize(of block: JSONValue, to object: inout JSONObject) {
        object["size"] = .int(Int64(ShortText.size(of: block["value"]?.string ?? "")))
        object["limit"] = block["limit"]
    }

    /// Those that are set.
    private static func addFlags(of block: JSONValue, to object: inout JSONObject) {
        for name in flags where block[name] == true { object[name] = true }
    }

    /// The REST API keeps what the tools call a block's name as the name of its template.
    private static func shown(_ object: JSONObject) -> JSONValue {
        .object(JSONObject(object.members.map { ($0.name == "template_name" ? "name" : $0.name, $0.value) }))
    }
}
