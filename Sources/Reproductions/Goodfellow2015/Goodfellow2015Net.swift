import Defenses
public import ProgramIR
import ThreatModels
import Training

/// The networks of the paper.
public enum Goodfellow2015Net: String, Hashable, Codable, Sendable, CaseIterable {
  /// Softmax regression on all classes.
  case softmax
  /// Logistic regression on 3 and 7.
  case logistic
  /// Maxout units with dropout.
  case maxout
  /// Maxout units that also learn from adversarial pictures.
  case adversarialMaxout = "adversarial-maxout"
  /// A control: maxout units that learn from pictures with ±ε added to every pixel.
  case signNoise = "sign-noise"
  /// A control: maxout units that learn from pictures with uniform noise within ±ε.
  case uniformNoise = "uniform-noise"

  /// Whether it tells only 3 and 7 apart.
  public var isForPair: Bool { self == .logistic }

  /// The network without weights.
  public func architecture(in plan: Goodfellow2015Plan) -> any Architecture {
    switch self {
    case .softmax: SoftmaxRegression()
    case .logistic: LogisticRegression()
    case .maxout, .signNoise, .uniformNoise: plan.maxout(units: plan.units)
    case .adversarialMaxout: plan.maxout(units: plan.adversarialUnits)
    }
  }

  /// How often every picture is shown.
  public func epochs(in plan: Goodfellow2015Plan) -> Int {
    switch self {
    case .softmax, .logistic: plan.linearEpochs
    case .maxout, .signNoise, .uniformNoise: plan.maxoutEpochs
    case .adversarialMaxout: plan.adversarialEpochs
    }
  }

  /// The method of training.
  func method(within budget: PerturbationBudget) -> any TrainingMethod {
    switch self {
    case .softmax, .logistic, .maxout: StandardTraining()
    case .adversarialMaxout: UnclippedMixture(within: budget)
    case .signNoise: PixelNoiseTraining(.corners, epsilon: budget.epsilon)
    case .uniformNoise: PixelNoiseTraining(.uniform, epsilon: budget.epsilon)
    }
  }

  /// Whether rows of weights are kept short: those of maxout networks.
  var limitsNorms: Bool { self != .softmax && self != .logistic }
}
