import TensorModule

/// A running sum of gradients, along which steps are taken instead of along the last gradient alone.
struct Momentum {
  /// The factor μ by which the sum shrinks at each step.
  let decay: Double
  /// Whether gradients are taken where the sum alone would lead, as Nesterov does.
  let looksAhead: Bool
  /// [N, C, H, W]; nothing before the first step.
  private var sum: Tensor?

  /// No gradients so far.
  init(decay: Double, looksAhead: Bool) {
    self.decay = decay
    self.looksAhead = looksAhead
  }

  /// Where the next gradient is taken.
  func lookout(from iterate: Tensor, stepSize: Double) -> Tensor {
    guard looksAhead, let sum else { return iterate }
    return iterate + sum * (stepSize * decay)
  }

  /// The sum after another gradient, scaled so that its mean magnitude is one.
  mutating func gathering(_ gradient: Tensor) -> Tensor {
    let size = gradient.magnitude().mean(along: [1, 2, 3], keepingDimensions: true)
    let scaled = gradient / size.maximum(.full([], 1e-30))
    let gathered = sum.map { $0 * decay + scaled } ?? scaled
    sum = gathered
    return gathered
  }

  /// Forgets all pictures but some.
  mutating func keep(_ rows: Tensor) { sum = sum?.rows(rows) }
}
