import GRDB
import Model

/// What the equivalence run of a plan found, as rows of `equivalence_differences`.
enum DifferenceRows {
    static func insert(_ plan: PlanDocument, row: Int64, into db: Database) throws {
        guard !plan.equivalence.differences.isEmpty else { return }
        let statement = try db.insertion(into: "equivalence_differences", columns: columns)
        for (position, difference) in plan.equivalence.differences.enumerated() {
            var arguments: StatementArguments = [
                row, position, plan.planID, difference.hook, difference.kind.rawValue, difference.role.rawValue,
                difference.destination.description, try JSON.text(difference.aspects), difference.packet,
                difference.frame,
            ]
            for side in [difference.legacy, difference.replacement] {
                arguments += [
                    side.verdict.rawValue, Int64(side.mark), Int64(side.priority), try JSON.text(side.controlBlock),
                    side.frame,
                ]
            }
            try statement.execute(arguments: arguments)
        }
    }

    private static let columns =
        [
            "plan_row", "position", "plan_id", "hook", "kind", "role", "destination", "aspects", "packet", "frame",
        ]
        + ["legacy", "replacement"].flatMap { side in
            ["verdict", "mark", "priority", "control_block", "frame"].map { "\(side)_\($0)" }
        }
}
