import Audit
import Model
import ModelSamples
import Testing

@Test func printAll() throws {
    print(PlanText.render(try Sample.plan(blocked: true)))
    print("-----"); print(PlanText.render(try Sample.plan()))
    let plan = try Sample.plan()
    print("-----"); print(RunText.render(Sample.rolledBack(planID: plan.planID)))
    print("-----"); print(ReportText.render(try Sample.report()))
    print("-----"); print(StatusText.render(Sample.status()))
    print("-----"); print(StatusText.render(StatusDocument(state: "idle")))
    print("-----"); print(HistoryText.render([Sample.run(planID: plan.planID), Sample.run(planID: plan.planID, state: .rolledBack)]))
    print("-----"); print(HistoryText.render([]))
}
