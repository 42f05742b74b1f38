import ArgumentParser
import Lab

/// Which lab is meant.
struct LabName: ParsableArguments {
    @Option(help: "Name of the lab.") var name = "lab"
}

/// What kind of lab to build.
struct LabShape: ParsableArguments {
    @OptionGroup var lab: LabName

    @Option(help: "Number of healthy enrolled pods, 1 to 400.") var pods = 4

    @Flag(help: "Add one map entry of each kind of fault.") var faults = false

    @Flag(inversion: .prefixedNo, help: "Give every pod an IPv6 address, too.") var ipv6 = true

    var options: LabOptions { LabOptions(name: lab.name, pods: pods, faults: faults, ipv6: ipv6) }
}
