import Imaging
import ProgramFormats
import ProgramRuntime
public import ThreatModels
import Training

/// Why a substitute cannot be built.
public enum SubstituteError: Error, Hashable, Sendable {
  /// The service gives no answers.
  case oracle(OracleError)
  /// The budget does not reach for the seeds; how many queries they need, and how many there are.
  case budget(needed: Int, left: Int)
  /// The folder holds files that are not ours.
  case occupied(String)
  /// The folder was used with other settings; what differs, in words.
  case otherSetup(String, [String])
  /// Another process works there.
  case inUse(String)
  /// A file is not what a run writes; what is wrong, in words.
  case damaged(String, String)
  /// A file cannot be written; why, in words.
  case unwritable(String, String)
}

extension SubstituteError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .oracle(let error): "\(error)"
    case .budget(let needed, let left):
      "\(needed) queries are needed before anything can be learned, and the budget leaves \(left): "
        + "give a greater budget, fewer seeds, or fewer pictures or attacks afterwards"
    case .occupied(let path): "\(path): the folder is not empty; choose another one"
    case .otherSetup(let path, let differences):
      "\(path) holds a run with other settings (\(differences.joined(separator: "; "))): choose "
        + "another folder, or --replace the run"
    case .inUse(let path): "\(path): another process is working there"
    case .damaged(let path, let what):
      "\(path) is damaged (\(what)): put a copy of it back, or begin anew with --replace; the journal "
        + "keeps the answers"
    case .unwritable(let path, let why): "\(path): cannot be written (\(why))"
    }
  }
}
