extension BTF {
    /// The name of the function with this id; `nil` where it is something else.
    func functionName(_ id: UInt32) -> String? {
        bytes.withSpan { span in
            guard let type = try? type(id, in: span), type.kind == .function else { return nil }
            return try? text(type.name, in: span)
        }
    }
}
