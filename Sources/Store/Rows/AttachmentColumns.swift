import GRDB
import Model

/// A hook's attachment and owner, in `hooks` and `run_hooks`.
extension Hook {
    static let attachmentColumns = [
        "attachment_link_id", "attachment_position", "attachment_revision", "attachment_mode", "owner",
    ]

    var attachmentValues: [(any DatabaseValueConvertible)?] {
        get throws {
            [
                attachment?.linkID, attachment?.position, attachment?.revision?.bits, attachment?.mode?.rawValue,
                try owner.map(JSON.text),
            ]
        }
    }

    mutating func readAttachment(_ row: Row) throws {
        owner = try row.optionalJSON("owner", as: HookOwner.self)
        guard let position: UInt32 = try row.optional("attachment_position") else { return }
        attachment = Attachment(
            linkID: try row.optional("attachment_link_id"), position: position,
            revision: try row.optionalBits("attachment_revision"),
            mode: try row.optionalParsed("attachment_mode", Attachment.Mode.init))
    }
}
