public import ProgramFormats
public import TensorModule

/// Why a training run cannot begin or go on.
public enum TrainingError: Error, Hashable, Sendable {
  /// A picture has no class; its name.
  case unlabelled(String)
  /// A picture's class is none of the model's; its name and class.
  case noSuchClass(String, Int, classCount: Int)
  /// A picture has another shape than the model takes; its name.
  case wrongShape(String)
  /// The loss is not a number any more; in which epoch, from 1.
  case notFinite(epoch: Int)
  /// A checkpoint does not fit the run; why, in words.
  case unfitCheckpoint(String)
  /// A checkpoint cannot be read or written.
  case file(SafeTensorsError)
  /// The engine refused.
  case engine(EngineError)
  /// The method cannot go on; why, in words.
  case method(String)
}

extension TrainingError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unlabelled(let name): "\(name) has no label, and training needs one"
    case .noSuchClass(let name, let label, let classCount):
      "\(name) has class \(label), and the model has the classes 0 to \(classCount - 1)"
    case .wrongShape(let name): "\(name) does not have the shape that the model takes"
    case .notFinite(let epoch):
      "the loss is not a number any more in epoch \(epoch): try a lower learning rate or gradient "
        + "clipping"
    case .unfitCheckpoint(let reason): "the checkpoint does not fit this run: \(reason)"
    case .file(let error): "\(error)"
    case .engine(let error): "\(error)"
    case .method(let reason): reason
    }
  }
}
