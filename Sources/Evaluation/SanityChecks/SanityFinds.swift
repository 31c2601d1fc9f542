import TensorModule

/// What sanity checks made of each picture within an evaluated budget: the first point that fooled the
/// model, or the last that did not.
final class SanityFinds {
  /// One point with what the model says of it.
  struct Find {
    /// The picture's place among those that are looked at.
    let place: Int
    let judgement: Judgement
    /// The point's row in the judgement.
    let row: Int
    let outcome: Outcome
    /// [C, H, W].
    let point: Tensor
  }

  private var best: [Int: Find] = [:]

  /// Remembers a point unless an earlier one of the same picture fooled the model.
  func consider(_ find: Find) {
    if best[find.place]?.outcome != .newlyWrong { best[find.place] = find }
  }

  /// All that was remembered, in the order of the pictures, to be forgotten here.
  func taken() -> [Find] {
    defer { best = [:] }
    return best.values.sorted { $0.place < $1.place }
  }
}
