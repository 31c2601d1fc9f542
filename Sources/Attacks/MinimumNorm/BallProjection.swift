import TensorModule
import ThreatModels

extension Norm {
  /// The perturbations nearest to the given ones that are no longer than a radius for each sample.
  ///
  /// In double precision nothing would be gained here: what attacks return is measured anew.
  ///
  /// - Parameters:
  ///   - perturbations: [n, D].
  ///   - radii: [n, 1]; for L0 how many coordinates may differ from zero. May be infinite.
  func projected(_ perturbations: Tensor, within radii: Tensor) -> Tensor {
    switch self {
    case .linf: return perturbations.clamped(from: -radii, to: radii)
    case .l2:
      let lengths = perturbations.norm(order: 2, along: [1], keepingDimensions: true)
      return perturbations * (radii / lengths.maximum(.full([], 1e-12))).clamped(to: 0...1)
    case .l1: return perturbations.sign() * Self.shrunk(perturbations.magnitude(), to: radii)
    case .l0:
      let ranking = perturbations.magnitude().sorted(along: 1, descending: true).indices
      let places = Tensor.range(0..<perturbations.shape[1]).unsqueezed(at: 0)
        .expanded(to: perturbations.shape)
      let rank = ranking.placing(places, along: 1, at: ranking)
      return perturbations.selected(where: rank .< radii, otherwise: .zeros([]))
    }
  }

  /// max(m − θ, 0) with the smallest θ ≥ 0 for which the sum is no more than a radius.
  ///
  /// The sum is a convex function of θ with finitely many corners, so Newton's method from zero is
  /// exact after a few steps. The projection onto the L1 ball has this form: Duchi, Shalev-Shwartz,
  /// Singer and Chandra 2008.
  private static func shrunk(_ magnitudes: Tensor, to radii: Tensor) -> Tensor {
    var threshold = radii.filled(with: 0)
    while true {
      let rest = (magnitudes - threshold).rectified()
      let excess = rest.sum(along: [1], keepingDimensions: true) - radii
      let isTooLong = excess .> radii * 1e-6 + 1e-12
      guard isTooLong.anyTrue() else { return rest }
      let count = (rest .> 0).converted(to: .float32).sum(along: [1], keepingDimensions: true)
      let next = threshold + excess / count.maximum(.full([], 1))
      let grows = isTooLong .&& next .> threshold
      guard grows.anyTrue() else { return rest }
      threshold = next.selected(where: grows, otherwise: threshold)
    }
  }
}
