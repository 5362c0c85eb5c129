/// What a message's templates say together of the campaign that it belongs to.
struct Company {
    /// The campaign, if one is known.
    private(set) var campaign: Int32?
    /// Campaigns that are the same.
    private(set) var joined: [Int32] = []
    /// Templates that belong to the campaign now.
    private(set) var adopted: [UInt64] = []
    /// Templates that were seen with it and belong to others.
    private(set) var strangers: [UInt64] = []
    /// Templates that the campaign could be named after, and the one it is named after if it is new.
    private(set) var founders: Set<UInt64> = []
    private(set) var founder: UInt64 = 0

    /// Templates of the message that are of one campaign for sure: joined with the layout, or known under it.
    private var sure: [(key: UInt64, campaign: Int32, isShared: Bool)] = []
    /// Known ones of another layout.
    private var loose: [(key: UInt64, campaign: Int32, isSettled: Bool)] = []
    private var fresh: [(key: UInt64, kind: MessageShape.Template.Kind)] = []

    init(_ shape: MessageShape, in table: TemplateTable, _ rules: CampaignRules) {
        sort(shape, table, rules)
        decide()
    }

    private mutating func sort(_ shape: MessageShape, _ table: TemplateTable, _ rules: CampaignRules) {
        // What stands behind a site is a part of it, and tells something where the site itself is new: of the same path at
        // another host, or of the same host with another path.
        var isSiteNew = true
        var candidates: [MessageShape.Template] = []
        for template in shape.templates {
            let entry = table.place(of: template.key).map { table[$0] }
            if template.kind == .site { isSiteNew = entry.map { $0.campaign < 0 && !$0.isCommon } ?? true }
            if template.kind == .home || template.kind == .path, !isSiteNew { continue }
            if entry?.isCommon == true { strangers.append(template.key) } else { candidates.append(template) }
        }
        if candidates.isEmpty {
            guard !(table.place(of: shape.layoutAndSubject).map { table[$0].isCommon } ?? false) else { return }
            candidates = [MessageShape.Template(key: shape.layoutAndSubject, kind: .path)]
        }
        for template in candidates {
            guard let place = table.place(of: template.key), table[place].campaign >= 0 else {
                fresh.append((template.key, template.kind))
                continue
            }
            let entry = table[place]
            if template.kind != .site || entry.has(layout: shape.layout) {
                sure.append((entry.key, entry.campaign, entry.rivalBits != 0))
            } else {
                loose.append((entry.key, entry.campaign, entry.sightings >= rules.settledAfter))
            }
        }
        let named = candidates.filter { $0.kind == .site || $0.kind == .drawn }
        founders = Set((named.isEmpty ? candidates : named).map(\.key))
    }

    private mutating func decide() {
        let advertisesMore = fresh.contains { $0.kind == .site || $0.kind == .drawn }
        if !sure.isEmpty {
            // What was seen with others, too, follows, and joins nothing.
            let own = sure.filter { !$0.isShared }
            campaign = (own.isEmpty ? sure : own).map(\.campaign).min()
            joined = unique(own.map(\.campaign) + loose.filter(\.isSettled).map(\.campaign))
        } else if !loose.isEmpty, !advertisesMore || loose.contains(where: \.isSettled) {
            let settled = loose.filter(\.isSettled)
            campaign = (settled.isEmpty ? loose : settled).map(\.campaign).min()
            joined = unique(settled.map(\.campaign))
        }
        for template in sure + loose.map({ ($0.key, $0.campaign, false) }) {
            let isOurs = campaign == template.campaign || joined.contains(template.campaign)
            if isOurs { adopted.append(template.key) } else { strangers.append(template.key) }
        }
        adopted += fresh.map(\.key)
        // Whoever founds a campaign belongs to no other.
        founders.formIntersection(adopted)
        founder = founders.min() ?? adopted.min() ?? 0
    }

    private func unique(_ campaigns: [Int32]) -> [Int32] {
        var found: [Int32] = []
        for one in campaigns where !found.contains(one) { found.append(one) }
        return found
    }
}
