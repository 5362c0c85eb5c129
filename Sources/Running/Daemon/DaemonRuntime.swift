public import Configuration
import Decision
import Dialects
import FoundationEssentials
import Keeping
import KeyedHashing
import Logging
import Milter
import Policy
public import SMTP
import Sockets
import SystemPackage
import Threads

/// The daemon: puts the rooms together, runs until it is told to stop, and reloads when it is told to.
public final class DaemonRuntime {
    /// Where the configuration is read from, now and at each reload.
    public struct Sources: Sendable {
        /// The configuration file; `nil` for the default one, which may be absent.
        public var file: String?
        /// The directory of drop-ins; `nil` for the one next to the file.
        public var dropIns: String?
        /// Settings from the command line, `key=value`.
        public var overrides: [String]

        /// Sources from their parts.
        public init(file: String? = nil, dropIns: String? = nil, overrides: [String] = []) {
            self.file = file
            self.dropIns = dropIns
            self.overrides = overrides
        }

        /// Reads the configuration; the time is that before the reading: what is written later was not read.
        public func load() -> (loaded: LoadedConfiguration, began: UnixTime) {
            let began = DaemonState.unixTime
            return (Configuration.load(file: file, dropIns: dropIns, overrides: overrides), began)
        }
    }

    private let sources: Sources
    private var configuration: Configuration
    private let lieShares: LieShareFile
    /// Whether lies stood down when that was looked at last.
    private var liesStandDown = false
    private let output: LogOutput
    private let logger: Logger
    private let keeper: any Keeper
    /// What keeps changes here, without telling anybody.
    private let local: any Keeper
    private let sharing: SiteSharing?
    private let models: TaughtModels
    private let state: DaemonState
    private let server: any MilterEngine
    private let publisher: SnapshotPublisher
    private let control: ControlService
    private let services: DaemonServices
    private let notification = ServiceNotification()
    private let senders: SenderService
    private let lessons: LessonDesk
    /// Where the filter listens.
    private let place: SocketName
    /// Does at the end what may take long: its thread is there from the beginning, when there may be none left.
    private let closer = SerialWorker("argot-end")

    /// How long the end may wait for the disk, and then for whoever reads the log, when neither answers.
    private static let patience = (disk: Duration.seconds(20), log: Duration.seconds(1))

