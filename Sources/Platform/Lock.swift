import Glibc

/// State that several threads share, touched only inside `withLock`; used as `Synchronization.Mutex` is. That one hands
/// a contended lock over inside the kernel, where the thread sanitizer cannot see it, and is then reported as a race; this one
/// is a POSIX mutex, which the sanitizer knows.
package struct Lock<Value>: ~Copyable, @unchecked Sendable {
    // SAFETY: `storage` is only touched while `mutex` is held; both live as long as this value, which cannot be copied.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let storage = UnsafeMutablePointer<Value>.allocate(capacity: 1)

    package init(_ value: sending Value) {
        pthread_mutex_init(mutex, nil)
        storage.initialize(to: value)
    }

    deinit {
        storage.deinitialize(count: 1)
        storage.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` while no other thread does. It must not wait for anything, nor lock again.
    package borrowing func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&storage.pointee)
    }
}
