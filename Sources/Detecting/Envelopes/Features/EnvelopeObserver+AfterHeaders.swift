import SMTP

extension EnvelopeObserver {
    /// What the headers are judged by.
    var headerAnswers: HeaderAnswers {
        HeaderAnswers(
            trail: trail, mailer: mailer, messageID: messageID.map { ($0.pattern, relation(ofMessageIDHost: $0.host)) },
            date: date)
    }

    /// The Message-ID's right side against HELO, name and sender.
    private func relation(ofMessageIDHost bytes: [UInt8]) -> HeaderAnswers.MessageIDHost {
        let host = HostName(bytes)
        if host.labels < 2 { return .noDomain }
        if let helo, host.bytes == helo.bytes { return .helo }
        if let helo, host.organisation == helo.organisation { return .heloOrganisation }
        if let name, host.organisation == name.organisation { return .nameOrganisation }
        if case .domain(let domain) = sender, host.organisation == domain.organisation { return .senderOrganisation }
        return .other
    }

    /// Hands all answers that are known at `moment` to `visit`.
    func visit<Token: FeatureToken>(at moment: EnvelopeMoment, _ visit: (Token) -> Void) {
        visitBeforeData(visit)
        if moment == .afterHeaders { headerAnswers.visit(visit) }
    }

    /// How many answers there are before DATA, as a rule.
    private static let usualAnswers = 26

    /// All answers that are known at `moment`, in full; one may come twice.
    package func answers(at moment: EnvelopeMoment) -> [TextToken] {
        var answers: [TextToken] = []
        answers.reserveCapacity(moment == .beforeData ? Self.usualAnswers : 0)
        visit(at: moment) { answers.append($0) }
        return answers
    }
}