    /// Sets everything up: store, memory, model, socket. The socket listens when this returns.
    ///
    /// - Parameters:
    ///   - sources: where the configuration came from, for reloads.
    ///   - configuration: the configuration.
    ///   - began: when its reading began.
    /// - Throws: what the log says too; nothing is left running.
    public init(sources: Sources, configuration: Configuration, began: UnixTime) throws {
        ProcessSignals.prepareProcess()
        self.sources = sources
        self.configuration = configuration
        let output = LogOutput(configuration)
        self.output = output
        let logger = Logger(label: "argotd") { _ in LineLogHandler(output: output) }
        self.logger = logger
        let sockets = ServiceSockets()
        for socket in sockets.unused {
            logger.error("systemd passes \(socket), which nobody serves: \(ServiceSockets.remedy)")
        }
        let read = try SnapshotSources(configuration)
        for warning in read.warnings { logger.warning("model: \(warning)") }
        let key = DaemonRuntime.hashingKey(configuration, logger)
        let settings = RuntimeSettingsFile(path: configuration.files.settings)
        let policy = settings.policy(over: read.policy(of: configuration), logger)
        let memory = DecisionMemory(key: key, policy: policy)
        let local = configuration.keeper(
            key: key, now: { DaemonState.unixTime }, onEvent: { event in logger.warning("store: \(event)") })
        let sharing = try configuration.sharing(key: key).map { SiteSharing($0, logger: logger) }
        self.sharing = sharing
        models = TaughtModels(configuration)
        keeper = sharing.map { SharingKeeper(local, sharing: $0) } ?? local
        self.local = local
        let saved = Self.restore(memory, from: keeper, logger)
        let metrics = DaemonMetrics()
        let senders = SenderService(configuration, key: key, keeper: keeper, logger: logger)
        let lessons = LessonDesk(configuration, key: key, keeper: keeper, metrics: metrics) {
            senders.pseudonym(of: $0)
        }
        lessons.restore(saved.correspondents)
        self.lessons = lessons
        let campaigns = CampaignDesk(configuration, key: key, keeper: keeper, metrics: metrics)
        campaigns.restore(saved)
        let journal = JournalService(
            configuration: configuration, output: output, logger: logger, keeper: keeper,
            transcripts: TranscriptWriter(configuration), metrics: metrics, lessons: lessons, campaigns: campaigns)
        self.senders = senders
        let hasPolicyService = sockets.hasPolicyService(configuration)
        let state = DaemonState(
            memory: memory, journal: journal, metrics: metrics,
            greetings: hasPolicyService ? GreetingNotes() : nil,
            lines: configuration.wireSocket.isEmpty ? nil : LineDesk(),
            tap: configuration.tapSocket.isEmpty
                ? nil : TapDesk(patience: .milliseconds(configuration.tapPatience)), senders: senders,
            sharing: sharing
        ) { read.snapshot(configuration, policy: policy, vantages: $0) }
        self.state = state
        let publisher = SnapshotPublisher(
            read.policy(of: configuration), settings: settings, state: state,
            age: DecisionAge(path: configuration.files.decisionAge, key: key), logger: logger)
        publisher.noteAge()
        lieShares = LieShareFile(path: configuration.files.requestShares)
        if let learning = lieShares.read() { memory.resume(learning) }
        self.publisher = publisher
        let socket = try sockets.filter ?? SocketName(configuration.socket)
        place = socket.bound
        let group = configuration.socketGroup
        server = try Self.engine(
            configuration,
            listener: SocketListener(
                socket, mode: UInt32(configuration.socketMode), group: group.isEmpty ? nil : group),
            report: { isProblem, text in logger.log(level: isProblem ? .warning : .info, "\(text)") },
            negotiation: { journal.wantsBodies ? SMTPSessionHandler.recording : SMTPSessionHandler.judging },
            makeSession: Self.sessions(configuration, state))
        control = ControlService(
            state: state, keeper: keeper, output: output, settings: settings, publisher: publisher,
            info: DaemonInfo(
                started: DaemonState.unixTime, loaded: began, modelSource: read.source,
                dialects: read.model.dialects.count,
                mode: policy.mode, modelWritten: read.written, taught: read.taught, filterSocket: "\(socket.bound)",
                engine: server.name,
                policySocket: DaemonRuntime.policySocket(configuration, sockets)))
        services = try DaemonServices(
            configuration, sockets: sockets, state: state, control: control,
            judgements: JudgementService(desk: lessons, state: state, keeper: keeper), logger: logger)
        logger.info(
            "started",
            metadata: [
                "socket": "\(socket)", "mode": "\(policy.mode.rawValue)", "model": "\(read.source)",
                "dialects": "\(read.model.dialects.count)",
            ])
    }

    /// What makes sessions: those of submission are only listened to.
    private static func sessions(
        _ configuration: Configuration, _ state: DaemonState
    ) -> @Sendable () -> any MilterSession {
        let ports = configuration.listenOnlyPorts
        guard !ports.isEmpty else { return { SMTPSessionHandler(state: state) } }
        return {
            SessionByPort(
                ports: ports,
                listener: { ListenOnlySession(CorrespondentListener(desk: state.journal.lessons)) },
                judge: { SMTPSessionHandler(state: state) })
        }
    }

    /// Reads all that the configuration names without starting anything: the model and the socket's specification.
    ///
    /// - Throws: all faults, each with its place.
    public static func check(_ configuration: Configuration) throws {
        _ = try SnapshotSources(configuration)
        _ = try SocketName(configuration.socket)
        for name in [
            configuration.policySocket, configuration.controlSocket, configuration.judgementSocket,
            configuration.metricsSocket,
        ]
        where !name.isEmpty {
            _ = try SocketName(name)
        }
    }

