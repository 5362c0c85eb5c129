/// Groups messages into campaigns, one after the other: a message belongs to the campaign that its templates are known of.
///
/// What is advertised makes a campaign, not how it is sent, so a template of host and path groups by itself, and two
/// campaigns that a message joins become one. Some addresses are in everybody's mail, though: of social networks, picture
/// hosts, format definitions. That is learned: a template that was seen with several campaigns, under very many layouts, or in
/// messages of clients with a good history groups nothing any more; and until a template is known well, it joins messages of
/// other layouts only where they advertise nothing else. Messages without addresses are grouped by layout and subject.
///
/// Deterministic: the same messages in the same order give the same campaigns. Memory is bounded by the rules' capacity.
public struct CampaignTable: Sendable {
    /// What became of a message.
    public struct Placement: Hashable, Sendable {
        /// The campaign that it belongs to.
        public var campaign: CampaignID

        /// Campaigns that are this one: of templates that came to it, and others that the message joined with it.
        public var joined: [CampaignID]

        /// Whether the message has founded the campaign.
        public var isNew: Bool

        /// Templates that belong to everybody now: they join nothing any more.
        public var common: [UInt64]

        /// A placement of its parts.
        public init(campaign: CampaignID, joined: [CampaignID] = [], isNew: Bool = false, common: [UInt64] = []) {
            self.campaign = campaign
            self.joined = joined
            self.isNew = isNew
            self.common = common
        }
    }

    private let rules: CampaignRules
    private var templates: TemplateTable
    /// The campaigns' numbers by place; the smallest of its templates names a campaign.
    private var names: [UInt64] = []
    /// How many templates each has.
    private var sizes: [Int32] = []
    private var free: [Int32] = []

    /// An empty table.
    public init(rules: CampaignRules = CampaignRules()) {
        self.rules = rules
        templates = TemplateTable(capacity: rules.capacity)
    }

    /// How many templates are remembered.
    public var templateCount: Int { templates.count }

    /// How many campaigns they belong to.
    public var campaignCount: Int { names.count - free.count }

    /// Takes up what was kept: templates by the campaigns named after them, and the campaigns that these have become; and
    /// templates that belong to everybody.
    public mutating func restore(
        _ known: some Sequence<(campaign: CampaignID, root: CampaignID)>, common: some Sequence<UInt64> = []
    ) {
        for key in common where templates.count < rules.capacity { templates[use(key)].isCommon = true }
        var places: [CampaignID: Int32] = [:]
        // What was restored makes no room for more of it.
        for (campaign, root) in known where templates.count + 2 <= rules.capacity {
            let place = places[root] ?? found(root.number)
            places[root] = place
            for key in [root.number, campaign.number] { assign(use(key), to: place) }
        }
    }

    /// A message of a client with a good history: what is in it belongs to everybody. O(number of templates).
    ///
    /// - Parameter client: the client's network, hashed.
    /// - Returns: templates that belong to everybody now.
    @discardableResult
    public mutating func noteGood(_ shape: MessageShape, of client: UInt64) -> [UInt64] {
        var common: [UInt64] = []
        for key in shape.templates.map(\.key) + [shape.layoutAndSubject] {
            let place = use(key)
            guard templates[place].note(good: client) >= rules.goodClients, !templates[place].isCommon else { continue }
            templates[place].isCommon = true
            common.append(key)
        }
        return common
    }

    /// Finds the campaign of a message; `nil` when nothing in it is not everybody's. O(number of templates); where two campaigns
    /// become one, O(capacity).
    public mutating func place(_ shape: MessageShape) -> Placement? {
        let company = Company(shape, in: templates, rules)
        guard !company.adopted.isEmpty else { return nil }
        var placement: Placement
        let home: Int32
        if let known = company.campaign {
            home = known
            placement = Placement(campaign: CampaignID(names[Int(home)]))
            for other in company.joined where other != home {
                placement.joined.append(CampaignID(names[Int(other)]))
                join(other, into: home)
            }
        } else {
            home = found(company.founder)
            placement = Placement(campaign: CampaignID(company.founder), isNew: true)
        }
        let first = names[Int(home)]
        for key in company.adopted {
            let place = use(key)
            let isNew = templates[place].campaign != home
            assign(place, to: home)
            templates[place].note(layout: shape.layout)
            if note(place, shape) { placement.common.append(key) }
            guard isNew, key != first, company.founders.contains(key) else { continue }
            placement.joined.append(CampaignID(key))
            if key < names[Int(home)] { names[Int(home)] = key }
        }
        let name = CampaignID(min(names[Int(home)], placement.joined.map(\.number).min() ?? .max))
        names[Int(home)] = name.number
        for key in company.strangers {
            let place = use(key)
            if templates[place].campaign >= 0, templates[place].campaign != home {
                templates[place].rivalBits |= 1 << UInt64(home & 63)
            }
            if note(place, shape) { placement.common.append(key) }
        }
        if name != placement.campaign { placement.joined.append(placement.campaign) }
        placement.campaign = name
        placement.joined.removeAll { $0 == name }
        return placement
    }

    /// Counts a sighting. Returns whether the template belongs to everybody since now.
    private mutating func note(_ place: Int, _ shape: MessageShape) -> Bool {
        templates[place].sightings = templates[place].sightings == .max ? .max : templates[place].sightings + 1
        templates[place].layoutBits |= 1 << (shape.layout & 63)
        let entry = templates[place]
        let isEverybodys =
            entry.rivalBits.nonzeroBitCount >= rules.manyCampaigns
            || entry.layoutBits.nonzeroBitCount >= rules.manyLayouts
        guard isEverybodys, !entry.isCommon else { return false }
        templates[place].isCommon = true
        return true
    }

    /// The place of a template, which is the most recently used one now.
    private mutating func use(_ key: UInt64) -> Int {
        let (place, gone) = templates.use(key)
        if gone >= 0 { leave(gone) }
        return place
    }

    private mutating func assign(_ place: Int, to campaign: Int32) {
        let before = templates[place].campaign
        guard before != campaign else { return }
        templates[place].campaign = campaign
        sizes[Int(campaign)] += 1
        if before >= 0 { leave(before) }
    }

    /// A template is gone from a campaign; the last one takes it along.
    private mutating func leave(_ campaign: Int32) {
        sizes[Int(campaign)] -= 1
        if sizes[Int(campaign)] == 0 { free.append(campaign) }
    }

    private mutating func found(_ number: UInt64) -> Int32 {
        if let place = free.popLast() {
            names[Int(place)] = number
            return place
        }
        names.append(number)
        sizes.append(0)
        return Int32(names.count - 1)
    }

    private mutating func join(_ campaign: Int32, into other: Int32) {
        templates.move(from: campaign, to: other)
        names[Int(other)] = min(names[Int(other)], names[Int(campaign)])
        sizes[Int(other)] += sizes[Int(campaign)]
        sizes[Int(campaign)] = 0
        free.append(campaign)
    }
}
