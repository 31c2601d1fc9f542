import TensorModule
import ThreatModels

/// For each sample the points where a linear function takes one value, and the shortest ways onto
/// them that stay in [0, 1].
///
/// The change of a coordinate is τ times its due (the same for all in L∞, its slope in L2), or as
/// much as its room allows. What is gained that way is a concave function of τ with finitely many
/// corners, so Newton's method from below is exact after a few steps and needs no sorting. In L1 the
/// steepest coordinates move first, each as far as its room allows.
///
/// Croce and Hein 2020, “Minimally distorted adversarial examples with a fast adaptive boundary
/// attack”, pose the problem and solve it by sorting.
struct BoxedHyperplane {
  private let normal: Tensor
  private let steepness: Tensor
  private let norm: Norm
  /// The coordinates from the steepest to the flattest; for L1 only.
  private let ranking: Tensor?

  /// The hyperplanes with the given normals.
  ///
  /// - Precondition: the norm is not L0.
  /// - Parameters:
  ///   - normal: [n, D].
  ///   - norm: how the length of a way is measured.
  init(normal: Tensor, in norm: Norm) {
    precondition(norm != .l0, "no shortest way onto a hyperplane in L0")
    self.normal = normal
    self.norm = norm
    steepness = normal.magnitude()
    ranking =
      norm == .l1 ? steepness.sorted(along: 1, descending: true).indices : nil
  }

  /// The shortest steps from points that raise the linear function by an amount.
  ///
  /// Where [0, 1] has no such point, the step goes as far as it can. A zero normal gives zero.
  ///
  /// - Parameters:
  ///   - points: [n, D] in [0, 1].
  ///   - amount: [n, 1], of either sign.
  func step(from points: Tensor, raising amount: Tensor) -> Tensor {
    let direction = (normal * amount.sign()).sign()
    let room = (-points + 1).selected(where: direction .> 0, otherwise: points)
    let needed = amount.magnitude()
    guard let ranking else { return direction * sharedMoves(room: room, gaining: needed) }
    return direction * steepestMoves(room: room, gaining: needed, ranking: ranking)
  }

  /// min(room, τ · due) with the τ that gains what is needed.
  private func sharedMoves(room: Tensor, gaining needed: Tensor) -> Tensor {
    let rate = norm == .l2 ? steepness.squared() : steepness
    let gain = steepness * room
    let corners = norm == .l2 ? room / steepness.maximum(.full([], 1e-30)) : room
    let none = Tensor.zeros([])
    let total = gain.sum(along: [1], keepingDimensions: true)
    let fullRate = rate.sum(along: [1], keepingDimensions: true)
    // Out of reach: everything moves as far as it can, and no corner is left.
    var scale = (needed / fullRate.maximum(.full([], 1e-30)))
      .selected(where: needed .< total, otherwise: total.filled(with: 1e30))
    while true {
      let isFree = corners .> scale
      let freeRate = rate.selected(where: isFree, otherwise: none)
        .sum(along: [1], keepingDimensions: true)
      let stuckGain = none.selected(where: isFree, otherwise: gain)
        .sum(along: [1], keepingDimensions: true)
      let next = (needed - stuckGain) / freeRate.maximum(.full([], 1e-30))
      let grows = next .> scale * (1 + 1e-6) .&& freeRate .> 0
      guard grows.anyTrue() else { break }
      scale = next.selected(where: grows, otherwise: scale)
    }
    return room.minimum(norm == .l2 ? steepness * scale : scale)
  }

  /// The whole room of the steepest coordinates, until they have gained what is needed.
  private func steepestMoves(room: Tensor, gaining needed: Tensor, ranking: Tensor) -> Tensor {
    let gain = (steepness * room).converted(to: .float64).gathered(along: 1, at: ranking)
    let before = gain.cumulativeSum(along: 1) - gain
    let gained = (needed - before).rectified().minimum(gain).converted(to: .float32)
    let moves = gained.filled(with: 0).placing(gained, along: 1, at: ranking)
    return (moves / steepness.maximum(.full([], 1e-30))).minimum(room)
  }
}
