import Domain
import Engine
import Platform

extension EmbeddingStatus {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("local")
            if let local { json.object { local.writeMembers(to: &$0) } } else { json.null() }
            json.array("models") { json in
                for used in models {
                    json.object { json in
                        used.model.writeMembers(to: &json)
                        json.field("archives", used.archives)
                        json.field("available", used.isAvailable)
                    }
                }
            }
            json.field("passages", passages)
            json.field("embedded", max(0, passages - waiting))
            json.field("waiting", waiting)
            json.array("archives") { json in for archive in archives { archive.write(to: &json) } }
            json.key("last_error")
            if let lastFailure {
                json.object { json in
                    json.field("model", lastFailure.handle)
                    json.field("message", lastFailure.error.message)
                    json.field("at", lastFailure.time)
                }
            } else {
                json.null()
            }
            json.field("advice", advice)
        }
    }
}

extension ArchiveEmbedding {
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("archive_id", id)
            json.field("name", name)
            json.field("embedding", handle)
            for (name, model) in [("model", model), ("next_model", next)] as [(StaticString, EmbeddingModel?)] {
                json.key(name)
                if let model { json.object { model.writeMembers(to: &$0) } } else { json.null() }
            }
            json.field("passages", passages)
            json.field("embedded", max(0, embedded))
            json.field("waiting", waiting)
        }
    }
}

extension EmbeddingModel {
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.field("handle", handle)
        json.field("id", id)
        json.field("dimensions", dimensions)
    }
}
