import Foundation
import HTTP
import Testing

@Suite struct ServerTests {
    @Test func `a request is answered and the connection is kept`() async throws {
        let server = try TestServer(handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            for index in 0..<3 {
                let answer = try socket.roundTrip("GET /a/\(index)?x=1 HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(answer.status == 200)
                #expect(answer.text == "method: GET\npath: /a/\(index)\nquery: x=1\nhost: h\nbody: ")
                #expect(answer["server"] == "roost")
                #expect(answer["date"]?.hasSuffix(" GMT") == true)
                #expect(answer["x-request-id"]?.hasPrefix("req-") == true)
                #expect(answer["connection"] == nil)
            }
        }
        await server.stop()
        #expect(server.server.openConnections == 0)
    }

    @Test func `bodies with a length and in chunks are complete`() async throws {
        let server = try TestServer(handler: TestServer.echo)
        let address = server.address
        try await blocking {
            let socket = try TestSocket(address)
            let plain = try socket.roundTrip("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
            #expect(plain.text.hasSuffix("body: hello"))
            let chunked = try socket.roundTrip(
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"
            )
            #expect(chunked.text.hasSuffix("body: hello world"))
        }
        await server.stop()
    }
}
