import TensorModule
import ThreatModels

/// The steps of APGD in L1: along the signs of the largest gradients, as many as the best point needs.
///
/// Croce and Hein 2021, “Mind the box: l1-APGD for sparse adversarial attacks on image classifiers”.
struct SparseSteps: StepRule {
  private let epsilon: Double
  private let interval: Int
  private var originals: Tensor
  private var stepsSinceCheck = 0
  private var stepSizes: [Double]
  /// How many coordinates the best point had changed at the last checkpoint; none before the first
  /// step.
  private var changedAtLastCheck: [Double] = []

  /// The rule at the beginning of a run.
  ///
  /// - Parameters:
  ///   - originals: [N, C, H, W].
  ///   - steps: of the whole run.
  ///   - budget: the radius.
  init(around originals: Tensor, steps: Int, budget: PerturbationBudget) {
    self.originals = originals
    epsilon = budget.epsilon
    interval = max(1, Int(0.04 * Double(steps)))
    stepSizes = [Double](repeating: budget.epsilon, count: originals.count)
  }

  func projected(_ point: Tensor, in feasible: FeasibleSet) -> Tensor {
    originals.nearest(to: point, inL1BallOf: epsilon)
  }

  mutating func next(
    from iterate: Tensor, after previous: Tensor?, along gradient: Tensor, in feasible: FeasibleSet
  ) -> Tensor {
    if previous == nil { changedAtLastCheck = changed(at: iterate) }
    let flat = gradient.flattenedSamples()
    let magnitude = flat.magnitude()
    let size = flat.shape[1]
    let counts = changedAtLastCheck.map { min(max(Int(($0 / 1.5).rounded(.up)), 1), size) }
    let largest = magnitude.top(counts.max() ?? 1, along: 1).values
    let threshold = largest.gathered(
      along: 1, at: Tensor(counts.map { $0 - 1 }).unsqueezed(at: 1))
    let signs = flat.sign() * (magnitude .>= threshold).converted(to: .float32)
    let moved = signs.magnitude().sum(along: [1], keepingDimensions: true) + 1e-10
    let step = (signs / moved).reshaped(gradient.shape) * perSample(stepSizes)
    return projected(iterate + step, in: feasible)
  }

  mutating func setBacks(
    after losses: [Float], best: [Float], at bestIterate: Tensor
  ) -> [Bool] {
    stepsSinceCheck += 1
    guard stepsSinceCheck == interval else { return [] }
    stepsSinceCheck = 0
    let changed = changed(at: bestIterate)
    let setBacks = changed.indices.map { changed[$0] / changedAtLastCheck[$0] < 0.95 }
    for index in setBacks.indices {
      stepSizes[index] = setBacks[index] ? epsilon : max(stepSizes[index] / 1.5, epsilon / 10)
    }
    changedAtLastCheck = changed
    return setBacks
  }

  mutating func keep(_ rows: [Int]) {
    originals = originals.rows(rows)
    stepSizes = rows.map { stepSizes[$0] }
    if !changedAtLastCheck.isEmpty { changedAtLastCheck = rows.map { changedAtLastCheck[$0] } }
  }

  private func changed(at points: Tensor) -> [Double] {
    (.!(points .== originals)).flattenedSamples().converted(to: .int64).sum(along: [1]).doubles()
  }
}

extension Tensor {
  /// The points nearest to given ones that lie in [0, 1] and in the L1 ball around these pictures.
  ///
  /// Each change is shortened by one amount, the same for the whole picture, and ends at 0 or 1 at the
  /// latest. The amount is found on the piecewise linear way from the largest change down.
  ///
  /// - Parameters:
  ///   - points: [N, C, H, W].
  ///   - radius: of the ball.
  fileprivate func nearest(to points: Tensor, inL1BallOf radius: Double) -> Tensor {
    let origin = flattenedSamples().converted(to: .float64)
    let change = points.flattenedSamples().converted(to: .float64) - origin
    let magnitude = change.magnitude()
    let room = (-origin + 1).selected(where: change .> 0, otherwise: origin)
    // Below its magnitude a coordinate begins to move as the amount falls; when its room is used up
    // it stops. Between such events the length of all changes grows linearly.
    let events = Tensor.concatenated([magnitude, magnitude - room], along: 1)
    // No amount is negative, and most changes are zero: few events count.
    let positive = (events .> 0).converted(to: .int64).sum(along: [1]).integers().max() ?? 1
    let (amounts, order) = events.top(Swift.max(1, positive), along: 1)
    let begins = (order .< Double(magnitude.shape[1])).converted(to: .float64)
    let moving = (begins * 2 - 1).cumulativeSum(along: 1)
    let count = amounts.shape[1]
    let falls =
      amounts.narrowed(to: 0..<(count - 1), along: 1) - amounts.narrowed(to: 1..<count, along: 1)
    let growth = falls * moving.narrowed(to: 0..<(count - 1), along: 1)
    let lengths = Tensor.concatenated(
      [.zeros([self.count, 1], type: .float64), growth.cumulativeSum(along: 1)], along: 1)
    let last =
      (lengths .<= radius).converted(to: .int64).sum(along: [1], keepingDimensions: true) - 1
    func atLast(_ tensor: Tensor) -> Tensor {
      tensor.gathered(along: 1, at: last.converted(to: .int64))
    }
    let missing = (-atLast(lengths) + radius) / atLast(moving).clamped(to: 1...Double(count))
    let amount = (atLast(amounts) - missing).rectified()
    let moves = (magnitude - amount).rectified().minimum(room)
    return (origin + change.sign() * moves).converted(to: .float32).reshaped(shape)
  }
}
