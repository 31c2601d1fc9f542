public import TensorModule

/// The allowed points around each picture of a batch, with the two ways onto them.
///
/// ``projected(_:)`` leads onto the ball and into [0, 1]; attacks move there. ``realized(_:)`` leads
/// on to a point that a picture file can hold; only such points are shown to the model. An attack
/// that keeps its iterate in the first set and asks at the second does not stall when its steps are
/// smaller than a grid step, and what it finds needs no rounding afterwards.
public struct FeasibleSet {
  private let threat: ThreatModel
  private let originals: Tensor
  /// Bounds of each pixel: [0, 1], and for L∞ the ball as well, on the grid if there is one.
  private let lower: Tensor
  private let upper: Tensor

  init(around originals: Tensor, under threat: ThreatModel) {
    self.threat = threat
    self.originals = originals
    guard threat.budget.norm == .linf else {
      lower = Tensor.zeros([])
      upper = Tensor.ones([])
      return
    }
    let center = originals.converted(to: .float64)
    let radius = threat.budget.epsilon
    switch threat.pixels {
    case .float:
      lower = Self.inward((center - radius).clamped(to: 0...1), from: center, radius: radius)
      upper = Self.inward((center + radius).clamped(to: 0...1), from: center, radius: radius)
    case .eightBit:
      let steps = (radius * 255 * (1 + 1e-9)).rounded(.down)
      let pixel = (center * 255).rounded()
      lower = (pixel - steps).clamped(to: 0...255).converted(to: .float32) / 255
      upper = (pixel + steps).clamped(to: 0...255).converted(to: .float32) / 255
    }
  }

  private init(threat: ThreatModel, originals: Tensor, lower: Tensor, upper: Tensor) {
    self.threat = threat
    self.originals = originals
    self.lower = lower
    self.upper = upper
  }

  /// The set around some of the pictures.
  public func rows(_ indices: Tensor) -> FeasibleSet {
    FeasibleSet(
      threat: threat, originals: originals.rows(indices),
      lower: lower.rank == 0 ? lower : lower.rows(indices),
      upper: upper.rank == 0 ? upper : upper.rows(indices))
  }

  /// The points moved onto the ball and into [0, 1].
  ///
  /// For L2 and L1 the perturbation is first brought onto the ball and then clipped to [0, 1],
  /// which only shortens it.
  public func projected(_ points: Tensor) -> Tensor {
    switch threat.budget.norm {
    case .linf: points.clamped(from: lower, to: upper)
    case .l2: (originals + shortened(points - originals)).clamped(to: 0...1)
    case .l1: (originals + ontoL1Ball(points - originals)).clamped(to: 0...1)
    }
  }

  /// Allowed points near the given ones: projected, and on the grid if there is one.
  public func realized(_ points: Tensor) -> Tensor {
    let inside = projected(points)
    switch (threat.pixels, threat.budget.norm) {
    case (.float, _): return inside
    case (.eightBit, .linf): return (inside * 255).rounded() / 255
    case (.eightBit, .l2), (.eightBit, .l1): return roundedInsideBall(inside)
    }
  }

  /// A radius below ε by more than float32 can round up again.
  private var safeRadius: Double { threat.budget.epsilon * (1 - 1e-6) }

  private func shortened(_ perturbation: Tensor) -> Tensor {
    let lengths = perturbation.norm(order: 2, along: [1, 2, 3], keepingDimensions: true)
    return perturbation * (safeRadius / lengths.maximum(.full([], 1e-12))).clamped(to: 0...1)
  }

  /// The Euclidean projection onto the L1 ball (Duchi et al. 2008), in double precision because it
  /// adds up as many numbers as a picture has.
  private func ontoL1Ball(_ perturbation: Tensor) -> Tensor {
    let flat = perturbation.flattenedSamples().converted(to: .float64)
    let magnitudes = flat.magnitude()
    let sorted = magnitudes.sorted(along: 1, descending: true).values
    let positions = Tensor.range(1..<(flat.shape[1] + 1)).converted(to: .float64)
    let thresholds = (sorted.cumulativeSum(along: 1) - safeRadius) / positions
    let last = (sorted .> thresholds).converted(to: .int64).sum(along: [1], keepingDimensions: true)
    let index = (last - 1).clamped(to: 0...Double(flat.shape[1] - 1)).converted(to: .int64)
    let threshold = thresholds.gathered(along: 1, at: index).rectified()
    let shrunk = flat.sign() * (magnitudes - threshold).rectified()
    return shrunk.converted(to: .float32).reshaped(perturbation.shape)
  }

  /// Grid points inside an L2 or L1 ball that are as near as possible to points inside it.
  ///
  /// Every change is first cut down to whole steps, which stays inside. Then the changes that lost
  /// most (more than half a step) are raised by one step, in that order, while the budget lasts.
  private func roundedInsideBall(_ inside: Tensor) -> Tensor {
    let origin = (originals.flattenedSamples().converted(to: .float64) * 255).rounded()
    let change = inside.flattenedSamples().converted(to: .float64) * 255 - origin
    let magnitude = change.magnitude()
    let whole = (magnitude + 1e-4).roundedDown()
    let order = threat.budget.norm.order
    let budget = (threat.budget.epsilon * 255).power(order) * (1 + 1e-9)
    let spent = whole.power(order).sum(along: [1], keepingDimensions: true)
    let (lost, ranking) = (magnitude - whole).sorted(along: 1, descending: true)
    let price = (whole + 1).power(order) - whole.power(order)
    let bill = price.gathered(along: 1, at: ranking).cumulativeSum(along: 1) + spent
    let raised = (lost .> 0.5 .&& bill .<= budget).converted(to: .float64)
    let steps = whole + raised.gathered(along: 1, at: ranking.argsorted(along: 1))
    let pixels = (origin + change.sign() * steps).clamped(to: 0...255)
    return (pixels.converted(to: .float32) / 255).reshaped(inside.shape)
  }

  /// Bounds in float32 that rounding has not carried beyond the radius.
  private static func inward(_ bound: Tensor, from center: Tensor, radius: Double) -> Tensor {
    let rounded = bound.converted(to: .float32)
    let excessive = (rounded.converted(to: .float64) - center).magnitude() .> radius
    return rounded.neighbour(toward: center.converted(to: .float32))
      .selected(where: excessive, otherwise: rounded)
  }
}

extension Double {
  fileprivate func power(_ order: Double) -> Double { order == 2 ? self * self : self }
}

private func / (left: Double, right: Tensor) -> Tensor { right.power(-1) * left }
