import Yams

extension ProfileError {
    /// A file that is no YAML at all, with the line where its reader stopped.
    init(notYAML error: any Error, file: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            self.init(file: file, line: max(1, mark.line), field: "", message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context)?:
            self.init(
                file: file, line: max(1, context.mark.line),
                field: "\(keys.sorted().joined(separator: ", "))",
                message: "given twice")
        case .reader(let problem, _, _, _)?:
            self.init(file: file, line: 1, field: "", message: "not YAML: \(problem)")
        default: self.init(file: file, line: 1, field: "", message: "not YAML: \(error)")
        }
    }
}
