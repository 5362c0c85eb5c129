/// Places boxes in layers so that arrows lead downwards where they can (Sugiyama, Tagawa, Toda 1981): back arrows are
/// turned, layers are longest paths, arrows become chains through the layers, their order is chosen by medians to cross
/// little, and boxes move towards their neighbours. Labels of arrows have places of their own between the layers, so that
/// nothing lies on anything else.
///
/// The same graph gives the same picture.
struct LayeredLayout {
    /// A place with the size that it needs.
    struct Place {
        var width: Double
        var height: Double
        /// The centre.
        var x = 0.0
        var y = 0.0
    }

    /// An arrow between two boxes, with the size of its label.
    struct Link {
        var source: Int
        var target: Int
        var labelWidth: Double
    }

    /// A way from box to box: the points that the arrow passes, from the source's centre to the target's, and where its
    /// label is.
    struct Route {
        var points: [(x: Double, y: Double)]
        var label: (x: Double, y: Double)
    }

    private(set) var boxes: [Place]
    private(set) var routes: [Route] = []
    private(set) var width = 0.0
    private(set) var height = 0.0

    private static let gap = 26.0
    private static let layerGap = 22.0
    private static let loopSpace = 46.0

    private let links: [Link]
    private var places: [Place] = []
    private var layerOf: [Int] = []
    private var layers: [[Int]] = []
    /// By place: the places it is tied to in the layer above and below.
    private var above: [[Int]] = []
    private var below: [[Int]] = []
    /// By link: its places from the upper box to the lower one.
    private var chains: [[Int]] = []
    private var isTurned: [Bool] = []

    init(boxes: [Place], links: [Link]) {
        self.boxes = boxes
        self.links = links
        turnBackLinks()
        assignLayers()
        order()
        moveTogether()
        finish()
    }

    // MARK: Layers

