import Platform

/// One request and its response, on the task that was started for it.
struct Exchange: Sendable {
    let token: ConnectionToken
    let terms: ExchangeTerms
    let isLocal: Bool
    let shared: ServerShared
    /// Nil when only the loop may write.
    let socket: AnswerSocket?

    func run(_ request: Request) async {
        var request = request
        var taken = request.body.count
        let response: Response
        do throws(ProtocolError) {
            if terms.isGzipped { try unpack(&request, &taken) }
            response = await shared.respond(request)
        } catch {
            response = .detail(error.status, error.detail)
        }
        // Before the answer leaves: its reader may send the next body at once.
        shared.budget.release(taken)
        if case .stream(let produce) = response.body {
            await stream(response, produce)
        } else {
            finish(response, request)
        }
    }

    /// Takes the gzip coding off the body; `taken` is what the budget holds for it.
    private func unpack(_ request: inout Request, _ taken: inout Int) throws(ProtocolError) {
        let packed = request.body
        request.body = try Gzip.decompress(packed, limit: shared.limits.maximumBodyBytes, shared.budget)
        request.headers.remove("content-encoding")
        shared.budget.release(packed.count)
        taken = request.body.count
    }

    private func finish(_ response: Response, _ request: Request) {
        var headers = response.headers
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        if !allowsBody(response.status) {
            let closes = closes(headers)
            let head = ResponseEncoder.head(response.status, headers, .none, terms, closes: closes)
            answer(head, closes: closes)
            return
        }
        Gzip.compress(&body, &headers, for: request, isLocal: isLocal, shared.compression)
        let held = body.count < Self.smallAnswer || terms.isHead ? 0 : body.count
        // What was written is answered for in any case: who does not hear of it might do it again.
        guard shared.waiting.reserve(held, evenBeyond: request.method != .get) else {
            return finish(.detail(503, "Too many answers wait for slow readers; try again in a moment."), request)
        }
        let closes = closes(headers)
        let isJoined = body.count <= 16 << 10 && !terms.isHead
        var head = ResponseEncoder.head(
            response.status, headers, .length(body.count), terms, closes: closes, reserving: isJoined ? body.count : 0)
        if isJoined { head.append(contentsOf: body) }
        if isJoined || terms.isHead {
            answer(head, closes: closes)
        } else {
            let isTaken = shared.mailbox.post(.respond(token, head: head, body: body, closes: closes, held: held))
            if !isTaken { shared.waiting.release(held) }
        }
    }

    /// Sends a short response from this thread where that can be done.
    private func answer(_ bytes: [UInt8], closes: Bool) {
        guard let socket else {
            shared.mailbox.post(.respond(token, head: bytes, body: [], closes: closes))
            return
        }
        socket.answer(bytes) { sent, isAwaited in
            let rest = sent == bytes.count ? [] : Array(bytes[sent...])
            let wakes = isAwaited || closes || !rest.isEmpty
            shared.mailbox.post(.respond(token, head: rest, body: [], closes: closes), wakes: wakes)
        }
    }

    /// Answers below this are not counted.
    private static let smallAnswer = 256 << 10

    private func allowsBody(_ status: Int) -> Bool { status >= 200 && status != 204 && status != 304 }

    private func closes(_ headers: Headers) -> Bool {
        !terms.keepAlive || shared.isDraining || headers.listContains("connection", "close")
    }

    private func stream(_ response: Response, _ produce: @Sendable (BodyWriter) async throws -> Void) async {
        let closes = closes(response.headers) || terms.isVersion10
        let framing: ResponseEncoder.Framing = terms.isVersion10 ? .untilClose : .chunked
        let head = ResponseEncoder.head(response.status, response.headers, framing, terms, closes: closes)
        if terms.isHead || !allowsBody(response.status) {
            shared.mailbox.post(.respond(token, head: head, body: [], closes: closes))
            return
        }
        let gate = StreamGate(queued: head.count, limit: shared.limits.streamBufferBytes)
        shared.mailbox.post(.beginStream(token, head: head, gate, isEndless: response.isEndless, closes: closes))
        let isChunked = !terms.isVersion10
        var isClean = true
        do {
            try await produce(BodyWriter { bytes in try await send(bytes, gate, isChunked: isChunked) })
        } catch {
            // A subscription that the server itself ended is complete, whatever its producer made of that.
            isClean = gate.isStopping && response.isEndless
        }
        let end = isChunked ? Array("0\r\n\r\n".utf8) : []
        shared.mailbox.post(.endStream(token, end, isClean: isClean))
    }

    private static let pieceSize = 64 << 10

    private func send(_ bytes: [UInt8], _ gate: StreamGate, isChunked: Bool) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Self.pieceSize)
            rest = rest.dropFirst(piece.count)
            let framed = isChunked ? Self.chunk(piece) : Array(piece)
            try await gate.reserve(framed.count)
            guard shared.mailbox.post(.chunk(token, framed)) else { throw StreamError.serverStopping }
        }
    }

    private static func chunk(_ piece: ArraySlice<UInt8>) -> [UInt8] {
        var framed: [UInt8] = []
        framed.reserveCapacity(piece.count + 12)
        framed.append(contentsOf: String(piece.count, radix: 16).utf8)
        framed.append(contentsOf: "\r\n".utf8)
        framed.append(contentsOf: piece)
        framed.append(contentsOf: "\r\n".utf8)
        return framed
    }
}
