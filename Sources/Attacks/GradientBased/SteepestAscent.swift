import TensorModule
import ThreatModels

/// Directions of unit length along which a loss grows fastest, by the norm that measures length.
enum SteepestAscent {
  /// The direction for one single step.
  ///
  /// L∞: the sign of the gradient, where the sign of 0 is 0. L2: the gradient over its length.
  /// L1: all on the coordinate with the largest |gradient|. A zero gradient gives zero.
  static func direction(of gradient: Tensor, in norm: Norm) -> Tensor {
    switch norm {
    case .linf: gradient.sign()
    case .l2: normalized(gradient, order: 2)
    case .l1: signsOfLargest(1, of: gradient)
    }
  }

  /// The direction for one of many steps from a point.
  ///
  /// It differs for L1 only: the step is shared by the hundredth of coordinates with the largest
  /// |gradient| among those that can still move inside [0, 1] (SLIDE, Tramèr and Boneh 2019), since
  /// one coordinate a step saturates at once.
  static func stepDirection(of gradient: Tensor, at point: Tensor, in norm: Norm) -> Tensor {
    guard norm == .l1 else { return direction(of: gradient, in: norm) }
    let stuck = (point .>= 1 .&& gradient .> 0) .|| (point .<= 0 .&& gradient .< 0)
    let free = gradient.filled(with: 0).selected(where: stuck, otherwise: gradient)
    let shared = max(1, point[0].elementCount / 100)
    return normalized(signsOfLargest(shared, of: free), order: 1)
  }

  private static func normalized(_ gradient: Tensor, order: Double) -> Tensor {
    let length = gradient.norm(order: order, along: [1, 2, 3], keepingDimensions: true)
    return gradient / length.clamped(to: 1e-30...Double.greatestFiniteMagnitude)
  }

  private static func signsOfLargest(_ count: Int, of gradient: Tensor) -> Tensor {
    let flat = gradient.flattenedSamples()
    let largest = flat.magnitude().top(count, along: 1).indices
    let mask = flat.filled(with: 0).filled(along: 1, at: largest, with: 1)
    return (flat.sign() * mask).reshaped(gradient.shape)
  }
}
