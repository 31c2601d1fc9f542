import GRDB

/// Why a journal of queries cannot be used.
public enum QueryJournalError: Error, Hashable, Sendable {
  /// Another process works with it.
  case inUse(String)
  /// The file is not what this version writes.
  case malformed(String)
  /// Its answers are from another model, or were asked for otherwise; what differs, in words.
  case otherSetup(String, [String])
  /// It cannot be written; why, in words.
  case unwritable(String, String)

  init(_ error: any Error, path: String) {
    switch error {
    case let error as QueryJournalError: self = error
    case let error as DatabaseError:
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: self = .inUse(path)
      case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_MISMATCH:
        self = .malformed(path)
      default: self = .unwritable(path, error.message ?? "SQLite error \(error.resultCode)")
      }
    default: self = .malformed(path)
    }
  }
}

extension QueryJournalError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .inUse(let path): "\(path): another process is working with this"
    case .malformed(let path):
      "\(path): this is not a journal of queries that this version can read"
    case .otherSetup(let path, let differences):
      "\(path) holds answers to other questions (\(differences.joined(separator: "; "))): "
        + "ask the same way, or give another file"
    case .unwritable(let path, let reason): "\(path): the journal cannot be used: \(reason)"
    }
  }
}