    /// Serves until TERM or INT, or until libmilter gives up. Returns the exit status.
    ///
    /// - Parameter onReady: called when mail servers are answered.
    public func run(onReady: () -> Void) -> Int32 {
        defer { output.drain(within: Self.patience.log) }
        do {
            try server.start()
        } catch {
            logger.error("\(error)")
            return 1
        }
        guard isSafelyReached() else { return 1 }
        services.start(logger)
        let (state, control) = (state, control)
        sharing?.start(
            SiteSharing.Parties(
                memory: state.memory, keeper: local, lessons: lessons, campaigns: state.journal.campaigns,
                control: control, models: models,
                report: { control.nodeReport }))
        senders.start()
        if !server.ownsSignals {
            logger.warning(
                "libmilter took the signals: HUP stops argotd instead of reloading it, TERM does not wait for sessions",
                metadata: ["remedy": "reload with USR1"])
        }
        let watchdog = Watchdog(notification, logger: logger) { [server] in server.answers(within: $0) }
        watchdog?.start()
        notification.send(.ready)
        onReady()
        var seconds: UInt64 = 0
        var takesConnections = true
        var repaired = 0
        while true {
            switch ProcessSignals.wait(seconds: 1) {
            case .stop:
                notification.send(.stopping)
                watchdog?.stop()
                return stop()
            case .reload:
                notification.send(.reloading)
                reload()
                notification.send(.ready)
            case .timeout:
                seconds += 1
                let takes = server.guardDescriptors()
                if takes != takesConnections {
                    logger.warning(takes ? "taking connections again" : "out of file descriptors: connections wait")
                    takesConnections = takes
                }
                watchdog?.turned(takesConnections: takes)
                if seconds.isMultiple(of: 60), server.counts.repairedPackets > repaired {
                    repaired = server.counts.repairedPackets
                    logger.warning(
                        "a mail server, or something else that reaches the socket, sends macros without values",
                        metadata: ["packets": "\(repaired)"])
                }
                keepHouse(seconds)
            }
            if case .stopped(let status) = server.state {
                // Nobody would be answered any more; the next start finds what was written.
                logger.error("\(server.name) has stopped", metadata: ["status": "\(status)"])
                state.journal.flush()
                return status == 0 ? 0 : 1
            }
        }
    }

    /// Whether the filter may be where it is: libmilter crashes on packets that anybody can send who reaches its socket,
    /// and where they cannot be checked before it sees them, only this machine may reach it.
    private func isSafelyReached() -> Bool {
        // The first packet that is read tells; where nobody answers yet, nothing is known, and the watchdog's affair.
        guard server.answers(within: 5), !server.checksPackets else { return true }
        if case .inet(let host, _, _) = place, !Self.isLoopback(host) {
            logger.error(
                "this libmilter reads packets itself, and anybody who reaches \(place) could crash it: not started",
                metadata: ["remedy": "set socket = unix:PATH or inet:PORT@127.0.0.1"])
            return false
        }
        logger.warning("this libmilter reads packets itself: a broken mail server can crash argotd")
        return true
    }

    private func stop() -> Int32 {
        logger.info("stopping", metadata: ["sessions": "\(server.counts.active)"])
        let report = server.drain(within: Int(configuration.drainTimeout))
        // Only now: the sessions under way may need the policy service, and the administrator the control socket.
        services.stop()
        let isClosed = Semaphore()
        closer.async { [senders, state, keeper, lieShares] in
            lieShares.write(state.memory.lieLearning)
            senders.stop()
            state.journal.flush()
            keeper.close()
            isClosed.signal()
        }
        if !isClosed.wait(until: .now.advanced(by: Self.patience.disk)) {
            logger.error("the disk does not answer: what was not written is lost")
        }
        logger.info("stopped", metadata: ["underway": "\(report.underWay)", "abandoned": "\(report.abandoned)"])
        return 0
    }

