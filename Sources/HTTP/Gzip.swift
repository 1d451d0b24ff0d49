import CZlib

/// The gzip coding (RFC 1952), both ways.
enum Gzip {
    /// Below this a round trip on any network costs more than the bytes saved; above it level 1 takes about 3 µs a kB.
    static let threshold = 8 << 10

    /// Takes the coding off a body. The limit holds for the result, so a small body cannot become a huge one.
    static func decompress(_ packed: [UInt8], limit: Int, _ budget: BodyBudget) throws(ProtocolError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw BodyBudget.exhausted
        }
        defer { inflateEnd(&stream) }
        var out: [UInt8] = []
        do throws(ProtocolError) {
            var isDone = packed.isEmpty
            var taken = 0
            while !isDone {
                let (status, piece) = inflate(&stream, packed, from: &taken)
                guard out.count + piece.count <= limit else { throw BodyParser.tooLarge(limit) }
                guard budget.reserve(piece.count) else { throw BodyBudget.exhausted }
                out.append(contentsOf: piece)
                if status == Z_STREAM_END {
                    // Several members may follow each other.
                    isDone = taken == packed.count
                    if !isDone { inflateReset(&stream) }
                } else if status != Z_OK || piece.isEmpty && taken == packed.count {
                    throw ProtocolError(400, "The body is not valid gzip.")
                }
            }
            return out
        } catch {
            budget.release(out.count)
            throw error
        }
    }

    private static func inflate(
        _ stream: inout z_stream, _ packed: [UInt8], from taken: inout Int
    ) -> (status: Int32, piece: [UInt8]) {
        var status = Z_OK
        let available = min(packed.count - taken, 1 << 20)
        let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, filled in
            packed.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + taken)
                stream.avail_in = UInt32(available)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                status = CZlib.inflate(&stream, Z_NO_FLUSH)
                // No progress without more input is for the caller to judge.
                if status == Z_BUF_ERROR { status = Z_OK }
                filled = buffer.count - Int(stream.avail_out)
            }
        }
        taken += available - Int(stream.avail_in)
        return (status, piece)
    }

    /// Puts the coding on a body when the client takes it and it pays.
    static func compress(
        _ body: inout [UInt8], _ headers: inout Headers, for request: Request, isLocal: Bool, _ when: Compression
    ) {
        guard body.count >= threshold, when == .always || when == .remotePeers && !isLocal,
            !headers.contains("content-encoding"), isCompressible(headers["content-type"])
        else { return }
        headers.append("vary", "accept-encoding")
        guard accepts(request.headers), let packed = compress(body), packed.count < body.count else { return }
        body = packed
        headers.append("content-encoding", "gzip")
    }

    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK,
            bytes.count <= Int(UInt32.max)
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var status = Z_OK
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, filled in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                status = deflate(&stream, Z_FINISH)
                filled = buffer.count - Int(stream.avail_out)
            }
        }
        return status == Z_STREAM_END ? packed : nil
    }

    static func isCompressible(_ type: String?) -> Bool {
        guard let type else { return false }
        let name = type.prefix { $0 != ";" }.lowercased()
        if name == "text/event-stream" { return false }
        return name.hasPrefix("text/") || name.hasSuffix("json") || name.hasSuffix("javascript")
            || name == "image/svg+xml" || name == "application/xml"
    }

    /// Whether `Accept-Encoding` allows gzip (RFC 9110, section 12.5.3).
    static func accepts(_ headers: Headers) -> Bool {
        var any = false
        for field in headers.all("accept-encoding") {
            for item in field.utf8.split(separator: UInt8(ascii: ",")) {
                let parts = item.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
                let coding = ByteClass.trimmed(Array(parts[0])[...])
                let isZero = parts.dropFirst().contains { isZeroWeight(ByteClass.trimmed(Array($0)[...])) }
                if ByteClass.equal(coding, "gzip") || ByteClass.equal(coding, "x-gzip") { return !isZero }
                if ByteClass.equal(coding, "*"), !isZero { any = true }
            }
        }
        return any
    }

    /// `q=0`, `q=0.000`.
    private static func isZeroWeight(_ parameter: ArraySlice<UInt8>) -> Bool {
        guard parameter.count >= 3, ByteClass.equal(parameter.prefix(2), "q=") else { return false }
        return parameter.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }
}
