import Domain
import Engine
import HTTP
import Platform

/// Tells an address that a client gave with its request that the run has ended.
enum RunAnnouncement {
    /// Seconds.
    private static let timeout = 10.0

    /// - Parameter addresses: where it may lead.
    static func overHTTP(_ addresses: AddressPolicy) -> Engine.Announcement {
        let client = HTTPClient()
        return { address, run in await announce(run, to: address, addresses, client) }
    }

    private static func announce(
        _ run: Run, to address: String, _ addresses: AddressPolicy, _ client: HTTPClient
    ) async -> (status: Int?, error: String?) {
        var json = JSONWriter()
        json.object { json in
            json.field("run_id", run.id)
            json.field("status", run.status.rawValue)
            json.field("completed_at", run.completedAt)
            json.field("metadata", run.metadata)
        }
        var request = ClientRequest(.post, address, headers: ["content-type": "application/json"], body: json.bytes)
        request.addresses = addresses
        request.timeout = timeout
        request.connectTimeout = timeout
        request.maximumBodyBytes = 1 << 20
        do {
            return (try await client.send(request).status, nil)
        } catch let error as HTTPClientError {
            return (nil, error.description)
        } catch {
            return (nil, "cancelled")
        }
    }
}
