/// What an examination of the database found.
package struct CheckReport: Sendable {
    /// In words, without values; empty when all is well.
    package let problems: [String]
    /// What was put right on the way.
    package let notes: [String]
    package let schemaVersion: Int
    /// Rows of each table.
    package let rows: [(table: String, count: Int)]
    package let bytes: Int

    package var isHealthy: Bool { problems.isEmpty }
}

package struct VacuumReport: Sendable, Equatable {
    package let bytesBefore: Int
    package let bytesAfter: Int
}

package struct BackupReport: Sendable, Equatable {
    package let bytes: Int
    package let schemaVersion: Int
}

/// Upkeep, each on a thread of its own. All of it works while this and other processes serve from the same file.
extension Store {
    /// Examines pages, references, text indexes and the files of the vector indexes. Writers wait while the text indexes are compared with their tables.
    package func check() async throws -> CheckReport {
        try await database.upkeep { try SQLiteCheck(file: $0).run() }
    }

    /// Builds the text indexes anew from their tables, and lets the vector indexes be built anew.
    package func rebuildIndexes() async throws {
        try await database.upkeep { file in
            try SQLiteCheck(file: file).rebuildTextIndexes()
            VectorCheck(file: file).removeAll()
        }
    }

    /// Gives unused space back to the disk; it needs as much free space as the database is large, and writers wait.
    package func vacuum() async throws -> VacuumReport {
        try await database.upkeep { try SQLiteVacuum(file: $0).run() }
    }

    /// Copies the database as it is now to one file that stands alone, checked and flushed to the disk, readable by the
    /// owner alone. The path appears only when the copy is complete.
    /// - Parameter replacing: whether an existing file may be replaced; otherwise it is a `conflict`.
    package func backup(to path: String, replacing: Bool = false) async throws -> BackupReport {
        try await database.upkeep { try SQLiteBackup(file: $0).write(to: path, replacing: replacing) }
    }

    /// Replaces the content of the database by that of a backup, at once for every process that has it open. A backup of
    /// an older schema is migrated, one of a newer schema, a damaged one or another program's file is refused, and then
    /// nothing changes. The change feed begins anew: no cursor from before is covered.
    package func restore(from path: String) async throws -> BackupReport {
        try await database.upkeep { try SQLiteBackup(file: $0).restore(from: path) }
    }
}
