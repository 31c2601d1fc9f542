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
      lower = originals.moved(by: center.filled(with: -radius)).clamped(to: 0...1)
      upper = originals.moved(by: center.filled(with: radius)).clamped(to: 0...1)
    case .eightBit:
      let steps = threat.pixelSteps
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
    case .l2: originals.moved(by: shortened(change(to: points))).clamped(to: 0...1)
    case .l1: originals.moved(by: ontoL1Ball(change(to: points))).clamped(to: 0...1)
    case .l0: largestChanges(to: points.clamped(to: 0...1))
    }
  }

  /// Allowed points near the given ones: projected, and on the grid if there is one.
  public func realized(_ points: Tensor) -> Tensor {
    let inside = projected(points)
    switch (threat.pixels, threat.budget.norm) {
    case (.float, _): return inside
    case (.eightBit, .linf), (.eightBit, .l0): return (inside * 255).rounded() / 255
    case (.eightBit, .l2), (.eightBit, .l1): return roundedInsideBall(inside)
    }
  }

  /// Perturbations in double precision, because norms add up as many numbers as a picture has.
  private func change(to points: Tensor) -> Tensor {
    points.converted(to: .float64) - originals.converted(to: .float64)
  }

  private func shortened(_ perturbation: Tensor) -> Tensor {
    let lengths = perturbation.norm(order: 2, along: [1, 2, 3], keepingDimensions: true)
    let factors = lengths.maximum(.full([], 1e-30)).power(-1) * threat.budget.epsilon
    return perturbation * factors.clamped(to: 0...1)
  }

  /// The points with all but their ε largest changes undone.
  private func largestChanges(to points: Tensor) -> Tensor {
    let change = (points - originals).flattenedSamples().magnitude()
    let count = Int(min(threat.budget.epsilon, Double(change.shape[1])))
    let kept = change.filled(with: 0).filled(
      along: 1, at: change.top(count, along: 1).indices, with: 1)
    return points.selected(where: kept.reshaped(points.shape) .> 0, otherwise: originals)
  }

  /// The Euclidean projection onto the L1 ball.
  ///
  /// Duchi, Shalev-Shwartz, Singer and Chandra 2008.
  private func ontoL1Ball(_ perturbation: Tensor) -> Tensor {
    let flat = perturbation.flattenedSamples()
    let magnitudes = flat.magnitude()
    let sorted = magnitudes.sorted(along: 1, descending: true).values
    let positions = Tensor.range(1..<(flat.shape[1] + 1)).converted(to: .float64)
    let thresholds = (sorted.cumulativeSum(along: 1) - threat.budget.epsilon) / positions
    let last = (sorted .> thresholds).converted(to: .int64).sum(along: [1], keepingDimensions: true)
    let index = (last - 1).maximum(.zeros([], type: .int64)).converted(to: .int64)
    let threshold = thresholds.gathered(along: 1, at: index).rectified()
    let shrunk = flat.sign() * (magnitudes - threshold).rectified()
    return shrunk.reshaped(perturbation.shape)
  }

  /// Grid points inside an L2 or L1 ball that are as near as possible to points inside it.
  ///
  /// Every change is first cut down to whole steps, which stays inside. Then the changes that lost
  /// most (more than half a step) are raised by one step, in that order, while the budget lasts.
  private func roundedInsideBall(_ inside: Tensor) -> Tensor {
    let origin = (originals.flattenedSamples().converted(to: .float64) * 255).rounded()
    let change = inside.flattenedSamples().converted(to: .float64) * 255 - origin
    let magnitude = change.magnitude()
    let order = threat.budget.norm.order
    let budget = (threat.budget.epsilon * 255).power(order) * (1 + 1e-9)
    // What is a whole step but for rounding counts as one, unless the budget would not allow it.
    let generous = (magnitude + 1e-4).roundedDown()
    let cost = generous.power(order).sum(along: [1], keepingDimensions: true)
    let whole = generous.selected(where: cost .<= budget, otherwise: magnitude.roundedDown())
    let spent = whole.power(order).sum(along: [1], keepingDimensions: true)
    let (lost, ranking) = (magnitude - whole).sorted(along: 1, descending: true)
    let price = (whole + 1).power(order) - whole.power(order)
    let bill = price.gathered(along: 1, at: ranking).cumulativeSum(along: 1) + spent
    let raised = (lost .> 0.5 .&& bill .<= budget).converted(to: .float64)
    let steps = whole + raised.gathered(along: 1, at: ranking.argsorted(along: 1))
    let pixels = (origin + change.sign() * steps).clamped(to: 0...255)
    return (pixels.converted(to: .float32) / 255).reshaped(inside.shape)
  }
}

extension Tensor {
  /// The float32 points next to this one plus a change, none of them farther away than the change.
  ///
  /// Rounding to the nearest number can lengthen a change; where it does, the next number on the side
  /// of this point is taken.
  ///
  /// - Parameter change: float64.
  fileprivate func moved(by change: Tensor) -> Tensor {
    let center = converted(to: .float64)
    let rounded = (center + change).converted(to: .float32)
    let excessive = (rounded.converted(to: .float64) - center).magnitude() .> change.magnitude()
    return rounded.neighbour(toward: self).selected(where: excessive, otherwise: rounded)
  }
}

extension Double {
  fileprivate func power(_ order: Double) -> Double { order == 2 ? self * self : self }
}
