import Testing

@testable import Client

@Suite struct TestReportTests {
    private func junit(_ text: String, folder: String? = "/src/shop") throws -> TestReport {
        try JUnitReport.read(Array(text.utf8), folder: folder)
    }

    @Test func `pytest's report tells the assertion and the place`() throws {
        let report = try junit(
            """
            <testsuites><testsuite name="pytest"><testcase classname="tests.test_orders" name="test_total[1-2]">
            <failure message="assert 3 == 4&#10; +  where 3 = total()">    def test_total():
            &gt;       assert total() == 4
            E       assert 3 == 4

            tests/test_orders.py:5: AssertionError</failure><system-out><failure>no</failure></system-out></testcase>
            <testcase classname="tests.test_orders" name="test_ok"/>
            <testcase classname="tests.test_orders" name="test_later"><skipped message="not yet"/></testcase>
            </testsuite></testsuites>
            """)
        #expect(report.failures.count == 1)
        #expect(report.failures[0].name == "tests.test_orders.test_total[1-2]")
        #expect(report.failures[0].file == "tests/test_orders.py")
        #expect(report.failures[0].line == 5)
        #expect(report.failures[0].error == "assert 3 == 4\n +  where 3 = total()")
        #expect(report.passed == ["tests.test_orders.test_ok"])
        #expect(report.skipped == 1)
    }

