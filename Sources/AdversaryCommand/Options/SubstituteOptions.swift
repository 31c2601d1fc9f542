import Adversary
import ArgumentParser

/// What a substitute is, what it learns from, and how.
struct SubstituteOptions: ParsableArguments {
  /// Where further questions come from.
  enum Growth: String, ExpressibleByArgument, CaseIterable {
    case jacobian, noise, pictures
  }

  @Option(
    help: ArgumentHelp(
      "Pictures of the kind that the service is for: a folder of pictures, or a data set. Their classes "
        + "are not used.", valueName: "path"))
  var seeds: String

  @Option(help: "Which part of the data set of the seeds: test or training.")
  var split: Split = .test

  @Option(help: "How many seeds are learned from, drawn at random.")
  var seedCount = 150

  @Option(
    help: ArgumentHelp(
      "How many more are held out to measure how well the substitute agrees with the service.",
      valueName: "count"))
  var heldOut = 50

  @Option(
    help: ArgumentHelp(
      "What the substitute is: an architecture as for adversary train, or a .pt2 or ONNX file to begin "
        + "with.",
      valueName: "model"))
  var substitute = "small-cnn"

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Further models, as for --substitute, that learn from the same answers when the rounds are over, at no "
        + "further query; attacks then work on all of them as one, and what they find is asked as ever.",
      valueName: "models"))
  var ensemble: [String] = []

  @OptionGroup var fusion: FusionOptions

  @Option(
    help: ArgumentHelp(
      "Where further questions come from: jacobian, along the substitute's gradient; noise, as far in a "
        + "random direction; pictures, further ones of the data set of the seeds."))
  var augment: Growth = .jacobian

  @Option(
    help:
      "How far a picture is moved for the next question, pixels being in [0, 1]; 26/255 if not said."
  )
  var lambda: String?

  @Option(help: "After how many rounds the direction turns, 3 if not said; 0 for never.")
  var period: Int?

  @Option(help: "How often new questions are made; each time there are twice as many pictures.")
  var rounds = 6

  @Option(
    help: ArgumentHelp(
      "From this round on only some pictures have offspring (reservoir sampling).",
      valueName: "round"))
  var reservoirAfter: Int?

  @Option(help: ArgumentHelp("How many these are; 400 if not said.", valueName: "count"))
  var reservoirSize: Int?

  @Option(help: "How often every picture is shown in a round.")
  var epochs = 10

  @Option(help: "How many pictures are shown at once.")
  var batchSize = 64

  @Option(help: "The learning rate.")
  var learningRate = 0.001

  @Option(help: "How weights decay.")
  var weightDecay = 0.1

  @Flag(help: "Go on with the weights of the last round instead of beginning each round anew.")
  var warm = false

  @Option(
    help: ArgumentHelp(
      "Ask no more when the substitute agrees on this share of the held-out seeds, such as 0.95.",
      valueName: "share"))
  var enough: Double?

  @Option(
    help: ArgumentHelp(
      "Ask no more after so many rounds without better agreement.", valueName: "rounds"))
  var patience: Int?

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 0

  mutating func validate() throws {
    ensemble = ensemble.partedAtCommas
    try fusion.validate(isOfMany: !ensemble.isEmpty, by: "--ensemble: further models")
    func demand(_ holds: Bool, _ sentence: String) throws {
      if !holds { throw ValidationError(sentence) }
    }
    try demand((1...1_000_000).contains(seedCount), "--seed-count must be between 1 and 1000000")
    try demand((0...1_000_000).contains(heldOut), "--held-out must be between 0 and 1000000")
    try demand((0...1000).contains(period ?? 0), "--period must be between 0 and 1000")
    try demand(
      period == nil || augment == .jacobian,
      "--period goes with --augment jacobian, whose step turns")
    try demand(
      lambda == nil || augment != .pictures,
      "--lambda goes with --augment jacobian and noise, which step")
    try demand((0...1000).contains(rounds), "--rounds must be between 0 and 1000")
    try demand((1...10_000).contains(epochs), "--epochs must be between 1 and 10000")
    try demand(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay must not be negative")
    try demand((1...1_000_000).contains(batchSize), "--batch-size must be between 1 and 1000000")
    try demand(learningRate > 0 && learningRate.isFinite, "--learning-rate must be positive")
    try demand((0...1000).contains(reservoirAfter ?? 0), "--reservoir-after must not be negative")
    try demand((1...1_000_000).contains(reservoirSize ?? 1), "--reservoir-size must be positive")
    try demand(
      reservoirSize == nil || reservoirAfter != nil,
      "--reservoir-size goes with --reservoir-after: from which round on")
    try demand((0...1).contains(enough ?? 0), "--enough is a share between 0 and 1")
    try demand((patience ?? 1) > 0, "--patience must be at least 1")
    try demand(
      heldOut > 0 || (enough == nil && patience == nil),
      "--enough and --patience look at held-out seeds, and --held-out 0 leaves none")
  }

  /// How the substitute learns.
  var plan: SubstitutePlan {
    SubstitutePlan(
      rounds: rounds, epochs: epochs, batchSize: batchSize, rate: learningRate,
      weightDecay: weightDecay,
      reservoir: reservoirAfter.map { ReservoirSampling(after: $0, size: reservoirSize ?? 400) },
      isWarm: warm, enoughAgreement: enough, patience: patience, seed: seed)
  }

  /// λ in whole steps of 1/255.
  func steps() throws -> Int {
    let lambda = lambda ?? "26/255"
    let length = try PerturbationBudget(.linf, epsilon: lambda).epsilon
    let steps = Int((length * 255).rounded())
    guard steps > 0 else {
      throw CommandFailure(
        .usage, "--lambda \(lambda) is less than a step of 1/255, which pictures cannot hold")
    }
    return steps
  }

  /// Where further questions come from.
  ///
  /// - Parameter pool: gives further pictures.
  func growth(pool: NaturalPictures) throws -> any QueryGrowth {
    switch augment {
    case .jacobian:
      JacobianAugmentation(steps: try steps(), period: period == 0 ? nil : period ?? 3)
    case .noise: NoiseAugmentation(steps: try steps())
    case .pictures: pool
    }
  }
}
