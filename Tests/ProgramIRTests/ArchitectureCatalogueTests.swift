import ProgramIR
import Testing

@Suite struct ArchitectureCatalogueTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let task: ClassificationTask
    let count: Int
    var testDescription: String { name }
  }

  private static let mnist = ClassificationTask(
    channels: 1, height: 28, width: 28, classCount: 10)
  private static let cifar = ClassificationTask(
    channels: 3, height: 32, width: 32, classCount: 10)

  /// Counts by hand or from the papers and their well-known implementations.
  @Test(arguments: [
    Row(name: "softmax", task: mnist, count: 784 * 10 + 10),
    Row(name: "mlp-200-200", task: mnist, count: 785 * 200 + 201 * 200 + 201 * 10),
    Row(name: "maxout-240-240", task: mnist, count: 785 * 1200 + 241 * 1200 + 241 * 10),
    Row(name: "maxout-8:pieces=3", task: mnist, count: 785 * 24 + 9 * 10),
    Row(name: "lenet", task: mnist, count: 61_706),
    Row(name: "lenet", task: cifar, count: 62_006),
    Row(name: "small-cnn", task: mnist, count: 3_274_634),
    Row(
      name: "strided-cnn-16", task: cifar,
      count: 9 * 16 * (3 + 32 + 96 + 192) + 2 * 160 + 256 * 10 + 10),
    Row(name: "resnet20", task: cifar, count: 269_722),
    Row(name: "preactresnet18", task: cifar, count: 11_172_170),
    Row(name: "wideresnet-28-10", task: cifar, count: 36_479_194),
    Row(name: "wideresnet-34-10", task: cifar, count: 46_160_474),
  ])
  func haveTheKnownNumberOfParameters(row: Row) throws {
    let architecture = try ArchitectureCatalogue.architecture(row.name)
    #expect(try architecture.parameterCount(for: row.task) == row.count)
  }

  /// Table 4 of Zagoruyko and Komodakis 2016 counts in millions.
  @Test(arguments: [
    ("40-1", 0.6), ("40-2", 2.2), ("40-4", 8.9), ("40-8", 35.7), ("28-10", 36.5),
    ("28-12", 52.5), ("22-8", 17.2), ("22-10", 26.8), ("16-8", 11.0), ("16-10", 17.1),
  ])
  func wideNetworksAreAsLargeAsPublished(name: String, millions: Double) throws {
    let count = try ArchitectureCatalogue.architecture("wideresnet-\(name)")
      .parameterCount(for: Self.cifar)
    #expect((Double(count) / 1e5).rounded() == (millions * 10).rounded())
  }

  @Test func everyEntryHasAnExampleThatBuilds() throws {
    for entry in ArchitectureCatalogue.entries {
      let architecture = try ArchitectureCatalogue.architecture(entry.example)
      var task = Self.cifar
      task.classCount = architecture.classCounts.contains(10) ? 10 : 2
      #expect(try architecture.parameterCount(for: task) > 0, "\(entry.example)")
      #expect(!entry.summary.isEmpty && entry.pattern.hasPrefix(entry.example.prefix(3)))
    }
  }

  private static func program(
    _ name: String, _ task: ClassificationTask = cifar, seed: UInt64 = 1,
    normalization: InputNormalization? = nil
  ) throws -> Program {
    var numbers = Numbers(seed: seed)
    return try ArchitectureCatalogue.architecture(name)
      .program(for: task, normalization: normalization, using: &numbers)
  }

  private static func spread(_ numbers: [Float]) -> Double {
    let squares = numbers.map { Double($0) * Double($0) }
    return (squares.reduce(0, +) / Double(numbers.count)).squareRoot()
  }

  /// PyTorch's default is uniform over ±1/√fan-in, whose deviation is 1/√(3·fan-in).
  @Test func linearLayersBeginAsPyTorchs() throws {
    let program = try Self.program("lenet", Self.mnist)
    for (layer, fanIn) in [("conv2", 150), ("fc1", 400), ("fc2", 120)] {
      let bound = 1 / Double(fanIn).squareRoot()
      for part in ["weight", "bias"] {
        let numbers = try #require(program.weights["\(layer).\(part)"]?.float32Elements)
        #expect(numbers.allSatisfy { Double(abs($0)) <= bound })
        let largest = Double(numbers.map(abs).max() ?? 0)
        #expect(largest > bound * (part == "bias" ? 0.6 : 0.98), "\(layer).\(part)")
        let ratio = Self.spread(numbers) / (bound / 3.0.squareRoot())
        #expect(abs(ratio - 1) < (part == "bias" ? 0.5 : 0.03), "\(layer).\(part): \(ratio)")
      }
    }
  }

  /// Their deviation is √(2/fan-out), with kernels of 3 × 3 and the channels that come out.
  @Test func residualNetworksBeginKaimingNormal() throws {
    let program = try Self.program("resnet20")
    for (layer, channels) in [
      ("layer1.0.conv1", 16), ("layer2.1.conv2", 32), ("layer3.0.conv1", 64),
    ] {
      let numbers = try #require(program.weights["\(layer).weight"]?.float32Elements)
      let expected = (2 / Double(9 * channels)).squareRoot()
      #expect(abs(Self.spread(numbers) / expected - 1) < 0.06, "\(layer)")
      #expect(abs(numbers.map(Double.init).reduce(0, +)) / Double(numbers.count) < expected / 8)
      // 4.6 % of a normal distribution are more than two deviations away.
      let far = numbers.count { Double(abs($0)) > 2 * expected }
      #expect(abs(Double(far) / Double(numbers.count) - 0.0455) < 0.02, "\(layer)")
    }
    #expect(program.weights["bn1.weight"]?.float32Elements == Array(repeating: 1, count: 16))
    #expect(program.weights["bn1.running_var"]?.float32Elements == Array(repeating: 1, count: 16))
    #expect(program.weights["bn1.bias"]?.float32Elements == Array(repeating: 0, count: 16))
    let count = try #require(program.weights["bn1.num_batches_tracked"])
    #expect(count.dataType == .int64 && count.sizes.isEmpty)
  }

  @Test func maxoutBeginsSmallAndWithoutBias() throws {
    let program = try Self.program("maxout-32-16:pieces=3", Self.mnist)
    for layer in ["fc1", "fc2", "fc3"] {
      let numbers = try #require(program.weights["\(layer).weight"]?.float32Elements)
      #expect(numbers.allSatisfy { abs($0) <= 0.005 })
      #expect((numbers.map(abs).max() ?? 0) > 0.0048)
      let bias = try #require(program.weights["\(layer).bias"]?.float32Elements)
      #expect(bias.allSatisfy { $0 == 0 })
    }
    #expect(program.weights["fc1.weight"]?.sizes == [96, 784])
  }

  @Test func theSameNumbersGiveTheSameWeights() throws {
    let programs = try [UInt64(1), 1, 2].map { try Self.program("lenet", seed: $0) }
    let weights = programs.map { program in
      program.weights.mapValues { $0.float32Elements ?? [] }
    }
    #expect(weights[0] == weights[1])
    #expect(weights[0].allSatisfy { weights[2][$0.key] != $0.value })
  }

  @Test func passesKnowTheLayers() throws {
    let residual = try Self.program("resnet20")
    #expect(!residual.isInTrainingMode)
    let folded = residual.inEvaluationMode().foldingBatchNorm()
    #expect(!folded.nodes.contains { $0.operation.name == "batch_norm" })
    let training = residual.inTrainingMode().nodes.filter { $0.operation.name == "batch_norm" }
    #expect(training.count == 19)
    #expect(training.allSatisfy { $0[argument: "training"] == .truth(.constant(true)) })
    #expect(residual.batchNormNames.count == 5 * 19)

    let maxout = try Self.program("maxout-8-8", Self.mnist)
    func dropouts(_ program: Program) -> [Node] {
      program.nodes.filter { $0.operation.name == "dropout" }
    }
    #expect(dropouts(maxout.inEvaluationMode()).isEmpty)
    let shares = dropouts(maxout.inTrainingMode()).map { $0[argument: "p"] }
    #expect(shares == [0.2, 0.5, 0.5].map { .real(.constant($0)) })
    #expect(maxout.inTrainingMode().isInTrainingMode)
  }

  @Test func aNormalizationIsPartOfTheProgram() throws {
    let normalization = InputNormalization(mean: [0.1, 0.2, 0.3], standardDeviation: [1, 2, 3])
    let program = try Self.program("lenet", normalization: normalization)
    #expect(program.weights["normalize.mean"]?.float32Elements == [0.1, 0.2, 0.3])
    #expect(program.weights["normalize.std"]?.sizes == [1, 3, 1, 1])
    #expect(program.parameterNames == (try Self.program("lenet")).parameterNames)
    for unusable in [
      InputNormalization(mean: [0], standardDeviation: [1]),
      InputNormalization(mean: [0, 0, 0], standardDeviation: [1, 0, 1]),
      InputNormalization(mean: [0, .nan, 0], standardDeviation: [1, 1, 1]),
    ] {
      #expect(throws: ArchitectureError.normalization(channels: 3)) {
        try Self.program("lenet", normalization: unusable)
      }
    }
  }

  @Test(arguments: [
    "mlp", "mlp-", "mlp-0", "mlp-200-", "mlp--200", "mlp-99999999999999999999", "mlp-200:pieces=2",
    "maxout", "maxout-240:pieces=", "maxout-240:pieces=0", "maxout-240:steps=5", "lenet-5",
    "wideresnet", "wideresnet-28", "wideresnet-27-10", "wideresnet-28-0", "wideresnet-28-10-3",
    "resnet20:pieces=5",
  ])
  func namesWithOtherNumbersAreRefused(name: String) {
    #expect {
      try ArchitectureCatalogue.architecture(name)
    } throws: { error in
      guard case .unsuitableNumbers(name, _) = error as? ArchitectureError else { return false }
      return "\(error)".contains("as in ") || "\(error)".hasSuffix(" stands alone")
    }
  }

  @Test func whatDoesNotExistOrFitIsOneSentence() throws {
    for name in ["", "alexnet", "resnet", "mlpx-3"] {
      #expect {
        try ArchitectureCatalogue.architecture(name)
      } throws: { "\($0)".hasPrefix("there is no architecture “\(name)”; these are known: ") }
    }
    var task = Self.mnist
    #expect(throws: ArchitectureError.classCount(10, wanted: 2...2)) {
      try Self.program("logistic", task)
    }
    task.height = 11
    #expect(throws: ArchitectureError.unsuitablePictures(task, smallestSide: 12)) {
      try Self.program("lenet", task)
    }
    task = Self.cifar
    task.classCount = 1
    #expect(throws: ArchitectureError.self) { try Self.program("resnet20", task) }
    // Counted, but never drawn.
    #expect(throws: ArchitectureError.self) { try Self.program("mlp-65536-65536", Self.mnist) }
    #expect(throws: ArchitectureError.self) { try Self.program("wideresnet-1000-64") }
  }
}

/// Pseudo-random numbers for tests: a linear congruential generator, upper bits mixed down.
private struct Numbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
  }
}
