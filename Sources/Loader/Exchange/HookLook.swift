import Kernel
import Model

/// Reads many hooks, one thread and one socket for each namespace.
enum HookLook {
    /// - Parameter replacements: for each hook the programs that may have taken its program's place.
    /// - Returns: one answer for each hook, in their order; `nil` where nothing is at its place, or no namespace was found.
    static func current(
        _ hooks: [Hook], replacements: [[UInt32]], in directory: NamespaceDirectory
    ) -> [Result<Hook?, KernelError>] {
        zip(hooks, replacements).map { (hook: $0, replacements: $1) }.inGroups(by: \.hook.netns.cookie) { cookie, all in
            guard let namespace = directory[cookie] else { return all.map { _ in .success(nil) } }
            do throws(KernelError) {
                return try namespace.run { () throws(KernelError) in
                    var socket = try NetlinkSocket()
                    return HookReader.current(
                        all.map(\.hook), replacements: all.map(\.replacements), socket: &socket)
                }
            } catch {
                return all.map { _ in .failure(error) }
            }
        }
    }
}
