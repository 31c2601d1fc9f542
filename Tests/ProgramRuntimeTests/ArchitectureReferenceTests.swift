import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Networks that we build, beside the same networks as PyTorch's modules.
  @Suite struct ArchitectureReferenceTests {
    private struct Network {
      let name: String
      let architecture: any Architecture
      let task: ClassificationTask
      var normalization: InputNormalization?
      /// Dropout makes answers in training a matter of chance.
      var trains = true
      /// For residual networks that are thinner than their name says.
      var width = 64

      init(
        _ name: String, _ sizes: [Int], classCount: Int = 10,
        normalization: InputNormalization? = nil, trains: Bool = true
      ) throws {
        self.name = name
        architecture = try ArchitectureCatalogue.architecture(name)
        task = ClassificationTask(
          channels: sizes[0], height: sizes[1], width: sizes[2], classCount: classCount)
        self.normalization = normalization
        self.trains = trains
      }

      init(_ architecture: PreActResNet, named name: String, _ task: ClassificationTask) {
        self.name = name
        self.architecture = architecture
        self.task = task
        width = architecture.width
      }
    }

    private static func networks() throws -> [Network] {
      let normalization = InputNormalization(
        mean: [0.4, 0.5, 0.6], standardDeviation: [0.2, 0.25, 0.3])
      return [
        try Network("softmax", [1, 5, 7]),
        try Network("logistic", [2, 4, 3], classCount: 2),
        try Network("mlp-20-30", [1, 6, 6]),
        try Network("maxout-12-8", [1, 6, 6], trains: false),
        try Network("maxout-7:pieces=3", [3, 4, 4], classCount: 3, trains: false),
        try Network("lenet", [1, 28, 28]),
        try Network("lenet", [3, 33, 40], normalization: normalization),
        try Network("small-cnn", [1, 9, 8]),
        try Network("resnet20", [3, 32, 32]),
        try Network("resnet20", [3, 15, 10], normalization: normalization),
        try Network("wideresnet-10-2", [3, 16, 16]),
        try Network("wideresnet-16-1", [1, 12, 12], classCount: 4),
        Network(
          PreActResNet(width: 8), named: "preactresnet18",
          ClassificationTask(channels: 3, height: 32, width: 32, classCount: 10)),
      ]
    }

    private static func write(_ tensor: Tensor, to url: URL) throws {
      try tensor.floats().withUnsafeBytes { try Data($0).write(to: url) }
    }

    /// Writes what `check_architectures.py` wants to see of one network.
    private static func describe(_ network: Network, number: Int, in folder: URL) throws {
      let folder = folder.appending(path: "\(number)-\(network.name)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let key = RandomKey(seed: 5).part(number)
      var numbers = key.makeNumbers()
      let task = network.task
      let program = try network.architecture.program(
        for: task, normalization: network.normalization, using: &numbers)
      try program.write(to: folder.appending(path: "program.pt2").path)
      let sizes = [6, task.channels, task.height, task.width]
      let images = Tensor.uniform(sizes, using: key.part("pictures").makeGenerator())
      try write(images, to: folder.appending(path: "input.f32"))
      let logits = try ProgramClassifier(program).logits(of: images)
      try write(logits, to: folder.appending(path: "evaluation.f32"))
      if network.trains {
        let model = try TrainableClassifier(program)
        let logits = try model.logits(
          of: images, in: .training, with: model.weights.parameters())
        try write(logits, to: folder.appending(path: "training.f32"))
        try model.weights.program().write(to: folder.appending(path: "trained.pt2").path)
      }
      let answer: [String: Any] = [
        "architecture": network.name, "channels": task.channels, "height": task.height,
        "width": task.width, "classes": task.classCount, "input": sizes,
        "normalized": network.normalization != nil, "base_width": network.width,
      ]
      try JSONSerialization.data(withJSONObject: answer)
        .write(to: folder.appending(path: "answer.json"))
    }

    /// Names, logits in both modes and statistics are PyTorch's.
    @Test(
      .enabled(
        if: ReferenceScript.python != nil, "needs the Python environment of make setup"))
    func areWhatPyTorchBuilds() throws {
      let python = try #require(ReferenceScript.python)
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: folder) }
      for (number, network) in try Self.networks().enumerated() {
        try Self.describe(network, number: number, in: folder)
      }
      let (status, text) = try ReferenceScript.run(
        "check_architectures.py", with: python, [folder.path])
      #expect(status == 0, "\(text)")
    }

    /// With statistics of real use, folding batch norms changes nothing.
    @Test func foldedNetworksComputeTheSame() throws {
      for name in ["resnet20", "wideresnet-10-1"] {
        var numbers = RandomKey(seed: 2).makeNumbers()
        let task = ClassificationTask(channels: 3, height: 16, width: 16, classCount: 5)
        let program = try ArchitectureCatalogue.architecture(name)
          .program(for: task, using: &numbers)
        let model = try TrainableClassifier(program)
        let images = Tensor.uniform([8, 3, 16, 16], using: RandomKey(seed: 3).makeGenerator())
        for _ in 0..<20 {
          _ = try model.logits(of: images, in: .training, with: model.weights.parameters())
        }
        let learned = model.weights.program().inEvaluationMode()
        let answers = try [learned, learned.foldingBatchNorm()].map { program in
          try CompiledProgram(program)([images], with: Parameters(of: program))[0]
        }
        #expect((answers[0] - answers[1]).magnitude().max().scalar() < 1e-4)
        #expect(answers[0].magnitude().max().scalar() > 0.01)
      }
    }

    /// A unit of a maxout layer is the largest of its pieces.
    @Test func maxoutTakesTheLargestPiece() throws {
      var numbers = RandomKey(seed: 1).makeNumbers()
      var builder = ProgramBuilder()
      let pictures = builder.pictures(channels: 2, height: 1, width: 1)
      let initialization = LayerInitialization.given(
        weight: [1, 0, 0, 1, 2, 2, -1, 0, 0, -1, 0, 0], bias: [0, 0, -3, 0, 0, 0.5])
      let units = builder.maxout(
        builder.flatten(pictures), units: 2, pieces: 3, from: initialization, named: "layer")
      let program = builder.program(returning: units, using: &numbers)
      let images = Tensor([1, 3, -2, -4] as [Float], shape: [2, 2, 1, 1])
      let answers = try CompiledProgram(program)([images], with: Parameters(of: program))[0]
      // Pieces of the first picture: (1, 3, 5) and (−1, −3, ½); of the second: (−2, −4, −15), (2, 4, ½).
      #expect(answers.shape == [2, 2] && answers.floats() == [5, 0.5, -2, 4])
    }
  }
}
