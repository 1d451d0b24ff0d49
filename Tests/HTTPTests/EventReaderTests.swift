import HTTP
import Testing

@Suite struct EventReaderTests {
    private let stream =
        ": connected\n\nid: 4\nevent: change\ndata: {\"ü\":1}\n\nevent: b\r\ndata:x\r\ndata: y\r\n\r\n: heartbeat\n\nid: 9\ndata: cut"

    @Test(arguments: [1, 2, 3, 7, 1000]) func `events are the same in pieces of any size`(size: Int) {
        var reader = EventReader()
        var events: [ReceivedEvent] = []
        let bytes = Array(stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += reader.events(in: Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(
            events == [
                ReceivedEvent(id: "4", name: "change", data: "{\"ü\":1}"),
                ReceivedEvent(id: "4", name: "b", data: "x\ny"),
            ])
        #expect(reader.pendingBytes == "data: cut".utf8.count)
    }

    @Test func `what waits for the end of an event is counted`() {
        var reader = EventReader()
        #expect(reader.events(in: Array("data: abc\ndata: d\ndata: ef".utf8)).isEmpty)
        #expect(reader.pendingBytes == 4 + "data: ef".utf8.count)
        #expect(reader.events(in: Array("g\n\n".utf8)).map(\.data) == ["abc\nd\nefg"])
        #expect(reader.pendingBytes == 0)
    }
}
