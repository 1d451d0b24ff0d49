package import Platform

/// The kinds of object that the change feed tells of.
package enum ChangeKind: String, Sendable, CaseIterable {
    case agent, block, passage, archive, message, tool, identity, folder, conversation, run, group
    /// The database as a whole.
    case store
}

package enum ChangeAction: String, Sendable, CaseIterable {
    case created, updated, deleted, attached, detached, restored
}

/// One entry of the feed: what became of which object. It holds no memory text.
package struct Change: Sendable, Equatable {
    /// The cursor: grows with every committed change, gaps are normal.
    package let seq: Int
    package let organizationID: String
    package let kind: ChangeKind
    package let action: ChangeAction
    package let objectID: String
    package let agentID: String?
    package let archiveID: String?
    package let projectID: String?
    package let label: String?
    package let actorID: String?
    package let createdAt: Timestamp

    package init(
        seq: Int, organizationID: String, kind: ChangeKind, action: ChangeAction, objectID: String, agentID: String?,
        archiveID: String?, projectID: String?, label: String?, actorID: String?, createdAt: Timestamp
    ) {
        self.seq = seq
        self.organizationID = organizationID
        self.kind = kind
        self.action = action
        self.objectID = objectID
        self.agentID = agentID
        self.archiveID = archiveID
        self.projectID = projectID
        self.label = label
        self.actorID = actorID
        self.createdAt = createdAt
    }
}

/// How far the feed reaches back and forth.
package struct ChangeRange: Sendable, Equatable {
    /// The first entry still kept; one past `newest` when none is.
    package let oldest: Int
    /// The last entry ever made, 0 for none.
    package let newest: Int

    package init(oldest: Int, newest: Int) {
        self.oldest = oldest
        self.newest = newest
    }

    /// False when entries after this cursor were trimmed already (or the cursor is of another database): what follows
    /// it would have a hole, so the reader must look at everything anew.
    package func covers(_ cursor: Int) -> Bool { cursor >= oldest - 1 && cursor <= newest }
}
