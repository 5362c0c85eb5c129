import Decision
import Dialects
import Foundation
import KeyedHashing
import Policy
import SMTP

/// An installation of Argot without a mail server: a policy, a model, a memory, and a clock that the caller moves.
public final class SimulatedSite {
    /// What a message met with.
    public enum Answer: Sendable, Hashable {
        /// It was taken.
        case taken
        /// It was refused temporarily, for these reasons.
        case deferred([String])
        /// It was refused for good, for these reasons.
        case refused([String])

        /// Whether it was taken.
        public var isTaken: Bool { self == .taken }
    }

    /// The shipped model, compiled once.
    public static let shipped = DecisionSnapshot(
        model: .starter(), modelSource: "built-in", policy: PolicyConfiguration())

    /// A model of a few dialects, which is quickly compiled and quick to follow.
    public static let small = DecisionSnapshot(
        model: DialectModel(
            dialects: DialectModel.starter().dialects.filter {
                ["postfix", "exim4", "python-smtplib", "mydoom", "festi", "ylmf-pc"].contains($0.name)
            }), modelSource: "some", policy: PolicyConfiguration())

    /// Policy and machines in force.
    public private(set) var snapshot: DecisionSnapshot
    /// What is remembered.
    public let memory: DecisionMemory
    /// Where a milter's view is simulated.
    public let vantage: Vantage
    /// The time in seconds.
    public var now: Int64 = 1_780_000_000

    /// A site with nothing remembered.
    public init(
        _ policy: PolicyConfiguration, on machines: DecisionSnapshot = SimulatedSite.shipped,
        vantage: Vantage = .milterPostfix
    ) throws {
        let policy = Self.lookingNamesUp(policy)
        snapshot = machines.under(policy)
        self.vantage = vantage
        memory = DecisionMemory(key: try HashingKey(bytes: 1...32), policy: policy)
    }

    /// Takes another policy, as a reload does.
    public func reconfigure(_ policy: PolicyConfiguration) {
        let policy = Self.lookingNamesUp(policy)
        snapshot = snapshot.under(policy)
        memory.reconfigure(policy)
    }

    /// The mail server looks names up, and nobody need be seen to have one first.
    private static func lookingNamesUp(_ policy: PolicyConfiguration) -> PolicyConfiguration {
        var policy = policy
        policy.nameLookups = .yes
        return policy
    }

    /// The time.
    public var time: UnixTime { UnixTime(seconds: now) }

    /// One session with one message.
    ///
    /// - Parameters:
    ///   - unknown: how many recipients that do not exist are asked for first.
    ///   - headers: the fields; `nil` for a client that leaves after RCPT.
    public func session(
        _ peers: SessionPeers, helo: String, isExtended: Bool = true, mail: String, recipients: [String],
        unknown: Int = 0, headers: [(String, String)]? = [("From", "a@b.example"), ("Subject", "x")]
    ) -> Answer {
        var judge = SessionJudge(snapshot: snapshot, memory: memory, peers: peers, vantage: vantage)
        judge.helo(Array(helo.utf8).span)
        if vantage.tellsHELOFromEHLO { judge.proto(isExtended ? "ESMTP" : "SMTP") }
        judge.mail(Array(mail.utf8).span)
        for number in 0..<unknown {
            judge.refusedRecipient(
                Array("<gone\(number)@example.org>".utf8).span, enhancedCode: "5.1.1",
                text: "<gone\(number)@example.org>: Recipient address rejected: User unknown in local recipient table")
        }
        var worst: Answer = .taken
        for recipient in recipients {
            let decision = judge.recipient(Array(recipient.utf8).span, at: time)
            let answer = Self.answer(decision)
            if !answer.isTaken { worst = answer }
        }
        guard worst.isTaken, let headers else {
            judge.abort()
            return worst
        }
        judge.data()
        for (name, value) in headers { judge.header(name: Array(name.utf8).span, value: Array(value.utf8).span) }
        judge.endOfHeaders()
        if let decision = judge.message(at: time) {
            let answer = Self.answer(decision)
            if !answer.isTaken { return answer }
        }
        _ = judge.endOfMessage(at: time)
        return .taken
    }

    /// What a client is answered that asks for somebody who does not exist, and then for somebody who does; `nil` when
    /// that one is accepted.
    public func reply(
        to client: SimulatedClient, asking missing: String, refusedWith text: String, then recipient: String
    ) -> String? {
        var judge = SessionJudge(snapshot: snapshot, memory: memory, peers: client.peers, vantage: vantage)
        judge.helo(Array(client.helo.utf8).span)
        judge.mail(Array(client.sender.utf8).span)
        judge.refusedRecipient(Array(missing.utf8).span, enhancedCode: "5.1.1", text: text)
        let reply = judge.recipient(Array(recipient.utf8).span, at: time).reply
        judge.abort()
        return reply.map { "\($0)" }
    }

    private static func answer(_ decision: Decision) -> Answer {
        guard let reply = decision.reply else { return .taken }
        let reasons = decision.record.reasons
        return reply.isTemporary ? .deferred(reasons) : .refused(reasons)
    }
}
