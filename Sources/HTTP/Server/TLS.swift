import COpenSSL
import Glibc

/// A certificate and its key, ready for handshakes. OpenSSL counts the sessions that use it.
final class TLSContext: @unchecked Sendable {
    // SAFETY: set once; OpenSSL locks inside a context what its sessions share.
    fileprivate let pointer: OpaquePointer

    init(_ files: TLSFiles) throws(ServerError) {
        var error = [CChar](repeating: 0, count: 512)
        guard let pointer = roost_tls_context_new(files.certificate, files.key, &error, error.count) else {
            throw ServerError(String(decoding: error.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        self.pointer = pointer
    }

    deinit { roost_tls_context_free(pointer) }
}

/// TLS on one connection. Belongs to the event loop's thread.
final class TLSSession {
    private let pointer: OpaquePointer

    init?(_ context: TLSContext, _ descriptor: Int32) {
        guard let pointer = roost_tls_session_new(context.pointer, descriptor) else { return nil }
        self.pointer = pointer
    }

    deinit { roost_tls_session_free(pointer) }

    func handshake() -> Connection.Transfer { transfer(Int(roost_tls_handshake(pointer))) }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Connection.Transfer {
        transfer(roost_tls_read(pointer, buffer.baseAddress, buffer.count))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Connection.Transfer {
        transfer(roost_tls_write(pointer, bytes.baseAddress, bytes.count))
    }

    /// Tells the peer that nothing follows, as far as that can be done at once.
    func close() { roost_tls_close_notify(pointer) }

    private func transfer(_ result: Int) -> Connection.Transfer {
        if result > 0 { return .bytes(result) }
        return result == Int(ROOST_TLS_WOULD_BLOCK) ? .wouldBlock : .ended
    }
}