    @Test func `of a Java trace the project's own frames are kept`() throws {
        let report = try junit(
            """
            <testsuite name="com.acme.OrderTest"><testcase name="total" classname="com.acme.OrderTest">
            <failure message="expected: &lt;4&gt; but was: &lt;3&gt;" type="org.opentest4j.AssertionFailedError"><![CDATA[
            org.opentest4j.AssertionFailedError: expected: <4> but was: <3>
            \tat org.junit.jupiter.api.AssertEquals.failNotEqual(AssertEquals.java:197)
            \tat com.acme.Orders.total(Orders.java:31)
            \tat com.acme.OrderTest.total(OrderTest.java:12)
            \tat java.base/java.lang.reflect.Method.invoke(Method.java:568)
            ]]></failure></testcase>
            <testcase name="retried" classname="com.acme.OrderTest"><flakyFailure message="once"/></testcase></testsuite>
            """)
        #expect(report.failures[0].error == "org.opentest4j.AssertionFailedError: expected: <4> but was: <3>")
        #expect(
            report.failures[0].trace == [
                "at com.acme.Orders.total(Orders.java:31)", "at com.acme.OrderTest.total(OrderTest.java:12)",
            ])
        #expect(report.passed == ["com.acme.OrderTest.retried"])
    }

    @Test func `jest's, Go's and Swift's reports are read`() throws {
        let jest = try junit(
            """
            <testsuites name="jest tests"><testsuite name="orders"><testcase classname="orders adds up" name="orders adds up">
            <failure>Error: \u{1B}[2mexpect(\u{1B}[22mreceived).toBe(expected)

            Expected: 4
            Received: 3
                at Object.toBe (/src/shop/src/orders.test.js:5:18)
                at Promise.then.completed (/src/shop/node_modules/jest-circus/build/utils.js:298:28)</failure>
            </testcase></testsuite></testsuites>
            """)
        #expect(jest.failures[0].name == "orders adds up")
        #expect(jest.failures[0].error.hasPrefix("Error: expect(received).toBe(expected)\nExpected: 4\nReceived: 3"))
        #expect(jest.failures[0].file == "src/orders.test.js" && jest.failures[0].line == 5)
        let go = try junit(
            """
            <testsuites><testsuite name="acme/shop"><testcase classname="acme/shop" name="TestTotal"><failure message="Failed" \
            type="">    orders_test.go:12: got 3, want 4</failure></testcase></testsuite></testsuites>
            """)
        #expect(go.failures[0].error == "got 3, want 4")
        #expect(go.failures[0].file == "orders_test.go" && go.failures[0].line == 12)
        let swift = try junit(
            """
            <testsuites><testsuite name="TestResults"><testcase classname="ShopTests.OrderTests" name="testTotal" time="0.1">
            <failure message="failed"></failure></testcase></testsuite></testsuites>
            """)
        #expect(swift.failures[0].name == "ShopTests.OrderTests.testTotal" && swift.failures[0].error == "Failed")
    }

    @Test func `suites in suites are read, and a test tried again counts once`() throws {
        let report = try junit(
            """
            <testsuites><testsuite name="a"><testsuite name="b"><testcase name="x"><error message="boom"/></testcase></testsuite>
            <testcase name="x" classname="b"/></testsuite></testsuites>
            """)
        #expect(report.failures.map(\.name) == ["b.x"])
        #expect(report.passed.isEmpty)
        #expect(throws: XMLError.self) { try junit("<html><body/></html>") }
    }

    @Test func `pytest's output tells failures, errors and, with -v, what passed`() {
        let report = PytestOutput.read(
            """
            ============================= test session starts ==============================
            tests/test_orders.py::test_ok PASSED                                     [ 33%]
            tests/test_orders.py::TestCart::test_total FAILED                        [ 66%]
            =================================== FAILURES ===================================
            _____________________________ TestCart.test_total ______________________________

                def test_total(self):
            >       assert total([1, 2]) == 4
            E       assert 3 == 4

            tests/test_orders.py:9: AssertionError
            =========================== short test summary info ============================
            FAILED tests/test_orders.py::TestCart::test_total - assert 3 ...
            ERROR tests/test_b.py::test_c - RuntimeError: no database
            ============== 1 failed, 1 passed, 2 skipped, 1 error in 0.03s ===============
            """, folder: nil)
        #expect(report.failures.map(\.name) == ["tests.test_orders.TestCart.test_total", "tests.test_b.test_c"])
        #expect(report.failures[0].error == "assert 3 == 4")
        #expect(report.failures[0].line == 9)
        #expect(report.failures[1].error == "RuntimeError: no database")
        #expect(report.passed == ["tests.test_orders.test_ok"])
        #expect(report.skipped == 2)
    }

    @Test func `swift test's output is read, of both libraries`() {
        let report = SwiftTestOutput.read(
            """
            Test Case 'OrderTests.testOk' started at 2026-11-20 10:00:00.000
            Test Case 'OrderTests.testOk' passed (0.001 seconds)
            /src/shop/Tests/OrderTests.swift:12: error: OrderTests.testTotal : XCTAssertEqual failed: ("3") is not equal to ("4") - x
            Test Case 'OrderTests.testTotal' failed (0.002 seconds)
            Test Case 'OrderTests.testCrash' failed (0.002 seconds)
            ✔ Test "a cart is empty" passed after 0.001 seconds.
            ✘ Test total() recorded an issue at CartTests.swift:7:9: Expectation failed: (sum → 3) == 4
            ✘ Test total() failed after 0.001 seconds with 1 issue.
            ✘ Test run with 2 tests failed after 0.001 seconds with 1 issue.
            """, folder: "/src/shop")
        #expect(report.failures.map(\.name) == ["OrderTests.testTotal", "total()", "OrderTests.testCrash"])
        #expect(report.failures[0].file == "Tests/OrderTests.swift" && report.failures[0].line == 12)
        #expect(report.failures[1].error == "Expectation failed: (sum → 3) == 4")
        #expect(report.passed == ["OrderTests.testOk", "a cart is empty"])
    }

    @Test func `a Python traceback is shown from where it broke`() {
        let trace = StackTrace(
            """
            Traceback (most recent call last):
              File "/src/shop/app/main.py", line 3, in <module>
              File "/usr/lib/python3.12/json/__init__.py", line 346, in loads
              File "/src/shop/app/orders.py", line 10, in total
            ValueError: no such order
            """, folder: "/src/shop")
        #expect(trace.place == StackTrace.Place(file: "app/orders.py", line: 10))
        #expect(trace.assertion == "ValueError: no such order")
        #expect(trace.lines.count == 2)
    }

    @Test func `a damaged report is read or refused, and nothing else`() {
        let report = Array(
            """
            <?xml version="1.0"?><testsuites><testsuite name="a"><testcase name="x" classname="b" line="9"><failure message="&#10;&lt;">
            File "a.py", line 3, in x
            a.go:12:4: e f\u{1B}[31m</failure><![CDATA[x]]></testcase></testsuite></testsuites>
            """.utf8)
        let bytes: [UInt8] = [0, 0x1B, 0x22, 0x26, 0x2F, 0x3A, 0x3C, 0x3E, 0x5B, 0x80, 0xFF]
        for index in report.indices {
            for byte in bytes {
                var damaged = report
                damaged[index] = byte
                // Either is fine: what counts is that it comes back.
                _ = try? JUnitReport.read(damaged, folder: "/")
                let text = String(decoding: damaged, as: UTF8.self)
                _ = PytestOutput.read("= FAILURES =\n__ x __\n" + text + "\nFAILED a.py::x - e", folder: nil)
                _ = SwiftTestOutput.read("✘ Test x() recorded an issue at " + text, folder: nil)
            }
        }
    }
}
