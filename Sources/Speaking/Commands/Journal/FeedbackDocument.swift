import Feedback
import Terminal

/// What `argot lies effect --json` prints. Figures are not rounded.
struct FeedbackDocument: Encodable {
    struct Row: Encodable {
        let campaign: String
        let messages: Int
        let recipients: Int
        let recipientsLiedAbout: Int
        let recipientsSilent: Int
        let messagesOfSilent: Int
        /// n, t_b, t_f and t_e of the paper.
        let n: Int
        let tB: String
        let tF: String
        let tE: String
        let pCPublished: Double?
        let pC: Double?
        let hasStopped: Bool
        let askedBefore: Int
        let expectedSince: Double
        let askedSince: Int
        let confidence: Double
        let ratio: Double?
        let ratioInterval: [Double?]?

        init(_ effect: CampaignEffect) {
            campaign = effect.campaign.description
            (messages, recipients) = (effect.messages, effect.recipients)
            (recipientsLiedAbout, recipientsSilent) = (effect.liedAbout, effect.silent)
            messagesOfSilent = effect.silentMessages
            n = effect.beforeFirstLie
            (tB, tF, tE) = (Output.text(effect.firstSeen), Output.text(effect.firstLie), Output.text(effect.lastSeen))
            (pCPublished, pC) = (effect.publishedConfidence, effect.stableConfidence)
            hasStopped = effect.hasStopped
            (askedBefore, expectedSince, askedSince) = (effect.asked, effect.expected, effect.askedSince)
            confidence = effect.confidence
            ratio = effect.ratio?.value.finite
            ratioInterval = effect.ratio.map { [$0.interval.lowerBound.finite, $0.interval.upperBound.finite] }
        }
    }

    struct Group: Encodable {
        let recipients: Int
        let days: Int
        let daysAsked: Int
        let requests: Int
        let meanShareOfDays: Double

        init(_ group: ControlComparison.Group) {
            (recipients, days, daysAsked) = (group.recipients, group.days, group.daysAsked)
            (requests, meanShareOfDays) = (group.requests, group.share)
        }
    }

    struct Control: Encodable {
        let liedAbout: Group
        let spared: Group
        let mixed: Int
        let difference: Double?
        let differenceInterval: [Double]?
    }

    struct Day: Encodable {
        let day: Int
        let liedAboutRecipients: Int
        let liedAboutRequests: Int
        let sparedRecipients: Int
        let sparedRequests: Int
    }

    let campaigns: [Row]
    let dialects: [Row]
    let shareOfStopped: Double
    let control: Control
    let days: [Day]

    init(_ experiment: FeedbackExperiment) {
        campaigns = experiment.campaigns.map(Row.init)
        dialects = experiment.dialects.map(Row.init)
        shareOfStopped = experiment.shareOfStopped(confidence: 0.99)
        control = Control(
            liedAbout: Group(experiment.control.told), spared: Group(experiment.control.spared),
            mixed: experiment.control.mixed, difference: experiment.control.difference,
            differenceInterval: experiment.control.interval.map { [$0.lowerBound, $0.upperBound] })
        days = FeedbackCourse.days.map { day in
            let (told, spared) = (experiment.course.told[day], experiment.course.spared[day])
            return Day(
                day: day, liedAboutRecipients: told?.recipients ?? 0, liedAboutRequests: told?.requests ?? 0,
                sparedRecipients: spared?.recipients ?? 0, sparedRequests: spared?.requests ?? 0)
        }
    }
}

extension Double {
    /// The number; `nil` if JSON has no word for it.
    fileprivate var finite: Double? { isFinite ? self : nil }
}
