/// Rows of cells, each column as wide as its widest cell.
struct Table {
    enum Alignment {
        case left
        case right
    }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ alignments: [Alignment]) { self.alignments = alignments }

    mutating func add(_ cells: String...) { rows.append(cells) }

    /// One line per row, columns two blanks apart, none at the end.
    func lines(indent: String = "") -> [String] {
        let widths = alignments.indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            // An empty column takes no room at all.
            let cells = zip(row, zip(alignments, widths)).filter { $1.1 > 0 }.map { cell, layout in
                let gap = String(repeating: " ", count: layout.1 - cell.count)
                return layout.0 == .left ? cell + gap : gap + cell
            }
            return trimmed(indent + cells.joined(separator: "  "))
        }
    }

    private func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
