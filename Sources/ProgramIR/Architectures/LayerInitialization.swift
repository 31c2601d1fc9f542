/// How a layer's weight and bias begin, as a rule for layers of all sizes.
///
/// Fan-in is how many numbers go into one output, fan-out how many outputs one number of a channel
/// goes to: for a convolution the channels times the area of the kernel.
public enum LayerInitialization: Hashable, Sendable {
  /// PyTorch's default for linear layers and convolutions: weights and biases uniform over
  /// ±1/√fan-in. PyTorch calls the weights Kaiming-uniform with a = √5.
  case standard
  /// Weights normal with standard deviation √(2/fan-out), biases 0.
  ///
  /// He, Zhang, Ren and Sun 2015, “Delving deep into rectifiers”, with the gain of ReLU.
  case kaimingNormalFanOut
  /// Weights uniform over ±bound, biases 0.
  case uniform(bound: Double)
  /// Weights and biases that are given.
  case given(weight: [Float], bias: [Float])

  func weight(fanIn: Int, fanOut: Int) -> Initialization {
    switch self {
    case .standard: .uniform(bound: 1 / Double(fanIn).squareRoot())
    case .kaimingNormalFanOut: .normal(standardDeviation: (2 / Double(fanOut)).squareRoot())
    case .uniform(let bound): .uniform(bound: bound)
    case .given(let weight, _): .given(weight)
    }
  }

  func bias(fanIn: Int) -> Initialization {
    switch self {
    case .standard: .uniform(bound: 1 / Double(fanIn).squareRoot())
    case .kaimingNormalFanOut, .uniform: .constant(0)
    case .given(_, let bias): .given(bias)
    }
  }
}
