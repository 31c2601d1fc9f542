package import TensorModule
package import ThreatModels

/// Directions of unit length along which a loss grows fastest, by the norm that measures length.
package enum SteepestAscent {
  /// The best single step of a length for a loss that is linear.
  ///
  /// L∞: the sign of the gradient, where the sign of 0 is 0. L2: the gradient over its length.
  /// L1: all on the coordinate with the largest |gradient|; where that coordinate would leave [0, 1],
  /// what is left over goes to the next one, and so on. A zero gradient gives zero.
  ///
  /// - Parameters:
  ///   - gradient: [N, C, H, W].
  ///   - point: where the step starts.
  ///   - length: in the norm.
  package static func step(
    along gradient: Tensor, from point: Tensor, length: Double, in norm: Norm
  ) -> Tensor {
    norm == .l1
      ? filling(length, along: gradient, from: point)
      : direction(of: gradient, in: norm) * length
  }

  /// The direction for one of many steps from a point.
  ///
  /// It differs for L1 only: the step is shared by the hundredth of coordinates with the largest
  /// |gradient| among those that can still move inside [0, 1] (SLIDE, Tramèr and Boneh 2019), since
  /// one coordinate a step saturates at once.
  package static func stepDirection(of gradient: Tensor, at point: Tensor, in norm: Norm) -> Tensor
  {
    guard norm == .l1 else { return direction(of: gradient, in: norm) }
    let stuck = (point .>= 1 .&& gradient .> 0) .|| (point .<= 0 .&& gradient .< 0)
    let free = gradient.filled(with: 0).selected(where: stuck, otherwise: gradient)
    let shared = max(1, point[0].elementCount / 100)
    return normalized(signsOfLargest(shared, of: free), order: 1)
  }

  /// The sign of the gradient for L∞, the gradient over its length for L2.
  private static func direction(of gradient: Tensor, in norm: Norm) -> Tensor {
    norm == .linf ? gradient.sign() : normalized(gradient, order: 2)
  }

  /// Coordinates moved to the end of their room in the order of |gradient| while the length lasts.
  private static func filling(
    _ length: Double, along gradient: Tensor, from point: Tensor
  ) -> Tensor {
    let flat = gradient.flattenedSamples()
    let origin = point.flattenedSamples()
    let ahead = (-origin + 1).selected(where: flat .> 0, otherwise: origin)
    let room = ahead.selected(where: .!(flat .== 0), otherwise: ahead.filled(with: 0))
      .converted(to: .float64)
    let ranking = flat.magnitude().sorted(along: 1, descending: true).indices
    let ranked = room.gathered(along: 1, at: ranking)
    let spent = ranked.cumulativeSum(along: 1) - ranked
    let moves = (-spent + length).clamped(to: 0...length).minimum(ranked)
    let steps = moves.gathered(along: 1, at: ranking.argsorted(along: 1)).converted(to: .float32)
    return (flat.sign() * steps).reshaped(gradient.shape)
  }

  private static func normalized(_ gradient: Tensor, order: Double) -> Tensor {
    let length = gradient.norm(order: order, along: [1, 2, 3], keepingDimensions: true)
    return gradient / length.maximum(.full([], 1e-30))
  }

  private static func signsOfLargest(_ count: Int, of gradient: Tensor) -> Tensor {
    let flat = gradient.flattenedSamples()
    let largest = flat.magnitude().top(count, along: 1).indices
    let mask = flat.filled(with: 0).filled(along: 1, at: largest, with: 1)
    return (flat.sign() * mask).reshaped(gradient.shape)
  }
}
