import Model

/// A picture in SVG: shapes in a box of a fixed width, which the page scales.
struct Picture {
    static let width = 420

    var id: String
    var title: String
    /// What it shows, for those who do not see it.
    var description: String
    var caption: String
    private(set) var height = 0
    private var shapes: [String] = []

    init(id: String, title: String, description: String, caption: String) {
        self.id = id
        self.title = title
        self.description = description
        self.caption = caption
    }

    mutating func grow(to height: Int) { self.height = max(self.height, height) }

    mutating func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ style: String, round: Int = 0) throws {
        try add(
            "<rect x=\"{{x}}\" y=\"{{y}}\" width=\"{{w}}\" height=\"{{h}}\" rx=\"{{r}}\" class=\"{{c}}\"/>",
            ["x": x, "y": y, "w": max(0, width), "h": max(0, height), "r": round, "c": style])
        grow(to: y + height + 4)
    }

    /// - Parameter room: characters that fit; the whole text is shown where the pointer rests on it.
    mutating func text(
        _ x: Int, _ y: Int, _ text: String, _ style: String = "", anchor: String = "start", room: Int = .max
    ) throws {
        let plain = Shown.plain(text)
        let shown = plain.count > room ? String(plain.prefix(room - 1)) + "…" : plain
        try add(
            "<text x=\"{{x}}\" y=\"{{y}}\" class=\"{{c}}\" text-anchor=\"{{a}}\">{{t}}{{#whole}}<title>{{whole}}</title>{{/whole}}</text>",
            ["x": x, "y": y, "c": style, "a": anchor, "t": shown].merging(
                shown == plain ? [:] : ["whole": plain]
            ) { $1 })
        grow(to: y + 6)
    }

    mutating func line(_ points: [(x: Int, y: Int)], _ style: String, isClosed: Bool = false) throws {
        let path = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
        try add(
            "<\(isClosed ? "polygon" : "polyline") points=\"{{p}}\" class=\"{{c}}\"/>", ["p": path, "c": style])
    }

    private mutating func add(_ template: String, _ values: [String: Any]) throws {
        shapes.append(try Markup.render(template, values))
    }

    func render() throws -> String {
        try Markup.render(
            Template.figure,
            [
                "id": id, "title": title, "description": description, "caption": caption, "width": Self.width,
                "height": height, "shapes": shapes,
            ])
    }
}
