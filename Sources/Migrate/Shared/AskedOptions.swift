import Model

extension PlanDocument.Asked {
    /// The options that ask the same of `migrate plan` again; nothing for what is the default.
    ///
    /// `--static-set` says something of its membership only, so they are one: where a suggestion names another membership,
    /// neither is repeated.
    var options: [String] {
        var options: [String] = []
        if let membership {
            options.append("--membership \(membership.rawValue)" + (staticSet == true ? " --static-set" : ""))
        }
        if egress != .neigh { options.append("--egress \(egress.rawValue)") }
        if acceptUnknown { options.append("--accept-unknown") }
        if cut == .direct { options.append("--cut direct") }
        if let profile { options.append("--profile \(profile.shellWord)") }
        return options
    }
}

extension CommandContext {
    /// Works on a plan that was asked for so: whatever is suggested meanwhile, errors included, asks for the same.
    public func asking<T>(
        _ asked: PlanDocument.Asked, _ body: (CommandContext) throws(MigrateError) -> T
    ) throws(MigrateError) -> T {
        var context = self
        context.settings.asked = asked
        do {
            return try body(context)
        } catch {
            var error = error
            error.remedy = error.remedy.map(context.settings.echoed)
            throw error
        }
    }
}
