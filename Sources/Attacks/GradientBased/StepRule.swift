import TensorModule
import ThreatModels

/// How APGD moves: where steps lead, how long they are, and who goes back to the best point.
protocol StepRule {
  /// A point moved onto the ball and into [0, 1].
  func projected(_ point: Tensor, in feasible: FeasibleSet) -> Tensor

  /// The next iterate.
  ///
  /// - Parameters:
  ///   - iterate: [N, C, H, W].
  ///   - previous: the iterate a step ago; nothing before the first step.
  ///   - gradient: at the iterate.
  ///   - feasible: where the steps may lead.
  mutating func next(
    from iterate: Tensor, after previous: Tensor?, along gradient: Tensor, in feasible: FeasibleSet
  ) -> Tensor

  /// Takes note of a step, and shortens further steps where that is due.
  ///
  /// - Parameters:
  ///   - losses: after the step.
  ///   - best: the greatest losses so far.
  ///   - bestIterate: where they were.
  /// - Returns: for each picture whether it goes back to its best point.
  mutating func setBacks(
    after losses: [Float], best: [Float], at bestIterate: Tensor
  ) -> [Bool]

  /// Forgets all pictures but some.
  mutating func keep(_ rows: [Int])
}

extension StepRule {
  /// One number for each picture, in a shape that broadcasts against a batch.
  func perSample(_ numbers: [Double]) -> Tensor {
    Tensor(numbers.map(Float.init), shape: [numbers.count, 1, 1, 1])
  }
}
