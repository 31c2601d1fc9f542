public import TensorModule
public import ThreatModels

extension Distances {
  /// How far each point is from its original, in double precision.
  ///
  /// - Parameters:
  ///   - originals: [N, C, H, W].
  ///   - points: of the same shape.
  ///   - pixels: the grid that both are on, so that whole steps are counted exactly.
  public static func between(
    _ originals: Tensor, and points: Tensor, on pixels: PixelGrid
  ) -> [Distances] {
    let change = ThreatModel.perturbation(from: originals, to: points, pixels: pixels)
    let maxima = change.norm(order: .infinity, along: [1]).doubles()
    let lengths = change.norm(order: 2, along: [1]).doubles()
    let sums = change.norm(order: 1, along: [1]).doubles()
    let counts = change.norm(order: 0, along: [1]).doubles()
    return maxima.indices.map {
      Distances(maximumInPixels: maxima[$0] * 255, l2: lengths[$0], l1: sums[$0], l0: counts[$0])
    }
  }
}

extension ThreatModel {
  /// Whether a point at some distances from its original is allowed.
  ///
  /// - Parameter grid: the values that the point's pixels have; those of a file are real numbers too.
  func allows(_ distances: Distances, on grid: PixelGrid) -> Bool {
    (grid == .eightBit || pixels == .float) && distances.isWithin(budget)
  }
}
