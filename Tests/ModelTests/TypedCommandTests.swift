import Model
import Testing

@Suite struct TypedCommandTests {
    @Test("what root is asked to run is what was typed")
    func asRoot() {
        #expect(typed.asRoot == "sudo migrate rollback --node other --db '/tmp/my db' r-1")
    }

    private let typed = TypedCommand(["/usr/bin/migrate", "rollback", "--node=other", "--db", "/tmp/my db", "r-1"])

    @Test func `an option is said again with another value`() {
        #expect(typed.with("--node", "vm") == "migrate rollback --node vm --db '/tmp/my db' r-1")
    }

    @Test func `one that was not said follows the verb`() {
        #expect(
            typed.with("--profile", "istio-ambient")
                == "migrate rollback --profile istio-ambient --node other --db '/tmp/my db' r-1")
        #expect(TypedCommand(["migrate"]).with("--node", "vm") == "migrate --node vm")
    }

    @Test func `what comes behind two dashes is no option`() {
        #expect(TypedCommand(["m", "show", "--", "--a=b"]).with("-o", "json") == "migrate show -o json -- --a=b")
    }
}
