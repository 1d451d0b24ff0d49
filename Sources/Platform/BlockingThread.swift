import CLinux
import Glibc

/// Runs code that may block (SQLite, an event loop, libcurl) on one named kernel thread of its own, never on the
/// cooperative pool, which has only as many threads as there are cores.
package enum BlockingThread {
    /// Starts a detached thread. It ends when `body` returns.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let boxed = Unmanaged.passRetained(Body(name: name, run: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 2 << 20)
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, threadMain, boxed.toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(code == 0, "cannot start a thread: \(String(cString: strerror(code)))")
    }

    /// Runs `body` on a thread of its own while the calling task waits without holding one of the pool.
    package static func run<Value: Sendable, Failure: Error>(
        name: String, _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { waiter in
            start(name: name) { waiter.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }

    fileprivate final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}

private let threadMain: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
    if let raw {
        let body = Unmanaged<BlockingThread.Body>.fromOpaque(raw).takeRetainedValue()
        roost_name_thread(body.name)
        body.run()
    }
    return nil
}

/// A queue between asynchronous callers and a blocking thread: `push` never blocks, `popAll` waits.
package final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
    // SAFETY: `elements` and `closed` are only touched while `mutex` is held.
    private var elements: [Element] = []
    private var closed = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Adds an element; false when the queue is closed and the element was not taken.
    package func push(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        let isTaken = !closed
        if isTaken { elements.append(element) }
        pthread_mutex_unlock(mutex)
        // Not under the lock, which the woken thread takes first.
        if isTaken { pthread_cond_signal(condition) }
        return isTaken
    }

    /// Waits for the next element; nil means closed and drained.
    package func pop() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty, !closed { pthread_cond_wait(condition, mutex) }
        return elements.isEmpty ? nil : elements.removeFirst()
    }

    /// Waits for elements and takes all there are (at most `limit`). Empty means closed and drained, or, when it is not to
    /// wait, that there are none now.
    package func popAll(limit: Int = .max, waits: Bool = true) -> [Element] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty, !closed, waits { pthread_cond_wait(condition, mutex) }
        guard elements.count > limit else {
            defer { elements.removeAll(keepingCapacity: true) }
            return elements
        }
        defer { elements.removeFirst(limit) }
        return Array(elements.prefix(limit))
    }

    /// Lets `popAll` return what is left, then nothing.
    package func close() {
        pthread_mutex_lock(mutex)
        closed = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}
