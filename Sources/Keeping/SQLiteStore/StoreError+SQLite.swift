internal import Keeping
internal import SQLite

extension StoreError {
    /// What SQLite reported of the file at `path`.
    init(_ error: SQLiteError, path: String) {
        let code: Code =
            switch error.primaryCode {
            case _ where error.isCorruption: .corrupt
            case _ where error.isFull: .full
            case _ where error.isInputOutput: .inputOutput
            case _ where error.isBusy: .busy
            case _ where error.isFileGone: .fileGone
            case 14, 23, 3: .cannotOpen  // SQLITE_CANTOPEN, SQLITE_AUTH, SQLITE_PERM
            case 8: .readOnly  // SQLITE_READONLY
            default: .other
            }
        self.init(code, path: path, detail: error.description)
    }
}
