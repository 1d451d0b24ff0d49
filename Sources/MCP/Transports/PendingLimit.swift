import Glibc

/// Counts messages that are not answered yet, and makes the thread that reads more of them wait.
final class PendingLimit: @unchecked Sendable {
    // SAFETY: `semaphore` is only used through the sem_ functions, which threads may call at once.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    private let limit: Int32

    init(_ count: UInt32) {
        limit = Int32(clamping: count)
        sem_init(semaphore, 0, count)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Blocks the calling thread, which must not be one of the cooperative pool.
    func take(_ count: Int = 1) {
        for _ in 0..<count { while sem_wait(semaphore) != 0 {} }
    }

    /// How much is not given back yet.
    var taken: Int {
        var free: Int32 = 0
        sem_getvalue(semaphore, &free)
        return Int(limit - free)
    }

    func give(_ count: Int = 1) { for _ in 0..<count { sem_post(semaphore) } }
}