    /// Reads configuration and model again. Whatever is wrong is said, and everything stays as it was.
    private func reload() {
        let (loaded, began) = sources.load()
        for warning in loaded.warnings { logger.warning("configuration: \(warning)") }
        guard case .success(let new) = loaded.result else {
            for error in loaded.errors { logger.error("configuration: \(error)") }
            logger.error("not reloaded: the old configuration stays in force")
            return noteFailedReload(loaded.errors.map { "\($0)" })
        }
        let plan = ReloadPlan(from: configuration, to: new)
        let read: SnapshotSources
        do {
            read = try SnapshotSources(plan.configuration)
        } catch {
            let faults = "\(error)".split(separator: "\n").map(String.init)
            for fault in faults { logger.error("model: \(fault)") }
            logger.error("not reloaded: the old configuration and model stay in force")
            return noteFailedReload(faults)
        }
        for warning in read.warnings { logger.warning("model: \(warning)") }
        configuration = plan.configuration
        for line in plan.lines { logger.info("\(line)") }
        output.reconfigure(configuration)
        state.journal.reconfigure(configuration)
        senders.reconfigure(configuration)
        lessons.reconfigure(configuration)
        models.reconfigure(configuration)
        keeper.limitSightings(rows: configuration.learningSightings)
        keeper.limitJournal(bytes: Int64(configuration.journalLimit))
        let policy = publisher.publish(read, configuration)
        logger.info(
            "reloaded",
            metadata: [
                "mode": "\(policy.mode.rawValue)", "model": "\(read.source)",
                "dialects": "\(read.model.dialects.count)",
            ])
        control.note { info in
            info.loaded = began
            info.modelSource = read.source
            info.dialects = read.model.dialects.count
            info.modelWritten = read.written
            info.taught = read.taught
            info.mode = policy.mode
            info.reloadErrors = []
        }
        state.metrics.reloaded(true)
    }

    private func noteFailedReload(_ errors: [String]) {
        control.note { $0.reloadErrors = errors }
        state.metrics.reloaded(false)
    }

    private func keepHouse(_ seconds: UInt64) {
        if seconds.isMultiple(of: 10) {
            // Not waited for: a store that is busy with a large purge must not stop the main loop.
            keeper.lookForUndoneLies(always: false) { [memory = state.memory] in memory.addUndoneLies($0) }
            lookAtFront()
        }
        if seconds.isMultiple(of: 3_600) {
            // Not waited for either.
            closer.async { [lieShares, memory = state.memory] in lieShares.write(memory.lieLearning) }
            var retention = Retention(greylist: configuration.policy.greylist, history: configuration.policy.history)
            retention.journalDays = configuration.journalDays
            retention.addressDays = configuration.journalAddresses == .clear ? configuration.journalAddressDays : 0
            retention.ledgerDays = configuration.ledgerDays
            retention.sightingDays = configuration.learningDays
            retention.maximumSightings = configuration.learningSightings
            retention.senderLifetime = configuration.senderRetention
            retention.maximumSenderCells = configuration.senderCells
            keeper.prune(retention)
        }
    }

    /// Says when lies begin to stand down because clients cannot be told apart, and when that is over.
    private func lookAtFront() {
        let lies = state.snapshot.policy.configuration.lies
        let standsDown = lies && state.memory.lieReport(at: DaemonState.unixTime).standsDown
        guard standsDown != liesStandDown else { return }
        liesStandDown = standsDown
        if standsDown {
            logger.warning(
                "no fake rejections are given: one address brings most of the mail, so clients cannot be told apart",
                metadata: ["remedy": "argot doctor"])
        } else if lies {
            logger.info("fake rejections are given again: clients can be told apart")
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        ClientAddress(host).map { $0.isLocal && !$0.isPrivate } ?? (host == "localhost")
    }

    /// Where Postfix asks the policy service; `nil` when it may not.
    private static func policySocket(_ configuration: Configuration, _ sockets: ServiceSockets) -> String? {
        if let passed = sockets.policy { return "\(passed.bound)" }
        return configuration.policySocket.isEmpty ? nil : configuration.policySocket
    }

    /// The key of the keyed hashes. Without a place to keep it the daemon continues with one that dies with it.
    private static func hashingKey(_ configuration: Configuration, _ logger: Logger) -> HashingKey {
        let file = configuration.files.hashingKey
        let files = FileManager.default
        let isNew = !files.fileExists(atPath: file)
        defer {
            let isMade = isNew && files.fileExists(atPath: file)
            if isMade, files.fileExists(atPath: configuration.files.database) {
                logger.warning(
                    "hashing.key was missing, and a new one was made: nothing that the database remembers is found again",
                    metadata: ["file": "\(file)", "remedy": "stop argotd and put the old file back, from a backup"])
            } else if isMade {
                logger.info("hashing.key is new: keep a copy of it", metadata: ["file": "\(file)"])
            }
        }
        do {
            try? FileManager.default.createDirectory(
                atPath: configuration.dataDirectory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o750])
            return try HashingKey.loadOrCreate(file: file)
        } catch {
            logger.warning("going on with a key of this run only, what is remembered will not be found again: \(error)")
            return .random()
        }
    }
}
