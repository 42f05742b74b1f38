/// The SQL of the schema, in the order it is applied.
public enum Migrations {
    /// Name and text of each shipped file; a file once shipped never changes.
    public static let all: [(name: String, sql: [UInt8])] = [
        ("v0001_records", PackageResources.v0001_records_sql),
        ("v0002_hooks", PackageResources.v0002_hooks_sql),
        ("v0003_entries", PackageResources.v0003_entries_sql),
        ("v0004_views", PackageResources.v0004_views_sql),
        ("v0005_layouts", PackageResources.v0005_layouts_sql),
        ("v0006_equivalence", PackageResources.v0006_equivalence_sql),
        ("v0007_warnings", PackageResources.v0007_warnings_sql),
        ("v0008_cutover", PackageResources.v0008_cutover_sql),
        ("v0009_shadow", PackageResources.v0009_shadow_sql),
        ("v0010_canary", PackageResources.v0010_canary_sql),
        ("v0011_share0", PackageResources.v0011_share0_sql),
        ("v0012_order", PackageResources.v0012_order_sql),
        ("v0013_reports", PackageResources.v0013_reports_sql),
        ("v0014_audit", PackageResources.v0014_audit_sql),
    ]
}
