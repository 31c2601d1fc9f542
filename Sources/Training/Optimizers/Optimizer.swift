public import TensorModule

/// A rule that moves weights along their gradients and remembers what it needs for it.
public protocol Optimizer: Sendable {
  /// The name for people and files, such as `sgd`.
  static var name: String { get }

  /// What the rule remembers before its first step.
  ///
  /// - Parameter weights: what will be moved.
  func initialState(for weights: [Tensor]) -> OptimizerState

  /// Moves weights in place, one step.
  ///
  /// - Parameters:
  ///   - weights: what is moved.
  ///   - gradients: one for each weight, of its shape; weights without one stay.
  ///   - rate: the learning rate of this step.
  ///   - state: what the rule remembers; tensors in it are changed in place.
  func step(
    _ weights: [Tensor], along gradients: [Tensor?], rate: Double, state: inout OptimizerState
  ) throws(EngineError)
}

/// What an optimizer remembers between steps.
public struct OptimizerState {
  /// For each kind of memory, such as `momentum`, one tensor for each weight.
  public internal(set) var memories: [String: [Tensor]]
  /// How many steps each weight has made.
  public internal(set) var steps: [Int]

  /// A memory.
  public init(memories: [String: [Tensor]], steps: [Int]) {
    self.memories = memories
    self.steps = steps
  }
}

/// Weights that decay and weights that do not: biases and the scales of normalisation, which have at
/// most one dimension, are spared.
struct DecayGroups {
  /// Pairs of the decay and the indices of the weights that have a gradient.
  let groups: [(decay: Double, indices: [Int])]

  init(_ weights: [Tensor], _ gradients: [Tensor?], decay: Double) {
    let present = weights.indices.filter { gradients[$0] != nil }
    let (decaying, spared) = (
      present.filter { weights[$0].rank > 1 }, present.filter { weights[$0].rank <= 1 }
    )
    let all = [(decay: decay, indices: decaying), (decay: 0, indices: spared)]
    groups = all.filter { !$0.indices.isEmpty }
  }

  /// The gradients of some weights, in their order of memory.
  static func alike(
    _ gradients: [Tensor?], to weights: [Tensor], at indices: [Int]
  ) throws(EngineError) -> [Tensor] {
    try indices.map { index throws(EngineError) in
      guard let gradient = gradients[index] else {
        throw EngineError(.refused, during: "a step", message: "a weight has no gradient")
      }
      let weight = weights[index]
      return gradient.strides == weight.strides ? gradient : try gradient.laidOut(like: weight)
    }
  }
}

extension Tensor {
  /// The same elements in the order of memory of weights.
  ///
  /// The fused operators walk through memory, so weights and gradients must lie in it alike.
  func laidOut(like weight: Tensor) throws(EngineError) -> Tensor {
    let made = try Operator("aten::empty_like")([
      .tensor(weight), .absent, .absent, .absent, .absent, .absent,
    ])
    guard let copy = made.first?.tensor else {
      throw EngineError(.refused, during: "laying out a gradient", message: "no tensor came back")
    }
    _ = try Operator("aten::copy_")([.tensor(copy), .tensor(self), .truth(false)])
    return copy
  }
}
