import Domain
import Engine
import Platform
import Wire

enum RunSchemas { static let run = Schema.freeObject }
extension Run { func write(to json: inout JSONWriter) { json.object { $0.field("id", id) } } }
