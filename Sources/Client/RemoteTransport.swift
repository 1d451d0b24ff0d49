import HTTP

extension ClientTransport {
    /// The server at an address.
    /// - Parameters:
    ///   - certificateAuthorities: a PEM file to trust instead of the system's.
    ///   - timeout: seconds for one call.
    package static func remote(
        _ address: ServerAddress, certificateAuthorities: String? = nil, timeout: Double = 60
    ) -> ClientTransport {
        let http = HTTPClient()
        return ClientTransport(place: address.shown) { request in
            let query = request.rawQuery.isEmpty ? "" : "?" + request.rawQuery
            var outgoing = ClientRequest(
                request.method, address.root + request.rawPath + query, headers: request.headers,
                body: request.body.isEmpty ? nil : request.body)
            outgoing.addresses = .unguarded
            outgoing.timeout = timeout
            outgoing.certificateAuthorities = certificateAuthorities
            do {
                if request.headers["accept"] == "text/event-stream" { return try await stream(outgoing, http, address) }
                let response = try await http.send(outgoing)
                return Response(status: response.status, headers: response.headers, body: .bytes(response.body))
            } catch let error as HTTPClientError {
                throw ClientError(advice(error, address))
            }
        }
    }

    /// A stream without an end sends something every 15 seconds.
    private static func stream(
        _ request: ClientRequest, _ http: HTTPClient, _ address: ServerAddress
    ) async throws -> Response {
        var request = request
        request.timeout = nil
        request.idleTimeout = 60
        let (head, pieces) = try await http.stream(request)
        let body = Body.stream { writer in
            do { for try await piece in pieces { try await writer.write(piece) } } catch let error as HTTPClientError {
                throw ClientError(advice(error, address))
            }
        }
        return Response(status: head.status, headers: head.headers, body: body)
    }

    private static func advice(_ error: HTTPClientError, _ address: ServerAddress) -> String {
        let text = "\(address.shown) does not answer: \(error.description)."
        switch error.code {
        case .cannotConnect:
            return text
                + " Is the server running? Start it with 'roost serve', correct LETTA_BASE_URL, or unset it to use "
                + "the local file."
        case .timedOut: return text + " Try again, or look at the server's log."
        case .tls: return text + " Is the address right, and its certificate trusted here (--ca-file)?"
        default: return address.root.hasPrefix("http://") ? text + " Does this server speak https://?" : text
        }
    }
}
