import Testing

@testable import Engine

@Suite struct RunRegistryTests {
    @Test func `one attends to all runs, until there are none`() {
        let registry = RunRegistry()
        registry.add("a") {}
        #expect(registry.beginAttending())
        #expect(!registry.beginAttending())
        #expect(!registry.endsAttending())
        registry.remove("a")
        #expect(registry.endsAttending())
        #expect(registry.beginAttending())
    }

    @Test func `a run is stopped where it is carried out`() async {
        let registry = RunRegistry()
        await confirmation { stopped in
            registry.add("a") { stopped() }
            #expect(registry.cancel("a"))
        }
        #expect(!registry.cancel("b"))
        registry.remove("a")
        #expect(!registry.isLive("a"))
    }
}
