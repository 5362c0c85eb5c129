import ClientLab
import Foundation
import Logging
import Synchronization
import Testing

@testable import Daemon
@testable import Sockets

/// What argotd takes from the service manager and tells it.
@Suite("Service manager")
struct ServiceManagerTests {
    private static func sockets(_ names: String?, count: String, process: Int32 = 7) -> InheritedSockets {
        let environment = ["LISTEN_PID": "7", "LISTEN_FDS": count, "LISTEN_FDNAMES": names]
        return InheritedSockets(process: process) { environment[$0] ?? nil }
    }

    @Test func socketsAreToldApartByName() {
        let sockets = ServiceSockets(Self.sockets("policy:milter:metrics", count: "3"))
        #expect(sockets.policy == .descriptor(3))
        #expect(sockets.filter == .descriptor(4))
        #expect(sockets.metrics == .descriptor(5))
        #expect(sockets.control == nil)
        #expect(sockets.unused.isEmpty)
    }

    @Test(arguments: [nil, "", "argotd.socket", "unknown"])
    func aSingleSocketWithoutAServiceIsTheFilters(name: String?) {
        let sockets = ServiceSockets(Self.sockets(name, count: "1"))
        #expect(sockets.filter == .descriptor(3))
        #expect(sockets.unused.isEmpty)
    }

    @Test func theNameOutweighsTheOrder() {
        let sockets = ServiceSockets(Self.sockets("argotd.socket:milter", count: "2"))
        #expect(sockets.filter == .descriptor(4))
        #expect(sockets.unused == ["fd:3 (argotd.socket)"])
    }

    @Test func aServiceThatComesTwiceIsReported() {
        let sockets = ServiceSockets(Self.sockets("milter:milter:policy", count: "3"))
        #expect(sockets.filter == .descriptor(3))
        #expect(sockets.unused == ["fd:4 (milter)"])
    }

    @Test func aPolicySocketAloneIsNotTheFilters() {
        #expect(ServiceSockets(Self.sockets("policy", count: "1")).filter == nil)
    }

    @Test(arguments: ["0", "-1", "x", "", "99999999999999999999"])
    func aCountThatMakesNoSenseBringsNoSockets(count: String) {
        #expect(ServiceSockets(Self.sockets("milter", count: count)).filter == nil)
    }

    @Test func theSocketsOfAnotherProcessAreNotTaken() {
        #expect(ServiceSockets(Self.sockets("milter", count: "1", process: 8)).filter == nil)
    }

    @Test func namesMayBeMissingAndTooMany() {
        #expect(ServiceSockets(Self.sockets("policy", count: "2")).filter == .descriptor(4))
        let sockets = ServiceSockets(Self.sockets("policy:milter", count: "1"))
        #expect(sockets.policy == .descriptor(3))
        #expect(sockets.filter == nil)
    }

    private static func notification(_ environment: [String: String]) -> ServiceNotification {
        ServiceNotification(process: 7) { environment[$0] }
    }

    @Test func theWatchdogIsForOneProcess() {
        let base = ["NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "60000000"]
        #expect(Self.notification(base).watchdogSeconds == 60)
        #expect(Self.notification(base.merging(["WATCHDOG_PID": "7"]) { $1 }).watchdogSeconds == 60)
        #expect(Self.notification(base.merging(["WATCHDOG_PID": "8"]) { $1 }).watchdogSeconds == nil)
        #expect(Self.notification(base.merging(["WATCHDOG_USEC": "0"]) { $1 }).watchdogSeconds == nil)
        #expect(Self.notification(["WATCHDOG_USEC": "60000000"]).watchdogSeconds == nil)
    }

    @Test(arguments: [false, true])
    func messagesArrive(isAbstract: Bool) throws {
        let directory = try ScratchDirectory(prefix: "argot")
        let address = isAbstract ? "@\(directory.path)/abstract" : "\(directory.path)/notify"
        let manager = try NotifySocket(address)
        let notification = Self.notification(["NOTIFY_SOCKET": address])
        notification.send(.ready)
        #expect(manager.next() == "READY=1")
        notification.send(.reloading)
        let reloading = try #require(manager.next()).split(separator: "\n")
        #expect(reloading.first == "RELOADING=1")
        let microseconds = try #require(reloading.last?.split(separator: "=").last.flatMap { UInt64($0) })
        #expect(microseconds > 0)
        notification.send(.stopping)
        #expect(manager.next() == "STOPPING=1")
    }

    @Test func aManagerThatIsGoneIsNotMissed() {
        Self.notification(["NOTIFY_SOCKET": "/nonexistent/notify"]).send(.ready)
        Self.notification(["NOTIFY_SOCKET": String(repeating: "/x", count: 200)]).send(.ready)
        Self.notification([:]).send(.ready)
    }

    @Test func theWatchdogSpeaksOnlyWhenTheFilterAnswers() throws {
        let directory = try ScratchDirectory(prefix: "argot")
        let manager = try NotifySocket("\(directory.path)/notify")
        let notification = Self.notification(["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "300000"])
        let asked = Mutex(0)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let watchdog = try #require(
            Watchdog(notification, logger: logger) { _ in
                asked.withLock { count in
                    count += 1
                    return count > 3
                }
            })
        watchdog.start()
        #expect(manager.next() == "WATCHDOG=1")
        watchdog.stop()
        #expect(asked.withLock { $0 } > 3)
    }

    @Test func theWatchdogKeepsSilentForAReason() {
        func fault(idle: Double, takes: Bool = true, answered: Bool = true) -> String? {
            Watchdog.Look(idle: idle, takesConnections: takes, answered: answered).fault(within: 60)
        }
        #expect(fault(idle: 1) == nil)
        #expect(fault(idle: 29) == nil)
        #expect(fault(idle: 31)?.contains("main loop") == true)
        #expect(fault(idle: 1, answered: false)?.contains("does not answer") == true)
        // Out of descriptors it makes mail servers wait on purpose; a restart would not help.
        #expect(fault(idle: 1, takes: false, answered: false) == nil)
        #expect(fault(idle: 31, takes: false, answered: false) != nil)
    }
}
