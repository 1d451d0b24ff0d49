import Domain
import Platform

extension Provenance {
    /// What a new passage says of itself; without it, it came through the API.
    init(_ body: JSONObject) {
        self.init(
            source: body.text("source") ?? Provenance.api.source, session: body.text("session"),
            tool: body.text("tool"), file: body.text("file"),
            trust: body.text("trust").flatMap(Trust.init(rawValue:)))
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("source", source)
            json.field("session", session)
            json.field("tool", tool)
            json.field("file", file)
            json.field("trust", trust?.rawValue)
        }
    }
}
