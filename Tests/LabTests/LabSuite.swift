import Testing

/// Labs are built one after the other: each has its own names, and the machine has few processors for their traffic.
@Suite(.needsRoot, .serialized) struct LabSuite {}
