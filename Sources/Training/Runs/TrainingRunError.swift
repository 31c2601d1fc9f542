/// Why a training run cannot be kept in its folder.
public enum TrainingRunError: Error, Hashable, Sendable {
  /// The folder holds files that are not ours.
  case occupied(String)
  /// The folder or a file in it cannot be written before the run begins; why, in words.
  case unwritable(String, String)
  /// A file cannot be written although the run was under way, for instance because the disk is full:
  /// the sentence that says so, and the last epoch that is kept, from 1.
  case notSaved(String, keptEpoch: Int?)
  /// Another process is training there.
  case inUse(String)
  /// The run was begun with other settings; what differs, in words.
  case otherSetup(String, [String])
  /// A file is not what a run writes; what is wrong, in words.
  case damaged(String, String)
}

extension TrainingRunError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .occupied(let path): "\(path): the folder is not empty; choose another one"
    case .unwritable(let path, let why): "\(path): cannot be written (\(why))"
    case .notSaved(let sentence, let epoch):
      "\(sentence): make room, and the same command goes on "
        + (epoch.map { "from the checkpoint in epoch \($0)" } ?? "from the beginning")
    case .inUse(let path): "\(path): another process is training there"
    case .otherSetup(let path, let differences):
      "\(path) holds a run with other settings (\(differences.joined(separator: "; "))): choose "
        + "another folder, or --replace the run"
    case .damaged(let path, let what):
      "\(path) is damaged (\(what)): put a copy of it back, or begin anew with --replace"
    }
  }
}
