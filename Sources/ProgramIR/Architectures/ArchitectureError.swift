/// Why there is no network of a name, or none for a task.
public enum ArchitectureError: Error, Hashable, Sendable {
  /// The most parameters that a network may have; they take 4 GiB.
  public static let largestParameterCount = 1 << 30

  /// No name in the catalogue is like this one.
  case unknown(String, known: [String])
  /// The name is known, and the numbers in it do not fit; what is wanted, in words.
  case unsuitableNumbers(String, wanted: String)
  /// The network cannot tell so many classes apart.
  case classCount(Int, wanted: ClosedRange<Int>)
  /// The pictures are too small, too large, or have no channels.
  case unsuitablePictures(ClassificationTask, smallestSide: Int)
  /// The normalisation does not have one usable number for each channel.
  case normalization(channels: Int)
  /// The network would have this many parameters.
  case tooManyParameters(Int)
}

extension ArchitectureError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      return "there is no architecture “\(name)”; these are known: "
        + known.joined(separator: ", ")
    case .unsuitableNumbers(let name, let wanted): return "“\(name)” does not fit: \(wanted)"
    case .classCount(let count, let wanted):
      let words =
        wanted.lowerBound == wanted.upperBound
        ? "\(wanted.lowerBound)" : "at least \(wanted.lowerBound)"
      return "this architecture tells \(words) classes apart, and there are \(count)"
    case .unsuitablePictures(let task, let smallestSide):
      return "this architecture takes pictures of at least \(smallestSide) × \(smallestSide) "
        + "pixels and classes of them up to \(ClassificationTask.largestSide), not \(task.width) × "
        + "\(task.height) pixels with \(task.channels) channels and \(task.classCount) classes"
    case .normalization(let channels):
      return "a normalisation needs a mean and a positive deviation for each of "
        + "\(channels) channels"
    case .tooManyParameters(let count):
      return "the network would have \(count) parameters, and "
        + "\(Self.largestParameterCount) are the most that make sense here"
    }
  }
}
