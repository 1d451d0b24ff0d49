package import Domain
import Storage

/// Use cases of the tags that agents carry.
package struct Tags: Sendable {
    let engine: Engine

    package func list(named name: String?, search: String?, _ page: PageRequest, by caller: Caller) async throws
        -> [String]
    {
        try await engine.read { transaction in
            try transaction.agents.tags(named: name, search: search, page, organization: caller.organization)
        }
    }
}

extension Engine {
    package var tags: Tags { Tags(engine: self) }
}
