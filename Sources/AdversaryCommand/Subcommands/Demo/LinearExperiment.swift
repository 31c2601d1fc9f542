import Adversary

/// Logistic regression on pictures of one size: how far FGSM moves the logit and what that does.
///
/// Pixels are independent and uniform on the grid between 64/255 and 191/255, weights are normal with
/// one standard deviation whatever the size, and a picture's label is the side of the decision on
/// which it lies, so that the model is right on all of them. Goodfellow et al. 2015, section 3.
struct LinearExperiment {
  /// Columns and rows of a picture.
  let side: Int
  /// ε‖w‖₁: by how much FGSM must move every logit.
  let predictedChange: Double
  /// The largest relative difference between that and what it did.
  let deviation: Double
  /// The standard deviation of the logits of the pictures themselves.
  let spread: Double
  /// The share of pictures that FGSM fools.
  let error: Double
  /// The share of pictures that random signs of the same size fool.
  let noiseError: Double

  private static let pictureCount = 400

  /// Runs the experiment.
  ///
  /// - Parameters:
  ///   - side: columns and rows of a picture.
  ///   - budget: an L∞ budget of at least one 8-bit step; what exceeds whole steps is not used.
  ///   - seed: where weights, pictures and noise come from.
  init(side: Int, within budget: PerturbationBudget, seed: UInt64) throws {
    let key = RandomKey(seed: seed).part("linear").part(side)
    let generator = key.makeGenerator()
    let inputs = side * side
    let weight = Tensor.normal([inputs], standardDeviation: 0.01, using: generator)
    let uniform = Tensor.uniform(
      [Self.pictureCount, 1, side, side], in: 64...191.999, using: generator)
    let images = uniform.roundedDown() / 255
    let program = Program.logisticRegression(
      weight: weight.floats(), bias: Float(-0.5 * weight.sum().scalar()), channels: 1,
      height: side, width: side)
    let model = try ProgramClassifier(program)

    let clean = try Self.logit(of: images, by: model)
    let labels = clean.map { $0 > 0 ? 1 : 0 }
    let threat = ThreatModel(budget)
    // On the grid ε is cut down to whole steps.
    let epsilon = threat.pixelSteps / 255
    let trial = Trial(FGSM(), within: threat, seed: seed)
    let result = try trial.run(
      on: model, images: images, labels: labels, numbers: Array(labels.indices))
    let attacked = try Self.logit(of: result.images, by: model)

    let signs = (Tensor.uniform(images.shape, in: -1...1, using: generator)).sign()
    let noisy = try Self.logit(of: images + signs * epsilon, by: model)

    let predicted = epsilon * weight.converted(to: .float64).magnitude().sum().scalar()
    self.side = side
    predictedChange = predicted
    deviation =
      zip(clean, attacked).map { abs(abs($0 - $1) - predicted) / predicted }.max() ?? 0
    spread = (clean.map { $0 * $0 }.reduce(0, +) / Double(clean.count)).squareRoot()
    error = Double(result.counts.newlyWrong) / Double(result.counts.total)
    noiseError = Double(zip(noisy, labels).count { ($0 > 0 ? 1 : 0) != $1 }) / Double(labels.count)
  }

  /// The logit of class 1 against class 0.
  private static func logit(
    of images: Tensor, by model: ProgramClassifier
  ) throws -> [Double] {
    let logits = try model.logits(of: images)
    return (logits.narrowed(to: 1..<2, along: 1) - logits.narrowed(to: 0..<1, along: 1)).doubles()
  }
}
