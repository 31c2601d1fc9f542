import TensorModule
import ThreatModels

extension Goal {
  /// The difference of logits ratio, a loss that does not change when the logits are scaled.
  ///
  /// Untargeted: −(z_y − max_{i≠y} z_i)/(z₁ − z₃). Targeted: −(z_y − z_t)/(z₁ − ½(z₃ + z₄)). Here z₁ ≥ z₂
  /// ≥ … are the sorted logits, y is the label and t the target. Models with too few classes for that,
  /// fewer than 3 or 4, are given minus the margin.
  ///
  /// Croce and Hein 2020, “Reliable evaluation of adversarial robustness with an ensemble of diverse
  /// parameter-free attacks”.
  ///
  /// - Parameter logits: [N, K].
  /// - Returns: [N], growing towards the goal.
  func differenceOfLogitsRatio(of logits: Tensor) -> Tensor {
    let wanted = targets == nil ? 3 : 4
    guard logits.shape[1] >= wanted else { return -margin(of: logits) }
    let sorted = logits.top(wanted, along: 1).values
    func ranked(_ place: Int) -> Tensor { sorted.narrowed(to: (place - 1)..<place, along: 1) }
    func logit(of classes: Tensor) -> Tensor {
      logits.gathered(along: 1, at: classes.unsqueezed(at: 1))
    }
    let guarding = 1e-12
    guard let targets else {
      let spread = ranked(1) - ranked(3) + guarding
      return -logits.margin(of: labels) / spread.squeezed(at: 1)
    }
    let spread = ranked(1) - (ranked(3) + ranked(4)) * 0.5 + guarding
    return ((logit(of: targets) - logit(of: labels)) / spread).squeezed(at: 1)
  }
}
