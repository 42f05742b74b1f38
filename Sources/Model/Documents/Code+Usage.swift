/// Usage and configuration: 16xx; bugs: 19xx.
extension Code {
    public static let badProfile = Code(1601, .configuration, "the profile cannot be used", "Line and field are named.")
    public static let usage = Code(1602, .usage, "the command line cannot be used", "See --help.")
    public static let manyProfiles = Code(1603, .usage, "more than one profile fits", "Choose with --profile.")
    public static let badConfiguration = Code(
        1604, .configuration, "the configuration file cannot be used",
        "/etc/migrate/config.yaml is read; line and key are named.")
    public static let bug = Code(1901, .bug, "a bug", "Please report it with the message and `migrate status -o json`.")

    static let misuse: [Code] = [
        badProfile, usage, manyProfiles, badConfiguration, bug,
    ]
}
