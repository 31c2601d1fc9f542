/// Why a threat model or a goal does not make sense.
public enum ThreatModelError: Error, Hashable, Sendable {
  /// The text is no positive number, fraction or count of 8-bit steps.
  case unreadableEpsilon(String)
  /// An L∞ ε above 1 exceeds the whole range of pixels.
  case epsilonAboveOne(String)
  /// An L0 ε counts channels of pixels, so it must be a whole number.
  case epsilonNotWhole(String)
  /// ε is less than one step of the 8-bit grid, so that no pixel can change.
  case epsilonBelowOneStep(String)
  /// The originals are not 8-bit pictures although the result is to be one.
  case originalOffGrid
  /// A targeted attack aims at the true class of one of the pictures.
  case targetIsLabel(Int)
  /// A label or target is not a class of the model.
  case noSuchClass(Int, classCount: Int)
}

extension ThreatModelError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unreadableEpsilon(let text):
      "ε must be a positive number such as 8/255, 0.03 or 8px, not “\(text)”"
    case .epsilonAboveOne(let text):
      "an L∞ ε of \(text) exceeds the whole range of pixels, which is [0, 1]: "
        + "did you mean \(text)/255?"
    case .epsilonNotWhole(let text):
      "an L0 ε says how many channels of pixels may change, so it must be a whole number, "
        + "not “\(text)”"
    case .epsilonBelowOneStep(let text):
      "an ε of \(text) is less than 1/255, one step of an 8-bit picture, so no pixel could change: "
        + "use a larger ε or float pixels"
    case .originalOffGrid:
      "the originals are not 8-bit pictures: round them to multiples of 1/255 or use float pixels"
    case .targetIsLabel(let index):
      "class \(index) is the true class of one of the pictures: leave those out of a targeted attack"
    case .noSuchClass(let index, let classCount):
      "there is no class \(index): the model has \(classCount) classes, numbered from 0"
    }
  }
}
