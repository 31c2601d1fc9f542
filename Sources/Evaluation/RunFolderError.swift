import Foundation
public import Imaging

/// Why a run folder cannot be used.
public enum RunFolderError: Error, Hashable, Sendable {
  /// There is no run there.
  case missing(String)
  /// The folder holds files that are not ours.
  case occupied(String)
  /// The folder holds an earlier run.
  case holdsRun(String)
  /// The folder or a file in it cannot be written.
  case unwritable(String, String)
  /// The disk does not take what is written, for instance because it is full.
  case noRoom(String, String)
  /// Something in the folder is not what a run has.
  case malformed(String, String)
  /// A picture cannot be read or written.
  case imaging(ImagingError)

  /// Something cannot be written, for the reason that the operating system gives.
  public static func unwritable(_ path: String, because error: any Error) -> RunFolderError {
    // Foundation's own sentences speak of operations that could not be completed.
    let cause = (error as? CocoaError)?.underlying as? POSIXError ?? error as? POSIXError
    if (error as? CocoaError)?.code == .fileWriteOutOfSpace {
      return .noRoom(path, String(cString: strerror(ENOSPC)))
    }
    guard let cause else { return .unwritable(path, error.localizedDescription) }
    let words = String(cString: strerror(cause.code.rawValue))
    return [.ENOSPC, .EDQUOT, .EIO].contains(cause.code)
      ? .noRoom(path, words) : .unwritable(path, words)
  }
}

extension RunFolderError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): there is no run here (no run.json)"
    case .occupied(let path): "\(path): the folder is not empty; choose another one"
    case .holdsRun(let path):
      "\(path): the folder holds an earlier run; choose another one, or replace it (--replace)"
    case .unwritable(let path, let why), .noRoom(let path, let why):
      "\(path): cannot be written (\(why))"
    case .malformed(let path, let what): "\(path): \(what) is not what a run folder has"
    case .imaging(let error): "\(error)"
    }
  }
}
