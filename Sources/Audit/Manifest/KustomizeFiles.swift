import Model

/// What `deploy/kubernetes` holds: a base that gives no rights, and what runs on every node upon it.
public enum KustomizeFiles {
    public struct File: Hashable, Sendable {
        /// Relative to the directory.
        public var path: String
        public var text: String
    }

    /// An image that no registry has: `kustomize edit set image` puts a real one in its place.
    public static func placeholder(version: String) -> String { "migrate.invalid/migrate:\(version)" }

    public static func all(image: String, version: String, namespace: String) throws -> [File] {
        func daemonSet(_ verb: PrivilegedVerb) throws -> String {
            var workload = Workload(.daemonSet, verb, options: [], image: image, version: version)
            workload.namespace = namespace
            return try WorkloadManifest.render(workload)
        }
        return [
            File(path: "base/kustomization.yaml", text: kustomization(["namespace.yaml", "serviceaccount.yaml"])),
            File(path: "base/namespace.yaml", text: self.namespace(namespace)),
            File(path: "base/serviceaccount.yaml", text: serviceAccount(namespace)),
            File(path: "plan/kustomization.yaml", text: kustomization(["../base", "daemonset.yaml"])),
            File(path: "plan/daemonset.yaml", text: try daemonSet(.plan)),
            File(path: "watch/kustomization.yaml", text: kustomization(["../base", "daemonset.yaml"])),
            File(path: "watch/daemonset.yaml", text: try daemonSet(.watch)),
            File(path: "heal/kustomization.yaml", text: kustomization(["../watch"]) + healing),
        ]
    }

    private static func kustomization(_ resources: [String]) -> String {
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
            + resources.map { "  - \($0)\n" }.joined()
    }

    /// The consent to mend, apart from the looking.
    private static let healing = """
        patches:
          - target:
              kind: DaemonSet
              name: migrate-watch
            patch: |
              - op: add
                path: /spec/template/spec/containers/0/args/-
                value: --heal

        """

    /// hostNetwork, hostPID and hostPath are what `baseline` forbids.
    public static func namespace(_ name: String) -> String {
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: \(name)
          labels:
            app.kubernetes.io/name: migrate
            # The node's network, processes and directories: the two stricter levels let none of them in.
            pod-security.kubernetes.io/enforce: privileged
            pod-security.kubernetes.io/audit: privileged
            pod-security.kubernetes.io/warn: privileged

        """
    }

    /// One of its own, without any rights: nothing of it talks to the API server.
    public static func serviceAccount(_ namespace: String) -> String {
        """
        # No Role goes with it: migrate never talks to the API server.
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: migrate
          namespace: \(namespace)
          labels:
            app.kubernetes.io/name: migrate
        automountServiceAccountToken: false

        """
    }
}