    /// A link that leads back to a box on the way to it is turned, so that the rest has no circles.
    private mutating func turnBackLinks() {
        isTurned = links.map { $0.source == $0.target }
        var out = [[Int]](repeating: [], count: boxes.count)
        for (index, link) in links.enumerated() where link.source != link.target { out[link.source].append(index) }
        // 0: not seen, 1: on the way, 2: done.
        var states = [Int](repeating: 0, count: boxes.count)
        for root in boxes.indices where states[root] == 0 {
            var stack = [(box: root, next: 0)]
            states[root] = 1
            while let top = stack.last {
                guard top.next < out[top.box].count else {
                    states[top.box] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let link = out[top.box][top.next]
                let target = links[link].target
                if states[target] == 1 {
                    isTurned[link] = true
                } else if states[target] == 0 {
                    states[target] = 1
                    stack.append((target, 0))
                }
            }
        }
    }

    /// Boxes are on even layers; what lies between on odd ones is labels and the places that long arrows pass.
    private mutating func assignLayers() {
        let ends = links.indices.map { index in
            isTurned[index] ? (links[index].target, links[index].source) : (links[index].source, links[index].target)
        }
        layerOf = [Int](repeating: 0, count: boxes.count)
        // No circles are left, so as many rounds as there are boxes settle it.
        for _ in boxes.indices {
            var hasChanged = false
            for (upper, lower) in ends where upper != lower && layerOf[lower] < layerOf[upper] + 2 {
                layerOf[lower] = layerOf[upper] + 2
                hasChanged = true
            }
            if !hasChanged { break }
        }
        places = boxes
        for (index, link) in links.enumerated() {
            let (upper, lower) = ends[index]
            guard upper != lower else {
                // Room for the loop and its label beside the box.
                places[upper].width = max(
                    places[upper].width, boxes[upper].width + 2 * (Self.loopSpace + link.labelWidth))
                chains.append([])
                continue
            }
            var chain = [upper]
            let first = layerOf[upper] + 1
            // A turned arrow has its label near its own beginning too.
            let labelLayer = isTurned[index] ? layerOf[lower] - 1 : first
            for layer in first..<layerOf[lower] {
                let isLabel = layer == labelLayer
                places.append(Place(width: isLabel ? link.labelWidth : 4, height: isLabel ? 18 : 4))
                layerOf.append(layer)
                chain.append(places.count - 1)
            }
            chain.append(lower)
            chains.append(chain)
        }
        above = Array(repeating: [], count: places.count)
        below = Array(repeating: [], count: places.count)
        for chain in chains {
            for (upper, lower) in zip(chain, chain.dropFirst()) {
                below[upper].append(lower)
                above[lower].append(upper)
            }
        }
        layers = Array(repeating: [], count: (layerOf.max() ?? 0) + 1)
        for place in places.indices { layers[layerOf[place]].append(place) }
    }

    // MARK: Order

    private mutating func order() {
        var best = layers
        var fewest = crossings()
        for round in 0..<24 where fewest > 0 {
            let isDown = round % 2 == 0
            let range = isDown ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed()
            for layer in range {
                let neighbour = isDown ? layer - 1 : layer + 1
                var position: [Int: Int] = [:]
                for (index, place) in layers[neighbour].enumerated() { position[place] = index }
                let keys = layers[layer].enumerated().map { index, place -> (Double, Int, Int) in
                    let ties = (isDown ? above : below)[place].compactMap { position[$0] }.sorted()
                    let mean = ties.isEmpty ? Double(index) : Double(ties.reduce(0, +)) / Double(ties.count)
                    return (mean, index, place)
                }
                layers[layer] = keys.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
            }
            let count = crossings()
            if count < fewest { (fewest, best) = (count, layers) }
        }
        layers = best
    }

    private func crossings() -> Int {
        var count = 0
        for layer in layers.indices.dropLast() {
            var position: [Int: Int] = [:]
            for (index, place) in layers[layer + 1].enumerated() { position[place] = index }
            let ends = layers[layer].flatMap { place in below[place].compactMap { position[$0] }.sorted() }
            for (index, end) in ends.enumerated() { count += ends[..<index].count { $0 > end } }
        }
        return count
    }

    // MARK: Coordinates

    private mutating func moveTogether() {
        var y = 0.0
        for layer in layers {
            let tallest = layer.map { places[$0].height }.max() ?? 0
            for place in layer { places[place].y = y + tallest / 2 }
            y += tallest + Self.layerGap
            var x = 0.0
            for place in layer {
                places[place].x = x + places[place].width / 2
                x += places[place].width + Self.gap
            }
        }
        for round in 0..<60 {
            let isDown = round % 2 == 0
            for layer in isDown ? Array(layers.indices) : layers.indices.reversed() {
                let wishes = layers[layer].map { place -> Double in
                    let ties = round < 50 ? (isDown ? above : below)[place] : above[place] + below[place]
                    guard !ties.isEmpty else { return places[place].x }
                    return ties.map { places[$0].x }.reduce(0, +) / Double(ties.count)
                }
                settle(layers[layer], wishes)
            }
        }
        let left = places.map { $0.x - $0.width / 2 }.min() ?? 0
        for index in places.indices { places[index].x -= left }
    }

    /// Moves the places of a layer as near to their wishes as order and gaps allow: neighbours that would overlap form a
    /// block that lies where they wish on average.
    private mutating func settle(_ layer: [Int], _ wishes: [Double]) {
        var blocks: [(first: Int, count: Int, start: Double, width: Double)] = []
        var offsets = [Double](repeating: 0, count: layer.count)
        for (index, place) in layer.enumerated() {
            let half = places[place].width / 2
            blocks.append((index, 1, wishes[index] - half, places[place].width))
            offsets[index] = half
            while blocks.count > 1 {
                let last = blocks[blocks.count - 1]
                let before = blocks[blocks.count - 2]
                guard before.start + before.width + Self.gap > last.start else { break }
                for member in last.first..<(last.first + last.count) { offsets[member] += before.width + Self.gap }
                let count = before.count + last.count
                let members = before.first..<(before.first + count)
                let start = members.map { wishes[$0] - offsets[$0] }.reduce(0, +) / Double(count)
                blocks.removeLast(2)
                blocks.append((before.first, count, start, before.width + Self.gap + last.width))
            }
        }
        for block in blocks {
            for member in block.first..<(block.first + block.count) {
                places[layer[member]].x = block.start + offsets[member]
            }
        }
    }

    private mutating func finish() {
        for index in boxes.indices { (boxes[index].x, boxes[index].y) = (places[index].x, places[index].y) }
        for (index, chain) in chains.enumerated() {
            guard chain.count > 1 else {
                let box = boxes[links[index].source]
                let x = box.x + box.width / 2
                routes.append(
                    Route(
                        points: [(x, box.y - 8), (x + 26, box.y - 12), (x + 26, box.y + 12), (x, box.y + 8)],
                        label: (x + Self.loopSpace - 12 + links[index].labelWidth / 2, box.y)))
                width = max(width, x + Self.loopSpace + links[index].labelWidth)
                continue
            }
            let label = isTurned[index] ? chain[chain.count - 2] : chain[1]
            let points = chain.map { (places[$0].x, places[$0].y) }
            routes.append(
                Route(points: isTurned[index] ? points.reversed() : points, label: (places[label].x, places[label].y)))
        }
        width = max(width, places.map { $0.x + $0.width / 2 }.max() ?? 0)
        height = places.map { $0.y + $0.height / 2 }.max() ?? 0
    }
}
