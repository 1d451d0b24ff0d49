import Domain
import Platform
import Testing

@Suite struct IdentityTests {
    @Test func `properties of one key replace each other, the others stay in place`() {
        var identity = Identity(
            id: "identity-1", identifierKey: "k", name: "n", type: "user", createdAt: Timestamp(microseconds: 0))
        identity.merge([
            IdentityProperty(key: "a", value: 1, type: "number"),
            IdentityProperty(key: "b", value: "x", type: "string"),
        ])
        identity.merge([IdentityProperty(key: "a", value: 2, type: "number")])
        #expect(
            identity.properties.value == [
                ["key": "a", "value": 2, "type": "number"], ["key": "b", "value": "x", "type": "string"],
            ])
        identity.replaceProperties([IdentityProperty(key: "c", value: true, type: "boolean")])
        #expect(identity.properties.value == [["key": "c", "value": true, "type": "boolean"]])
    }

    @Test func `a member of metadata becomes a property of its type`() {
        #expect(IdentityProperty(key: "k", metadata: nil) == nil)
        #expect(IdentityProperty(key: "k", metadata: 1.5)?.type == "number")
        #expect(IdentityProperty(key: "k", metadata: ["a": 1])?.type == "json")
        #expect(IdentityProperty(key: "k", metadata: ["x"])?.value == ["items": ["x"]])
    }
}
