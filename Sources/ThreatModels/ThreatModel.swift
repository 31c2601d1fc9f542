public import TensorModule

/// What an adversary may do to a picture: stay within a budget, within [0, 1], and on the grid.
public struct ThreatModel: Hashable, Codable, Sendable {
  /// How far from the original.
  public var budget: PerturbationBudget
  /// Which values a pixel may take.
  public var pixels: PixelGrid

  /// A threat model.
  public init(_ budget: PerturbationBudget, pixels: PixelGrid = .eightBit) {
    self.budget = budget
    self.pixels = pixels
  }

  /// All points that are allowed around each picture of a batch.
  ///
  /// - Parameter originals: [N, C, H, W] in [0, 1]; multiples of 1/255 if the grid has 8 bits,
  ///   which ``requireOriginals(_:)`` checks.
  public func feasibleSet(around originals: Tensor) -> FeasibleSet {
    FeasibleSet(around: originals, under: self)
  }

  /// Whether this has the norm and the grid of another and allows nothing that the other does not.
  public func isWithin(_ other: ThreatModel) -> Bool {
    budget.norm == other.budget.norm && pixels == other.pixels
      && budget.epsilon <= other.budget.epsilon
  }

  /// Checks that a pixel may change at all.
  ///
  /// - Throws: ``ThreatModelError/epsilonBelowOneStep(_:)``.
  public func requireRoom() throws(ThreatModelError) {
    guard pixels == .eightBit, budget.epsilon * 255 * (1 + 1e-9) < 1 else { return }
    throw .epsilonBelowOneStep(budget.text)
  }

  /// Checks that there are allowed points around the originals besides themselves.
  ///
  /// - Throws: ``ThreatModelError/originalOffGrid`` or ``ThreatModelError/epsilonBelowOneStep(_:)``.
  public func requireOriginals(_ originals: Tensor) throws(ThreatModelError) {
    try requireRoom()
    guard pixels == .eightBit else { return }
    if !PixelGrid.eightBit.contains(originals).allTrue() { throw .originalOffGrid }
  }

  /// The largest change that L∞ and the grid allow any pixel, in 8-bit steps: ε in whole steps on the
  /// grid.
  public var pixelSteps: Double {
    let steps = budget.epsilon * 255
    return pixels == .eightBit ? (steps * (1 + 1e-9)).rounded(.down) : steps
  }

  /// For each sample whether a point is allowed, measured in double precision.
  ///
  /// - Parameters:
  ///   - points: [N, C, H, W].
  ///   - originals: the same shape.
  public func allows(_ points: Tensor, around originals: Tensor) -> [Bool] {
    let arePictures = pixels.allows(points)
    let distances = distance(from: originals, to: points)
    return distances.indices.map { arePictures[$0] && budget.contains(length: distances[$0]) }
  }

  /// The norm of each sample's perturbation in double precision.
  ///
  /// On the 8-bit grid it is the norm of the whole steps, which is what a file will hold.
  public func distance(from originals: Tensor, to points: Tensor) -> [Double] {
    let difference = Self.perturbation(from: originals, to: points, pixels: pixels)
    return difference.norm(order: budget.norm.order, along: [1]).doubles()
  }

  /// Perturbations as rows of float64.
  public static func perturbation(
    from originals: Tensor, to points: Tensor, pixels: PixelGrid
  ) -> Tensor {
    let from = originals.flattenedSamples().converted(to: .float64)
    let to = points.flattenedSamples().converted(to: .float64)
    return switch pixels {
    case .float: to - from
    case .eightBit: ((to * 255).rounded() - (from * 255).rounded()) / 255
    }
  }
}

extension PixelGrid {
  /// For each sample whether all its pixels are in [0, 1] and allowed values.
  public func allows(_ points: Tensor) -> [Bool] {
    let flat = points.flattenedSamples()
    return (contains(points) .&& (flat .>= 0 .&& flat .<= 1).all(along: 1)).truths()
  }

  /// For each sample whether all its pixels are allowed values.
  public func contains(_ points: Tensor) -> Tensor {
    let flat = points.flattenedSamples()
    switch self {
    case .float: return flat.isFinite().all(along: 1)
    case .eightBit: return ((flat * 255).rounded() / 255 .== flat).all(along: 1)
    }
  }
}
