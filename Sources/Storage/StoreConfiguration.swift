/// Where the database is and how it is used.
package struct StoreConfiguration: Sendable {
    /// When a commit counts as done.
    package enum Durability: Sendable {
        /// It is on the disk: survives a power failure.
        case powerFailure
        /// The kernel has it: survives the end of this process.
        case processEnd
    }

    /// The file; it and its folder are created when missing, readable by the owner alone.
    package var path: String
    /// How many threads read at the same time.
    package var readers = 2
    /// How long to wait for another process that holds the database.
    package var busySeconds = 30.0
    package var durability = Durability.powerFailure
    package var limits = StoreLimits()
    /// The most units of work that share one commit, and how long they may take together before it.
    package var batchLimit = 256
    package var batchSeconds = 0.005
    /// The most pages the file may grow to; nil is no limit.
    package var pageLimit: Int?

    /// How many bytes of the vector indexes' files the process keeps in memory; with less searches are slower.
    package var vectorMemory = 1 << 30
    /// The process serves for long: the vector indexes' files are written in the background, not while a search waits.
    package var isLongLived = false

    /// Where the key of encrypted values comes from.
    package var encryption: EncryptionKeySource

    var vectorTuning = VectorTuning()
    var migrations = Migration.all

    /// The key file is `encryption.key` beside the database unless another is named.
    package init(path: String) {
        self.path = path
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        encryption = EncryptionKeySource(file: folder + "encryption.key")
    }
}

/// How much history is kept.
package struct StoreLimits: Sendable {
    /// Entries of the change feed.
    package var changes = 100_000
    /// How long an idempotency key is remembered.
    package var idempotencySeconds = 86_400.0
    /// Versions of one block, and how old one may get.
    package var blockVersions = 200
    package var blockVersionSeconds = 365 * 86_400.0

    package init() {}
}
