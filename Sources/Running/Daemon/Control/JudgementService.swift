import Control
import Judgements
import Keeping
import SMTP
import Synchronization

/// Answers on the judgement socket: takes judgements that come after the message, and does nothing else. Whoever may use
/// it, such as a mailbox server, can neither change nor see anything.
final class JudgementService: Sendable {
    private struct Bucket {
        var tokens = JudgementService.burst
        var filled = ContinuousClock.now
    }

    /// How many judgements are taken at once, and how many a second after that.
    private static let burst = 1_000.0
    private static let rate = 200.0

    /// The sources that may hand in judgements of a message.
    private static let sources: [JudgementSource] = [.person, .filterLog]

    private let desk: LessonDesk
    private let state: DaemonState
    private let keeper: any Keeper
    private let bucket = Mutex(Bucket())
    private let queue = RequestQueue(
        "argot-judgements", capacity: 64, refusal: "the database does not answer: try again later")

    init(desk: LessonDesk, state: DaemonState, keeper: any Keeper) {
        self.desk = desk
        self.state = state
        self.keeper = keeper
    }

    /// How a request is answered.
    func handling(of request: HTTPRequest) -> HTTPHandling {
        switch (request.method, request.path) {
        case ("GET", "/judgements"): return .now(sources)
        case ("POST", "/judgements"), ("POST", "/correspondents"), ("POST", "/refusals"): break
        default: return .now(.failure(404, "\(request.method) \(request.path) is not served here"))
        }
        let task: @Sendable () -> HTTPResponse
        let read =
            switch request.path {
            case "/judgements": judgement(request.query)
            case "/refusals": refusal(request.query)
            default: correspondent(request.query)
            }
        switch read {
        case .success(let work): task = work
        case .failure(let fault): return .now(.failure(fault.status, fault.problem))
        }
        guard takeToken() else { return .now(.failure(429, "too many judgements: try again in a second")) }
        return queue.handling(task)
    }

    /// Why a request is not served.
    private struct Fault: Error {
        var status = 400
        var problem: String
    }

    private typealias Work = @Sendable () -> HTTPResponse

    private func judgement(_ query: [String: String]) -> Result<Work, Fault> {
        guard let source = Self.sources.first(where: { $0.rawValue == query["source"] }) else {
            return .failure(Fault(problem: "source is missing or unknown: use person or filter-log"))
        }
        guard let kind = query["verdict"].flatMap(JudgementKind.init(rawValue:)) else {
            return .failure(Fault(problem: "verdict is missing or unknown: use spam or honest"))
        }
        let queueID = query["queue_id"]
        let messageID = query["message_id"]
        guard queueID != nil || messageID != nil else {
            return .failure(Fault(problem: "name the message: queue_id or message_id"))
        }
        if let queueID, !(1...64 ~= queueID.utf8.count) {
            return .failure(Fault(problem: "queue_id has 1 to 64 characters"))
        }
        if let messageID, !(1...1_024 ~= messageID.utf8.count) {
            return .failure(Fault(problem: "message_id has 1 to 998 characters"))
        }
        if let fault = refusal(of: source) { return .failure(fault) }
        switch time(query) {
        case .failure(let fault): return .failure(fault)
        case .success(let time):
            let judgement = MailJudgement(kind, from: source, at: time)
            return .success { [self] in
                // The message may have ended a moment ago.
                state.journal.passOn()
                do throws(StoreError) {
                    return Self.kept(try desk.judge(queueID: queueID, messageID: messageID, judgement))
                } catch {
                    return .failure(503, "not kept: \(error)")
                }
            }
        }
    }

    /// What the mail server has refused before any recipient: its words are read as those of other refusals are.
    private func refusal(_ query: [String: String]) -> Result<Work, Fault> {
        guard let client = query["client"].flatMap({ ClientAddress($0) }) else {
            return .failure(Fault(problem: "client is missing, or is not an address"))
        }
        guard let reply = query["reply"], 1...1_000 ~= reply.utf8.count else {
            return .failure(Fault(problem: "reply has 1 to 1000 characters"))
        }
        guard desk.listens(to: .blocklist) != nil else {
            return .failure(Fault(status: 403, problem: "nothing is learned: learning = no"))
        }
        switch time(query) {
        case .failure(let fault): return .failure(fault)
        case .success(let time):
            return .success { [self] in
                // The session may have ended a moment ago.
                state.journal.passOn()
                do throws(StoreError) {
                    return Self.kept(try desk.judge(client: client, refusedWith: reply, at: time))
                } catch {
                    return .failure(503, "not kept: \(error)")
                }
            }
        }
    }

    private func correspondent(_ query: [String: String]) -> Result<Work, Fault> {
        let address = query["address"] ?? ""
        guard 3...512 ~= address.utf8.count, let at = address.lastIndex(of: "@"), at != address.startIndex,
            address.index(after: at) != address.endIndex
        else { return .failure(Fault(problem: "address is missing, or is not a mail address")) }
        if let fault = refusal(of: .correspondent) { return .failure(fault) }
        switch time(query) {
        case .failure(let fault): return .failure(fault)
        case .success(let time):
            return .success { [desk] in
                desk.note(correspondent: address, at: time)
                return Self.kept(1)
            }
        }
    }

    private static func kept(_ count: Int) -> HTTPResponse { .json("{\"kept\":\(count)}\n") }

    private func refusal(of source: JudgementSource) -> Fault? {
        switch desk.listens(to: source) {
        case true: nil
        case nil: Fault(status: 403, problem: "nothing is learned: learning = no")
        case false: Fault(status: 403, problem: "\(source.rawValue) is not among judgement_sources")
        }
    }

    private func time(_ query: [String: String]) -> Result<UnixTime, Fault> {
        let now = DaemonState.unixTime
        guard let text = query["time"] else { return .success(now) }
        guard let seconds = Int64(text), seconds >= 0 else {
            return .failure(Fault(problem: "time is not a number of seconds since 1970"))
        }
        return .success(min(UnixTime(seconds: seconds), now))
    }

    private func takeToken() -> Bool {
        bucket.withLock { bucket in
            let now = ContinuousClock.now
            let elapsed = Double((now - bucket.filled).microseconds) / 1_000_000
            bucket.tokens = min(Self.burst, bucket.tokens + elapsed * Self.rate)
            bucket.filled = now
            guard bucket.tokens >= 1 else { return false }
            bucket.tokens -= 1
            return true
        }
    }

    private var sources: HTTPResponse {
        let listed = (Self.sources + [.correspondent]).sorted { $0.rawValue < $1.rawValue }.map { source in
            "\"\(source.rawValue)\":\(desk.listens(to: source) == true)"
        }
        let learns = desk.listens(to: .person) != nil
        return .json("{\"learning\":\(learns),\"sources\":{\(listed.joined(separator: ","))}}\n")
    }
}
