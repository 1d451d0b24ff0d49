import Platform

/// How much of the mapped files this process keeps in memory.
final class VectorMemory: Sendable {
    /// In bytes.
    let budget: Int
    private let total = Lock(0)

    init(budget: Int) { self.budget = budget }

    func mapped(_ bytes: Int) { total.withLock { $0 += bytes } }
    func unmapped(_ bytes: Int) { total.withLock { $0 -= bytes } }

    /// The mapped files do not fit.
    var isTight: Bool { total.withLock { $0 } > budget }

    /// So much of a file is looked at before its pages are given back, when the files do not fit.
    var mostAtOnce: Int { max(1 << 20, budget / 4) }
}
