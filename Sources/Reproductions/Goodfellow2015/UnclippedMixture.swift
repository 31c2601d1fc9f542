import Attacks
import Defenses
import ProgramRuntime
import TensorModule
import ThreatModels
import Training

/// The mixture of the paper with examples that stay where the step leads: α·J(x, y) + (1 − α)·J(x̃, y).
///
/// x̃ = x + ε·sign(∇ₓJ), which may lie beyond [0, 1], as the gradient formula of the paper has it;
/// `FGSMMixture` brings its pictures back. α is one half.
struct UnclippedMixture: MinimaxTraining {
  static let name = "unclipped-fgsm-mixture"
  /// How far every pixel changes, in L∞.
  let budget: PerturbationBudget
  private let mixture: FGSMMixture

  init(within budget: PerturbationBudget) {
    self.budget = budget
    mixture = FGSMMixture(against: TrainingAdversary(FGSM(), within: budget))
  }

  func changedImages(
    of batch: TrainingBatch, for model: TrainableClassifier
  ) throws(EngineError) -> Tensor {
    try GradientSignExamples(
      on: model.attackable(in: .evaluation, branch: .main), from: batch.images,
      labels: batch.labels, within: budget
    ).unclipped
  }

  func loss(
    of batch: TrainingBatch, changed: Tensor, for model: TrainableClassifier,
    with weights: TrainableWeights.Recorded
  ) throws(EngineError) -> (loss: Tensor, auxiliary: [Tensor]) {
    try mixture.loss(of: batch, changed: changed, for: model, with: weights)
  }
}
