import GRDB

/// Why a journal cannot be used.
public enum JournalError: Error, Hashable, Sendable {
  /// There is no journal there.
  case missing(String)
  /// Another process works on it.
  case inUse(String)
  /// The file is not what this version writes.
  case malformed(String)
  /// It was made for another setup; what differs, in words.
  case otherSetup(String, [String])
  /// It cannot be written; why, in words.
  case unwritable(String, String)

  /// The disk does not take what is written, for instance because it is full; why, in words.
  case noRoom(String, String)

  init(_ error: any Error, path: String) {
    switch error {
    case let error as JournalError: self = error
    case let error as DatabaseError:
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: self = .inUse(path)
      case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_MISMATCH:
        self = .malformed(path)
      case .SQLITE_FULL, .SQLITE_IOERR:
        self = .noRoom(path, error.message ?? "SQLite error \(error.resultCode)")
      default: self = .unwritable(path, error.message ?? "SQLite error \(error.resultCode)")
      }
    default: self = .malformed(path)
    }
  }
}

extension JournalError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no evaluation here"
    case .inUse(let path): "\(path): another process is working on this"
    case .malformed(let path): "\(path): this is not a journal that this version can read"
    case .otherSetup(let path, let differences):
      "\(path) holds work with other settings (\(differences.joined(separator: "; "))): "
        + "repeat it with those, or give another folder"
    case .unwritable(let path, let reason), .noRoom(let path, let reason):
      "\(path): the journal cannot be used: \(reason)"
    }
  }
}
