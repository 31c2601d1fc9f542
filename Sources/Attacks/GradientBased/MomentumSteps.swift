import TensorModule
import ThreatModels

/// The steps of APGD in L∞ and L2: along the gradient with momentum, halved at checkpoints.
///
/// Croce and Hein 2020, “Reliable evaluation of adversarial robustness with an ensemble of diverse
/// parameter-free attacks”.
struct MomentumSteps: StepRule {
  private let budget: PerturbationBudget
  private let rho: Double
  /// Steps until the first checkpoint; by how many that grows shorter; how short it may become.
  private var interval: Int
  private let shortening: Int
  private let shortest: Int
  private var originals: Tensor
  private var stepsSinceCheck = 0
  private var stepSizes: [Double]
  private var lastLosses: [Float]
  private var improvements: [Int]
  private var bestAtLastCheck: [Float]
  private var wasHalved: [Bool]

  /// The rule at the beginning of a run.
  ///
  /// - Parameters:
  ///   - originals: [N, C, H, W].
  ///   - steps: of the whole run.
  ///   - rho: the share of steps that must improve the loss.
  ///   - budget: the norm and the radius.
  init(around originals: Tensor, steps: Int, rho: Double, budget: PerturbationBudget) {
    let count = originals.count
    self.originals = originals
    self.budget = budget
    self.rho = rho
    interval = max(1, Int(0.22 * Double(steps)))
    shortening = max(1, Int(0.03 * Double(steps)))
    shortest = max(1, Int(0.06 * Double(steps)))
    stepSizes = [Double](repeating: 2 * budget.epsilon, count: count)
    // The reference implementation compares the loss after the first step with zero.
    lastLosses = [Float](repeating: 0, count: count)
    improvements = [Int](repeating: 0, count: count)
    bestAtLastCheck = [Float](repeating: -.infinity, count: count)
    wasHalved = [Bool](repeating: true, count: count)
  }

  /// In L2 only as exact as single precision: the iterate may be, what is asked about may not.
  func projected(_ point: Tensor, in feasible: FeasibleSet) -> Tensor {
    guard budget.norm == .l2 else { return feasible.projected(point) }
    let change = point - originals
    let length = change.norm(order: 2, along: [1, 2, 3], keepingDimensions: true)
    let factor = length.clamped(to: 1e-30...Double.infinity).power(-1) * budget.epsilon
    return (originals + change * factor.clamped(to: 0...1)).clamped(to: 0...1)
  }

  func next(
    from iterate: Tensor, after previous: Tensor?, along gradient: Tensor, in feasible: FeasibleSet
  ) -> Tensor {
    let direction = SteepestAscent.stepDirection(of: gradient, at: iterate, in: budget.norm)
    let ahead = projected(iterate + direction * perSample(stepSizes), in: feasible)
    guard let previous else { return ahead }
    return projected(ahead * 0.75 + iterate * 0.5 - previous * 0.25, in: feasible)
  }

  mutating func setBacks(
    after losses: [Float], best: [Float], at bestIterate: Tensor
  ) -> [Bool] {
    for index in losses.indices where losses[index] > lastLosses[index] { improvements[index] += 1 }
    lastLosses = losses
    stepsSinceCheck += 1
    guard stepsSinceCheck == interval else { return [] }
    let enough = rho * Double(interval)
    let setBacks = losses.indices.map { index in
      Double(improvements[index]) <= enough
        || !wasHalved[index] && bestAtLastCheck[index] >= best[index]
    }
    for index in setBacks.indices where setBacks[index] { stepSizes[index] /= 2 }
    wasHalved = setBacks
    bestAtLastCheck = best
    improvements = improvements.map { _ in 0 }
    stepsSinceCheck = 0
    interval = max(interval - shortening, shortest)
    return setBacks
  }

  mutating func keep(_ rows: [Int]) {
    originals = originals.rows(rows)
    stepSizes = rows.map { stepSizes[$0] }
    lastLosses = rows.map { lastLosses[$0] }
    improvements = rows.map { improvements[$0] }
    bestAtLastCheck = rows.map { bestAtLastCheck[$0] }
    wasHalved = rows.map { wasHalved[$0] }
  }
}
