import Configuration
import Policy
import Testing

/// What a reload changes.
struct ReloadPlanTests {
    private static let restarting: Set = [
        "socket", "socket_mode", "socket_group", "milter_engine", "policy_socket", "wire_socket", "tap_socket",
        "tap_patience",
        "shared_store", "shared_store_user", "shared_store_password_file", "shared_store_prefix", "shared_store_name",
        "data_directory",
        "maximum_sessions",
        "queue_capacity", "control_socket", "control_group", "metrics_socket",
        "judgement_socket", "judgement_group", "listen_only_ports",
        "senders_period", "senders_retention", "senders_cells", "senders_ipv4_prefix", "senders_ipv6_prefix",
    ]

    @Test func sameConfigurationChangesNothing() {
        let plan = ReloadPlan(from: Configuration(), to: Configuration())
        #expect(plan.isEmpty)
        #expect(plan.lines.isEmpty)
        #expect(plan.configuration == Configuration())
    }

    @Test(arguments: ConfigurationKey.all.map(\.name))
    func everyKeyIsSeen(name: String) throws {
        let new = try load("\(name) = \(#require(samples[name]).written)").get()
        let plan = ReloadPlan(from: Configuration(), to: new)
        #expect(!plan.isEmpty)
        if Self.restarting.contains(name) {
            #expect(plan.deferred == [name])
            #expect(plan.applied.isEmpty)
            #expect(plan.configuration == Configuration())
            #expect(plan.lines == ["new value of \"\(name)\" not loaded: restart argotd"])
        } else {
            #expect(plan.applied == [name])
            #expect(plan.deferred.isEmpty)
            #expect(plan.configuration == new)
            #expect(plan.lines == ["new value of \"\(name)\" loaded"])
        }
    }

    @Test func onlyTheReloadableHalfIsTakenOver() throws {
        let new = try load("socket = fd:3\nmode = enforce").get()
        let plan = ReloadPlan(from: Configuration(), to: new)
        #expect(plan.configuration.socket == Configuration().socket)
        #expect(plan.configuration.policy.mode == .enforce)
        #expect(
            plan.lines == ["new value of \"mode\" loaded", "new value of \"socket\" not loaded: restart argotd"])
    }
}
