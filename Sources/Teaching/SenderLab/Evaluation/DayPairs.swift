/// The comparisons between spam and honest senders of the same window, summed by the days of both: enough to give the
/// ROC area for any weighting of days, so that a bootstrap costs no sorting.
///
/// The area is the probability that a spam sender scores above an honest one *of its own window*, ties counting half:
/// scores of different windows come from different models and are not compared.
struct DayPairs: Sendable {
    private struct Sum: Sendable {
        let honestDay: Int
        /// The places of both days among those that are weighed.
        let spamPlace: Int
        let honestPlace: Int
        var wins: Double
        var pairs: Double
    }

    private var sums: [Sum] = []
    private var windows: [(wins: Double, pairs: Double)] = []

    /// `places` numbers the days that are weighed, from 0, unless the days are their own places; a single wrong date lies millions of days away from the others.
    init(_ samples: [RankingSample], score: Int, group: SenderGroup, places: [Int: Int] = [:]) {
        var byWindow: [Int: [RankingSample]] = [:]
        for sample in samples where sample.belongs(to: group) { byWindow[sample.window, default: []].append(sample) }
        for window in byWindow.keys.sorted() {
            let members = byWindow[window]!
            var spam: [Int: [Double]] = [:]
            var honest: [Int: [Double]] = [:]
            for sample in members {
                if sample.isSpam {
                    spam[sample.day, default: []].append(sample.scores[score])
                } else {
                    honest[sample.day, default: []].append(sample.scores[score])
                }
            }
            var whole = (wins: 0.0, pairs: 0.0)
            for spamDay in spam.keys.sorted() {
                let sorted = spam[spamDay]!.sorted()
                for honestDay in honest.keys.sorted() {
                    let scores = honest[honestDay]!
                    var wins = 0.0
                    for value in scores {
                        let above = sorted.count - sorted.partition { $0 > value }
                        let notBelow = sorted.count - sorted.partition { $0 >= value }
                        wins += Double(above + notBelow) / 2
                    }
                    let pairs = Double(scores.count * sorted.count)
                    sums.append(
                        Sum(
                            honestDay: honestDay, spamPlace: places[spamDay] ?? spamDay,
                            honestPlace: places[honestDay] ?? honestDay,
                            wins: wins, pairs: pairs))
                    whole = (whole.wins + wins, whole.pairs + pairs)
                }
            }
            if whole.pairs > 0 { windows.append(whole) }
        }
    }

    /// The area, or `nil` without a pair.
    var area: Double? {
        let pairs = windows.reduce(0) { $0 + $1.pairs }
        return pairs > 0 ? windows.reduce(0) { $0 + $1.wins } / pairs : nil
    }

    /// The plain mean of the windows' areas, or `nil` without a window that has both kinds.
    var meanOfWindows: Double? {
        windows.isEmpty ? nil : windows.reduce(0) { $0 + $1.wins / $1.pairs } / Double(windows.count)
    }

    /// The area of each day that has an honest sender: how it fares against the spam senders of its window.
    var areaByDay: [Int: Double] {
        var days: [Int: (wins: Double, pairs: Double)] = [:]
        for sum in sums {
            days[sum.honestDay, default: (0, 0)].wins += sum.wins
            days[sum.honestDay, default: (0, 0)].pairs += sum.pairs
        }
        return days.compactMapValues { $0.pairs > 0 ? $0.wins / $0.pairs : nil }
    }

    /// The area when the day at place d counts `weights[d]` times.
    func area(weights: [Double]) -> Double? {
        var (wins, pairs) = (0.0, 0.0)
        for sum in sums {
            let weight = weights[sum.spamPlace] * weights[sum.honestPlace]
            wins += weight * sum.wins
            pairs += weight * sum.pairs
        }
        return pairs > 0 ? wins / pairs : nil
    }
}

extension [Double] {
    /// In a sorted array, the first place whose element satisfies a predicate that stays true once true.
    fileprivate func partition(_ isTrue: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isTrue(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
