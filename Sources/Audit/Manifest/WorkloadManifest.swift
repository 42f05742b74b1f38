import Model
import Mustache

/// A ``Workload`` as YAML for Kubernetes 1.30 and later.
///
/// A template, not an encoder: what is printed is what stands below, with the reason beside each right, so that whoever has to let
/// such a pod in can read why. Values are JSON strings, which YAML takes literally.
public enum WorkloadManifest {
    public static func render(_ workload: Workload) throws -> String {
        let node: String? = if case .job(let node) = workload.kind { node } else { nil }
        let plansAgain = node == nil && workload.verb != .watch
        let capabilities = workload.verb.needs.map { ["name": $0.shortName, "use": $0.use] }
        let text = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + template).render(
            [
                "job": node != nil, "daemonSet": node == nil, "node": quoted(node ?? ""),
                "name": workload.objectName, "namespace": workload.namespace, "component": workload.verb.rawValue,
                "version": quoted(workload.version), "image": quoted(workload.image),
                "retries": Workload.retries,
                "finalExitCodes": Workload.finalExitCodes.map(String.init).joined(separator: ", "),
                "plansAgain": plansAgain,
                "words": words(of: workload).map(quoted),
                "capabilities": capabilities, "isChanging": workload.isChanging,
                "grace": workload.terminationGraceSeconds,
                "state": quoted(workload.stateDirectory), "bpffs": quoted(workload.bpffs),
            ] as [String: Any])
        // Behind that pragma the first section does not stand alone on its line.
        return String(text.drop(while: \.isNewline))
    }

    /// Everything behind the program's name. `$(NODE_NAME)` is for the kubelet, which puts the node's name there.
    static func words(of workload: Workload) -> [String] {
        let node: [String]
        switch (workload.kind, workload.verb) {
        case (.job(let name), .plan), (.job(let name), .apply), (.job(let name), .rollback),
            (.job(let name), .finalize):
            node = ["--node", name]
        case (.daemonSet, .plan), (.daemonSet, .watch): node = ["--node", "$(NODE_NAME)"]
        default: node = []
        }
        var words = [workload.verb.rawValue] + node + ["--no-input"]
        if workload.stateDirectory != Workload.stateDirectory {
            words += ["--db", workload.stateDirectory + "/migrate.db"]
        }
        if workload.bpffs != Workload.bpffs { words += ["--bpffs", workload.bpffs] }
        return words + workload.options
    }

    private static func quoted(_ text: String) -> String {
        // JSON's strings are YAML's double-quoted ones.
        String(decoding: (try? JSON.canonical([text]).dropFirst().dropLast()) ?? [], as: UTF8.self)
    }

    private static let template = """
        {{#job}}
        apiVersion: batch/v1
        kind: Job
        {{/job}}
        {{#daemonSet}}
        apiVersion: apps/v1
        kind: DaemonSet
        {{/daemonSet}}
        metadata:
          name: {{name}}
          namespace: {{namespace}}
          labels:
            app.kubernetes.io/name: migrate
            app.kubernetes.io/component: {{component}}
            app.kubernetes.io/version: {{version}}
        spec:
        {{#job}}
          # A pod that was killed is made again and goes on with the run that the first began; it never begins a second one.
          backoffLimit: {{retries}}
          podReplacementPolicy: Failed
          podFailurePolicy:
            rules:
              # The node was drained, or the pod had to make room: nobody's failure, and not counted.
              - action: Ignore
                onPodConditions:
                  - type: DisruptionTarget
                    status: "True"
              # Of these somebody must know before it is tried again; 75 (locked for the moment) and signals pass by themselves.
              - action: FailJob
                onExitCodes:
                  containerName: migrate
                  operator: In
                  values: [{{finalExitCodes}}]
          # A week, for its log and last words; the state directory keeps the run for good.
          ttlSecondsAfterFinished: 604800
        {{/job}}
        {{#daemonSet}}
          selector:
            matchLabels:
              app.kubernetes.io/name: migrate
              app.kubernetes.io/component: {{component}}
          updateStrategy:
            type: RollingUpdate
            rollingUpdate:
              maxUnavailable: 1
        {{/daemonSet}}
          template:
            metadata:
              labels:
                app.kubernetes.io/name: migrate
                app.kubernetes.io/component: {{component}}
                app.kubernetes.io/version: {{version}}
            spec:
        {{#job}}
              restartPolicy: Never
              # By the scheduler, not spec.nodeName: a pod for a node that is not there waits, and says so.
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                      - matchFields:
                          - key: metadata.name
                            operator: In
                            values: [{{node}}]
        {{/job}}
              nodeSelector:
                kubernetes.io/os: linux
              # A node that is cordoned is converted like any other.
              tolerations:
                - operator: Exists
              # It asks nothing of the cluster.
              serviceAccountName: migrate
              automountServiceAccountToken: false
              enableServiceLinks: false
              # The node's routes, neighbors and hooks; its processes, which hold namespaces and maps; its user ids, for in another
              # user namespace no capability counts for them.
              hostNetwork: true
              hostPID: true
              hostUsers: true
              # From SIGTERM on: what was begun and has not flipped is undone. A run that has flipped is the kernel's to take back.
              terminationGracePeriodSeconds: {{grace}}
              containers:
                - name: migrate
                  image: {{image}}
        {{^plansAgain}}
                  command: [migrate]
                  args:
        {{#words}}
                    - {{.}}
        {{/words}}
        {{/plansAgain}}
        {{#plansAgain}}
                  # Planned every hour. Ready is a node on which nothing blocks apply; the log has the plan.
                  command:
                    - sh
                    - -c
                    - |
                      while :; do
                        if migrate "$@"; then touch /tmp/planned; else rm -f /tmp/planned; fi
                        sleep 3600
                      done
                    - migrate
        {{#words}}
                    - {{.}}
        {{/words}}
                  readinessProbe:
                    exec:
                      command: [test, -e, /tmp/planned]
                    periodSeconds: 10
        {{/plansAgain}}
                  env:
                    - name: NODE_NAME
                      valueFrom:
                        fieldRef:
                          fieldPath: spec.nodeName
                    - name: POD_NAME
                      valueFrom:
                        fieldRef:
                          fieldPath: metadata.name
                    - name: POD_NAMESPACE
                      valueFrom:
                        fieldRef:
                          fieldPath: metadata.namespace
        {{#job}}
                    # The same for every pod of this Job.
                    - name: JOB_UID
                      valueFrom:
                        fieldRef:
                          fieldPath: metadata.labels['batch.kubernetes.io/controller-uid']
        {{/job}}
                    - name: MIGRATE_TERMINATION_LOG
                      value: /dev/termination-log
                  terminationMessagePath: /dev/termination-log
                  terminationMessagePolicy: FallbackToLogsOnError
                  securityContext:
                    privileged: false
                    allowPrivilegeEscalation: false
                    readOnlyRootFilesystem: true
                    runAsUser: 0
                    runAsGroup: 0
                    capabilities:
                      drop: [ALL]
                      add:
        {{#capabilities}}
                        # {{use}}
                        - {{name}}
        {{/capabilities}}
                    seccompProfile:
                      type: RuntimeDefault
                    # The runtimes' profiles let nobody look at processes of others. Without AppArmor or SELinux these two say nothing.
                    appArmorProfile:
                      type: Unconfined
                    seLinuxOptions:
                      type: spc_t
                  # No limits: whoever is killed for memory in the middle leaves the rest to somebody else.
                  resources:
                    requests:
                      cpu: 50m
                      memory: 64Mi
                  volumeMounts:
                    # Journal and plans outlive the pod.
                    - name: state
                      mountPath: {{state}}
                    # Pins outlive it, too. HostToContainer: a bpffs that is mounted later, and namespaces that come.
                    - name: bpffs
                      mountPath: {{bpffs}}
                      mountPropagation: HostToContainer
        {{^isChanging}}
                      # Nothing is pinned.
                      readOnly: true
        {{/isChanging}}
                    - name: netns
                      mountPath: /run/netns
                      mountPropagation: HostToContainer
                      readOnly: true
                    # Which machine this is.
                    - name: machine-id
                      mountPath: /etc/machine-id
                      readOnly: true
                    # config.yaml, and profiles of one's own that it names.
                    - name: configuration
                      mountPath: /etc/migrate
                      readOnly: true
        {{#plansAgain}}
                    - name: tmp
                      mountPath: /tmp
        {{/plansAgain}}
              volumes:
                - name: state
                  hostPath:
                    path: {{state}}
                    type: DirectoryOrCreate
                - name: bpffs
                  hostPath:
                    path: {{bpffs}}
                    type: Directory
                - name: netns
                  hostPath:
                    path: /run/netns
                    type: DirectoryOrCreate
                - name: machine-id
                  hostPath:
                    path: /etc/machine-id
                    type: File
                - name: configuration
                  configMap:
                    name: migrate
                    optional: true
        {{#plansAgain}}
                - name: tmp
                  emptyDir:
                    medium: Memory
                    sizeLimit: 1Mi
        {{/plansAgain}}

        """
}
