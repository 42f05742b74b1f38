import ArgumentParser
import Lab

/// Which lab is meant.
struct LabName: ParsableArguments {
    @Option(help: "Name of the lab.") var name = "lab"
}

/// What kind of lab to build.
struct LabShape: ParsableArguments {
    @OptionGroup var lab: LabName

    @Option(
        help: "What runs on it: ambient (a proxy and one map) or fabric (a program on every pod, a map per family).")
    var family = LabFamily.ambient

    @Option(help: "Number of healthy enrolled pods, 1 to 400; of each tenant.") var pods = 4

    @Flag(help: "Add one map entry of each kind of fault.") var faults = false

    @Flag(inversion: .prefixedNo, help: "Give every pod an IPv6 address, too.") var ipv6 = true

    @Option(help: "Fabric: namespaces that each play the node for their own pods and maps, 1 to 16.") var tenants = 1

    var options: LabOptions {
        LabOptions(name: lab.name, family: family, pods: pods, faults: faults, ipv6: ipv6, tenants: tenants)
    }
}

extension LabFamily: ExpressibleByArgument {}
