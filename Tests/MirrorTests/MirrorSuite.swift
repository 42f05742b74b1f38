import TestSupport
import Testing

/// Real frames through real programs, in namespaces of the mirror's own. One suite: libbpf's log is one for the process.
@Suite(.requires(.root), .serialized) struct MirrorSuite {}
