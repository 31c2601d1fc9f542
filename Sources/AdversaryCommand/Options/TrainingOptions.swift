import Adversary
import ArgumentParser

/// How long and how fast a model learns.
struct TrainingOptions: ParsableArguments {
  /// The curves of the learning rate.
  enum Curve: String, ExpressibleByArgument, CaseIterable {
    case constant, step, cosine
    case oneCycle = "one-cycle"

    var shape: Schedule.Shape {
      switch self {
      case .constant: .constant
      case .step: .steps(at: [0.5, 0.75], factor: 0.1)
      case .cosine: .cosine
      case .oneCycle: .oneCycle
      }
    }
  }

  /// The optimizers.
  enum Rule: String, ExpressibleByArgument, CaseIterable {
    case sgd, adamw
  }

  /// Which epoch is the best.
  enum Criterion: String, ExpressibleByArgument, CaseIterable {
    case clean, robust
  }

  @Option(help: "How often every picture is shown; 30 from nothing, 10 for a file if not said.")
  var epochs: Int?

  @Option(help: "How many pictures are shown at once.")
  var batchSize = 128

  @Option(
    help: ArgumentHelp(
      "The highest learning rate; 0.1 with sgd, 0.001 with adamw if not said, and a tenth of that "
        + "for a file."))
  var rate: Double?

  @Option(
    help: ArgumentHelp(
      "How the rate changes: constant; step, to a tenth at a half and at three quarters; cosine; "
        + "one-cycle."))
  var schedule: Curve = .cosine

  @Option(
    help: ArgumentHelp(
      "The share of the run in which the rate grows from nothing, such as 0.05.",
      valueName: "share"))
  var warmUp = 0.0

  @Option(help: "The rule that moves the weights: sgd or adamw.")
  var optimizer: Rule = .sgd

  @Option(help: "The share of its last step that sgd keeps.")
  var momentum = 0.9

  @Option(help: "How weights decay; 0.0005 for sgd, 0.01 for adamw if not said.")
  var weightDecay: Double?

  @Option(help: ArgumentHelp("A limit to the length of all gradients.", valueName: "length"))
  var clip: Double?

  @Option(
    help: ArgumentHelp(
      "Keep an average of the weights with this decay, such as 0.999; it is what is judged and "
        + "written.", valueName: "decay"))
  var average: Double?

  @Option(
    help: ArgumentHelp(
      "Pad pictures with so many black pixels and cut the old size out at random.",
      valueName: "pixels"))
  var crop = 0

  @Flag(help: "Mirror half of the pictures left to right.")
  var flip = false

  @Option(
    help: ArgumentHelp("Blacken a square of this side in each picture.", valueName: "pixels"))
  var cutout = 0

  @Option(
    help: ArgumentHelp(
      "Blend each picture with another one, in shares from the Beta distribution of this number "
        + "twice, such as 1; for methods that can learn from blends.", valueName: "alpha"))
  var mixup: Double?

  @Option(
    help: ArgumentHelp(
      "End after so many epochs without a better one.", valueName: "epochs"))
  var patience: Int?

  @Option(
    help: ArgumentHelp(
      "Which epoch becomes best.pt2: the one with the best clean or robust accuracy; robust for "
        + "methods that harden if not said."))
  var best: Criterion?

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  func validate() throws {
    func demand(_ holds: Bool?, _ sentence: String) throws {
      if holds == false { throw ValidationError(sentence) }
    }
    try demand(
      epochs.map { (1...1_000_000).contains($0) }, "--epochs must be between 1 and 1000000")
    try demand((1...1_000_000).contains(batchSize), "--batch-size must be between 1 and 1000000")
    try demand(rate.map { $0 > 0 && $0.isFinite }, "--rate must be positive")
    try demand((0..<1).contains(warmUp), "--warm-up is a share below 1")
    try demand((0..<1).contains(momentum), "--momentum is a share below 1")
    try demand(
      weightDecay.map { $0 >= 0 && $0.isFinite }, "--weight-decay must not be negative")
    try demand(clip.map { $0 > 0 }, "--clip must be positive")
    try demand(average.map { $0 > 0 && $0 < 1 }, "--average is a share between 0 and 1")
    try demand((0...10_000).contains(crop), "--crop must be between 0 and 10000")
    try demand((0...10_000).contains(cutout), "--cutout must be between 0 and 10000")
    try demand(mixup.map { $0 > 0 && $0.isFinite }, "--mixup must be positive")
    try demand(patience.map { $0 > 0 }, "--patience must be at least 1")
  }

  /// The plan.
  ///
  /// - Parameter isFresh: whether the model has learned nothing yet.
  func plan(fromNothing isFresh: Bool) -> TrainingPlan {
    let usual = (optimizer == .sgd ? 0.1 : 0.001) * (isFresh ? 1 : 0.1)
    return TrainingPlan(
      epochs: epochs ?? (isFresh ? 30 : 10), batchSize: batchSize, rate: rate ?? usual,
      schedule: Schedule(schedule.shape, warmUp: warmUp),
      clipping: clip.map { GradientClipping(limit: $0) }, averageDecay: average,
      augmentation: Augmentation(padding: crop, flips: flip, cutout: cutout),
      mixup: mixup.map { Mixup(concentration: $0) }, seed: seed)
  }

  private var decay: Double { weightDecay ?? (optimizer == .sgd ? 0.0005 : 0.01) }

  /// The rule that moves the weights.
  var rule: any Optimizer {
    switch optimizer {
    case .sgd: SGD(momentum: momentum, weightDecay: decay)
    case .adamw: AdamW(weightDecay: decay)
    }
  }

  /// The rule for people and files.
  var ruleDescription: String {
    switch optimizer {
    case .sgd: "sgd, momentum \(momentum), weight decay \(decay)"
    case .adamw: "adamw, weight decay \(decay)"
    }
  }
}
