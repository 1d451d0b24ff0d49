import CCurl
import Glibc

/// The curl handle of one transfer and the memory that curl reads from. Belongs to curl's thread.
final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    let transfer: Transfer
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var body: UnsafeMutableRawBufferPointer?
    private let error = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var failed: CURLcode?
    private var guardRecord: UnsafeMutablePointer<roost_curl_guard>?
    /// As libcurl reads it.
    private var host = ""
    /// Why an address was refused. Another address of the same host may be allowed.
    private var refusal: String?

    init(easy: UnsafeMutableRawPointer, transfer: Transfer) {
        self.easy = easy
        self.transfer = transfer
        error.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    /// After curl has let go of the handle.
    func free() {
        roost_curl_list_free(fields)
        fields = nil
        body?.deallocate()
        body = nil
        error.deallocate()
        guardRecord?.deallocate()
        guardRecord = nil
    }

    var errorText: String {
        if error[0] != 0 { return String(cString: error) }
        return failed.map { String(cString: roost_curl_text($0)) } ?? ""
    }

    // MARK: Options

    /// False when curl refuses an option.
    func configure() -> Bool {
        let request = transfer.request
        set(CURLOPT_PRIVATE, UnsafeRawPointer(bitPattern: UInt(transfer.id)))
        set(CURLOPT_ERRORBUFFER, UnsafeRawPointer(error))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_URL, request.url)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectTimeout * 1000))
        if let timeout = request.timeout { set(CURLOPT_TIMEOUT_MS, max(1, Int(timeout * 1000))) }
        if let path = request.unixSocketPath { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        // The environment's proxy cannot reach this machine's own addresses.
        if request.unixSocketPath != nil || Self.isLoopback(request.url) { set(CURLOPT_PROXY, "") }
        if request.addresses.isGuarded { setGuard(request) }
        // All that libcurl knows: gzip, brotli, zstd.
        if request.acceptsCompressed { set(CURLOPT_ACCEPT_ENCODING, "") }
        if let file = request.certificateAuthorities { set(CURLOPT_CAINFO, file) }
        setMethod(request)
        setFields(request)
        let context = UnsafeRawPointer(Unmanaged.passUnretained(transfer).toOpaque())
        check(roost_curl_set_receiver(easy, CURLOPT_HEADERFUNCTION, takeHeader))
        set(CURLOPT_HEADERDATA, context)
        check(roost_curl_set_receiver(easy, CURLOPT_WRITEFUNCTION, takeBody))
        set(CURLOPT_WRITEDATA, context)
        return failed == nil
    }

    /// A proxy would resolve names itself, so there is none.
    private func setGuard(_ request: ClientRequest) {
        set(CURLOPT_PROXY, "")
        do { host = try RequestURL(request.url).host } catch { return check(CURLE_URL_MALFORMAT) }
        let record = UnsafeMutablePointer<roost_curl_guard>.allocate(capacity: 1)
        record.initialize(
            to: roost_curl_guard(allows: allows, context: Unmanaged.passUnretained(self).toOpaque()))
        guardRecord = record
        check(roost_curl_set_guard(easy, record))
    }

    /// On curl's thread, for each address that is about to be called.
    fileprivate func isAllowed(_ address: IPAddress?, port: Int) -> Bool {
        guard let refusal = transfer.request.addresses.refusal(address, host: host, port: port) else { return true }
        self.refusal = refusal
        return false
    }

    private func setMethod(_ request: ClientRequest) {
        if let bytes = request.body {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
            copy.copyBytes(from: bytes)
            body = copy
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDS, UnsafeRawPointer(copy.baseAddress))
            check(roost_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
            if request.method != .post { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        } else if request.method == .head {
            set(CURLOPT_NOBODY, 1)
        } else if request.method != .get {
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func setFields(_ request: ClientRequest) {
        for field in request.headers {
            // A field without a value is spelled with a semicolon, because a colon alone removes one of curl's own.
            add(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        if request.body != nil {
            add("Expect:")
            if !request.headers.contains("content-type") { add("Content-Type:") }
        }
        if !request.headers.contains("user-agent") { add("user-agent: roost") }
        set(CURLOPT_HTTPHEADER, UnsafeRawPointer(fields))
    }

    private func add(_ field: String) { fields = roost_curl_list_append(fields, field) }

    private func set(_ option: CURLoption, _ value: Int) { check(roost_curl_set_long(easy, option, value)) }
    private func set(_ option: CURLoption, _ value: UnsafeRawPointer?) {
        check(roost_curl_set_pointer(easy, option, value))
    }
    private func set(_ option: CURLoption, _ text: String) {
        // curl stops at a NUL: a URL with one in it would not be the one that was checked.
        if text.utf8.contains(0) { return check(CURLE_URL_MALFORMAT) }
        text.withCString { check(roost_curl_set_pointer(easy, option, $0)) }
    }
    private func check(_ code: CURLcode) {
        if code != CURLE_OK, failed == nil { failed = code }
    }

    static func isLoopback(_ url: String) -> Bool {
        guard let scheme = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let authority = url[scheme...].dropFirst(3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = (authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "").lowercased()
        if host.hasPrefix("[") { return host.hasPrefix("[::1]") }
        let name = String(host.prefix { $0 != ":" })
        return name.hasSuffix(".localhost") || Loopback.isLoopback(name)
    }

    // MARK: The end

    func outcome(_ code: CURLcode) -> Result<Void, any Error> {
        if code == CURLE_OK { return .success(()) }
        if let refusal { return .failure(HTTPClientError(.forbidden, refusal)) }
        failed = code
        let kind: HTTPClientError.Code =
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .invalidRequest
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .cannotConnect
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE: .tls
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR: .closed
            default: .other
            }
        return .failure(HTTPClientError(kind, errorText))
    }
}

private let allows: roost_curl_allows = { context, bytes, size, port in
    guard let context else { return false }
    let handle = Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
    let address = bytes.flatMap { IPAddress(UnsafeBufferPointer(start: $0, count: size)) }
    return handle.isAllowed(address, port: Int(port))
}

private let takeHeader: roost_curl_receiver = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) { line in
        transfer.takeHeader(UnsafeBufferPointer(start: line, count: size * count))
    }
    return size * count
}

private let takeBody: roost_curl_receiver = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    let isTaken = bytes.withMemoryRebound(to: UInt8.self, capacity: size * count) { piece in
        transfer.takeBody(UnsafeBufferPointer(start: piece, count: size * count))
    }
    return isTaken ? size * count : Int(CURL_WRITEFUNC_PAUSE)
}
