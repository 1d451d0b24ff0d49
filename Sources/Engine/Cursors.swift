import Domain
import Storage

extension PageRequest {
    /// Refuses a cursor that names nothing, in V1's words.
    /// - Parameter kind: what the list is of, as V1 writes it: `Block`.
    func checkCursors(_ kind: String, exists: (String) throws -> Bool) throws {
        for cursor in [after, before].compactMap({ $0 }) {
            guard try exists(cursor) else { throw Refusal.notFound("No \(kind) found with id '\(cursor)'") }
        }
    }
}

extension ReadTransaction {
    func checkBlockCursors(_ page: PageRequest, organization: String) throws {
        try page.checkCursors("Block") { try blocks.find($0, organization: organization) != nil }
    }

    func checkToolCursors(_ page: PageRequest, organization: String) throws {
        try page.checkCursors("Tool") { try tools.find($0, organization: organization) != nil }
    }
}
