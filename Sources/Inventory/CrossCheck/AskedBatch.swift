import Kernel
import Model

/// Entries of a map with what the kernel answered for each of them.
struct AskedBatch: Sendable {
    /// Which of the survey's legacy maps.
    var map: Int
    var entries: EntryBatch
    /// What the profile makes of each; `nil` where it is too short.
    var targets: [LegacyTarget?]
    var asked: [Asked]

    /// The answers at one interface.
    struct Asked: Sendable {
        /// Place and input by their numbers.
        var place: Int
        var input: Int
        /// The entries that were asked for, by their number in the batch.
        var indices: [Int]
        /// For each of these, whether anything read of this machine is about its address.
        var known: [Bool]
        /// For each of these.
        var answers: [FIBProbe.Answer]
        /// For each of these; `nil` where `RTM_GETROUTE` was not asked, had no source to ask with, or said EINVAL.
        var routes: FewRoutes
        /// Of the `nil` ones, how many were left out on purpose.
        var leftOut: Int
    }
}
