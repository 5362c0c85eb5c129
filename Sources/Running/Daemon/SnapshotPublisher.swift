import Configuration
import Decision
import Logging
import Policy
import Spectral
import Synchronization

/// Publishes what decides: the configuration, with what the administrator has changed at run time on top.
///
/// Reloads come from the main thread, changes at run time from the control socket's: they meet here, one at a time. A
/// change at run time needs no file of the configuration, so that it works while one of them is faulty.
final class SnapshotPublisher: Sendable {
    private let settings: RuntimeSettingsFile
    private let state: DaemonState
    private let logger: Logger
    /// The policy of the configuration in force.
    private let configured: Mutex<PolicyConfiguration>
    private let age: DecisionAge

    init(
        _ configured: PolicyConfiguration, settings: RuntimeSettingsFile, state: DaemonState, age: DecisionAge,
        logger: Logger
    ) {
        self.age = age
        self.configured = Mutex(configured)
        self.settings = settings
        self.state = state
        self.logger = logger
    }

    /// Publishes what was read again; returns the policy in force. A tripped breaker closes.
    func publish(_ read: SnapshotSources, _ configuration: Configuration) -> PolicyConfiguration {
        // Compiling takes its time; nobody waits for it.
        let new = read.policy(of: configuration)
        let snapshot = read.snapshot(configuration, policy: new, vantages: state.vantages, inForce: state.snapshot)
        return configured.withLock { configured in
            settings.saveAgain()
            configured = new
            let policy = settings.policy(over: configured, logger)
            state.memory.reconfigure(policy)
            state.publish(snapshot.under(policy))
            noteAge()
            return policy
        }
    }

    /// Tells the memory since when model and traps decide, once they do.
    func noteAge() {
        let snapshot = state.snapshot
        let since = age.since(snapshot.model, snapshot.policy.configuration, at: DaemonState.unixTime)
        state.memory.beginProbation(at: since)
        // Reading a model, compiling it and telling it from the last one leave as much behind as they make.
        MemoryPolicy.giveBack()
    }

    /// Publishes changes at run time, on the machines that are there; returns the mode in force.
    ///
    /// - Parameter origin: where they were made, as the log says it.
    func publish(_ changes: RuntimeSettings, from origin: String = "over the control socket") -> EnforcementMode {
        configured.withLock { configured in
            let policy = changes.applied(to: configured)
            state.publish(state.snapshot.under(policy))
            state.memory.setMode(policy.mode)
            let lists = changes.lists
            logger.info(
                "changed \(origin)",
                metadata: [
                    "mode": "\(policy.mode.rawValue)", "allowed": "\(lists.allowed.count)",
                    "denied": "\(lists.denied.count)",
                ])
            return policy.mode
        }
    }
}

extension RuntimeSettingsFile {
    /// A configuration's policy with what was changed at run time on top; what the file has wrong is logged.
    func policy(over configured: PolicyConfiguration, _ logger: Logger) -> PolicyConfiguration {
        let (changes, faults) = load()
        for fault in faults { logger.error("settings: \(fault)") }
        return changes.applied(to: configured)
    }
}
