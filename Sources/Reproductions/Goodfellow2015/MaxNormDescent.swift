import TensorModule
import Training

/// Descent whose momentum grows evenly over a run, with a limit to the weights that lead into a unit.
///
/// After each step every row of a matrix that is longer than the limit is shortened to it. In the paper
/// these are columns, because its matrices stand the other way.
///
/// Srebro and Shraibman 2005, “Rank, trace-norm and max-norm”; Hinton, Srivastava, Krizhevsky, Sutskever
/// and Salakhutdinov 2012, “Improving neural networks by preventing co-adaptation of feature detectors”.
struct MaxNormDescent: Optimizer {
  static let name = "max-norm-sgd"
  /// The share of the last step that is kept, at the first step and from the last one on.
  let momentum: ClosedRange<Double>
  /// Over how many steps it grows.
  let rampSteps: Int
  /// The longest row; nothing for no limit.
  let largestNorm: Double?

  func initialState(for weights: [Tensor]) -> OptimizerState {
    SGD(momentum: momentum.upperBound).initialState(for: weights)
  }

  func step(
    _ weights: [Tensor], along gradients: [Tensor?], rate: Double, state: inout OptimizerState
  ) throws(EngineError) {
    let share = Double(state.steps.max() ?? 0) / Double(max(rampSteps - 1, 1))
    let now =
      momentum.lowerBound + (momentum.upperBound - momentum.lowerBound) * min(share, 1)
    try SGD(momentum: now).step(weights, along: gradients, rate: rate, state: &state)
    guard let largestNorm else { return }
    let shorten = try Operator("aten::renorm_")
    for weight in weights where weight.rank == 2 {
      _ = try shorten([.tensor(weight), .real(2), .integer(0), .real(largestNorm)])
    }
  }
}
