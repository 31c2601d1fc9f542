import Adversary

extension LabelledPicture {
  /// The true class.
  ///
  /// - Parameter work: what cannot go on without it, such as `transfer`.
  func requiredLabel(for work: String) throws -> Int {
    guard let label else {
      throw CommandFailure(.badData, "\(name) has no class; \(work) needs labelled data")
    }
    return label
  }
}
