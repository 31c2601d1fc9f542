import TensorModule
import ThreatModels

/// The boundaries between the class that each sample must leave and the classes it may enter.
///
/// The difference of two logits is negative on the picture's side of a boundary. With one rival a
/// sample's boundary costs one backward pass, with several one for each; they share batches, which is
/// cheap where few samples are left. A goal with targets has one boundary: that between the target
/// and whichever other class is highest.
struct ClassBoundaries {
  /// The most samples that go through the model at once because several rivals share a batch.
  private static let sharedRows = 64

  private let goal: Goal
  /// int64 [n, k]; without meaning where the goal has targets.
  private let rivals: Tensor

  private init(goal: Goal, rivals: Tensor) {
    self.goal = goal
    self.rivals = rivals
  }

  /// The boundaries to the classes with the highest logits.
  ///
  /// - Parameters:
  ///   - goal: which class to leave.
  ///   - logits: [n, K] at the pictures.
  ///   - count: how many rivals at most; there are never more than K − 1.
  init(of goal: Goal, nearestBy logits: Tensor, count: Int) {
    self.goal = goal
    let others = logits.filled(along: 1, at: goal.labels.unsqueezed(at: 1), with: -.infinity)
    let most = goal.targets == nil ? min(count, logits.shape[1] - 1) : 1
    rivals = others.top(most, along: 1).indices
  }

  /// How many rivals each sample has.
  var count: Int { rivals.shape[1] }

  /// The boundaries of some of the samples.
  func rows(_ indices: Tensor) -> ClassBoundaries {
    ClassBoundaries(goal: goal.rows(indices), rivals: rivals.rows(indices))
  }

  /// The boundary to one of the rivals alone, by its place in the order of the logits.
  func only(_ place: Int) -> ClassBoundaries {
    ClassBoundaries(goal: goal, rivals: rivals.narrowed(to: place..<(place + 1), along: 1))
  }

  /// For each sample the boundary that is nearest if the model is linear around a point.
  ///
  /// - Parameters:
  ///   - points: [n, C, H, W].
  ///   - model: asked for gradients.
  ///   - norm: how distance is measured.
  /// - Returns: the difference of the logits [n, 1] and its gradient [n, D].
  func nearest(
    to points: Tensor, on model: any DifferentiableClassifier, in norm: Norm
  ) throws(EngineError) -> (difference: Tensor, gradient: Tensor) {
    var best: (difference: Tensor, gradient: Tensor, distance: Tensor)?
    let rows = points.count
    let together = max(1, Self.sharedRows / rows)
    for start in stride(from: 0, to: count, by: together) {
      let places = start..<min(start + together, count)
      let result = try linearized(at: points, places: places, on: model)
      for index in places.indices.map({ $0 - start }) {
        let part = (index * rows)..<((index + 1) * rows)
        let (difference, gradient) = (result.difference[part], result.gradient[part])
        if count == 1 { return (difference, gradient) }
        let distance =
          difference.magnitude()
          / gradient.norm(order: norm.dualOrder, along: [1], keepingDimensions: true)
          .maximum(.full([], 1e-12))
        guard let old = best else {
          best = (difference, gradient, distance)
          continue
        }
        let isNearer = distance .< old.distance
        best = (
          difference.selected(where: isNearer, otherwise: old.difference),
          gradient.selected(where: isNearer, otherwise: old.gradient),
          distance.minimum(old.distance)
        )
      }
    }
    guard let best else { preconditionFailure("at least one rival") }
    return (best.difference, best.gradient)
  }

  /// The differences to a range of rivals and their gradients, one rival after the other.
  private func linearized(
    at points: Tensor, places: Range<Int>, on model: any DifferentiableClassifier
  ) throws(EngineError) -> (difference: Tensor, gradient: Tensor) {
    let repeats = places.count
    let copies = repeats == 1 ? points : .concatenated(.init(repeating: points, count: repeats))
    let result = try model.lossGradient(at: copies) { logits in
      if goal.targets != nil { return -goal.margin(of: logits) }
      let own = goal.labels.unsqueezed(at: 1)
      let labels = repeats == 1 ? own : .concatenated(.init(repeating: own, count: repeats))
      let others = rivals.narrowed(to: places, along: 1).transposed(0, 1).reshaped([-1, 1])
      let difference = logits.gathered(along: 1, at: others) - logits.gathered(along: 1, at: labels)
      return difference.squeezed(at: 1)
    }
    return (result.losses.unsqueezed(at: 1), result.gradient.flattenedSamples())
  }
}

extension Norm {
  /// The order of the dual norm, which measures gradients.
  var dualOrder: Double {
    switch self {
    case .linf: 1
    case .l2: 2
    case .l1, .l0: .infinity
    }
  }
}
