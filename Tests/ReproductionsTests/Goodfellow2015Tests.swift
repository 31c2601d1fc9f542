import Attacks
import Datasets
import Foundation
import Imaging
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

@testable import Reproductions

extension EngineTests {
  /// The parts of the repetition of the paper, and a tiny one from start to finish.
  @Suite struct Goodfellow2015Tests {
    /// Two of four pictures are wrong, with the softmax probabilities 3/4 and 1/2.
    @Test func confidenceIsThatOfTheWrongClassesAlone() throws {
      let logits = Tensor(
        [log(3), 0, 100, 0, 0, 0, log(3), 0, 0, 0, 0, -100] as [Float], shape: [6, 2])
      var tally = ErrorTally()
      tally.add(logits: logits[0..<3], labels: Tensor([1, 0, 1]))
      // The first of equal logits is the answer, so that picture 2 is wrong with one half.
      #expect(tally.count == 3 && tally.wrongCount == 2)
      tally.add(logits: logits[3..<4], labels: Tensor([0]))
      #expect(tally.count == 4 && tally.error == 0.5)
      #expect(abs((tally.confidence ?? 0) - 0.625) < 1e-6)
      #expect(ErrorTally().confidence == nil && ErrorTally().error == 0)
    }

    @Test func rowsSetOurFiguresBesideThePapers() throws {
      var wrong = ErrorTally()
      wrong.add(logits: Tensor([0, log(4)] as [Float], shape: [1, 2]), labels: Tensor([0]))
      var half = wrong
      half.add(logits: Tensor([9, 0] as [Float], shape: [1, 2]), labels: Tensor([0]))
      var net = Goodfellow2015Results.Net(
        net: .maxout, parameterCount: 1, bestEpoch: 1, trainingSeconds: 1)
      net.clean = half
      net.attacked = .init(clipped: wrong, unclipped: half)
      let transfer = Goodfellow2015Results.Transfer(
        source: .adversarialMaxout, target: .maxout, attacked: net.attacked)
      let results = Goodfellow2015Results(
        plan: .quick,
        source: .init(path: "mnist", split: "training", count: 1, sha256: "ab"), isLikeMNIST: true,
        trainingCount: 1, heldOutCount: 1, testCount: 2, nets: [net],
        transfers: [transfer])
      let rows = results.rows
      #expect(rows.map(\.measure) == [.clean, .attacked, .confidence, .transferred])
      #expect(rows.map(\.published) == [0.0094, 0.894, 0.976, 0.409])
      #expect(rows[0].found == 0.5 && rows[0].foundUnclipped == nil)
      #expect(rows[1].found == 1 && rows[1].foundUnclipped == 0.5)
      #expect(abs((rows[2].found ?? 0) - 0.8) < 1e-6 && rows[2].found == rows[2].foundUnclipped)
      #expect(rows[3].subject == "adversarial-maxout → maxout" && rows[3].found == 1)
    }

    private static func descend(
      _ descent: MaxNormDescent, steps: Int, gradient: [Float]
    ) throws -> [[Float]] {
      let weights = [
        Tensor([3, 4, 0.3, 0.4] as [Float], shape: [2, 2]),
        Tensor([30, 40] as [Float], shape: [2]),
      ]
      let gradients: [Tensor?] = [
        Tensor(gradient, shape: [2, 2]), Tensor([0, 0] as [Float], shape: [2]),
      ]
      var state = descent.initialState(for: weights)
      for _ in 0..<steps {
        try descent.step(weights, along: gradients, rate: 0.5, state: &state)
      }
      return weights.map { $0.floats() }
    }

    /// Only rows of matrices that are longer than the limit are shortened, to the limit.
    @Test func rowsOfWeightsStayShort() throws {
      let descent = MaxNormDescent(momentum: 0.5...0.7, rampSteps: 3, largestNorm: 2)
      let moved = try Self.descend(descent, steps: 1, gradient: [0, 0, 0, 0])
      #expect(zip(moved[0], [1.2, 1.6, 0.3, 0.4]).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(moved[1] == [30, 40])
      let far = try Self.descend(descent, steps: 5, gradient: [-9, 0, 0, -9])
      let lengths = [hypot(far[0][0], far[0][1]), hypot(far[0][2], far[0][3])]
      #expect(lengths.allSatisfy { abs($0 - 2) < 1e-4 })
    }

    /// With a gradient of 1 and a rate of ½: v = m·v + 1, w = w − v/2, with m = 0.5, 0.6, 0.7, 0.7.
    @Test func momentumGrowsOverTheRun() throws {
      let descent = MaxNormDescent(momentum: 0.5...0.7, rampSteps: 3, largestNorm: nil)
      let moved = try Self.descend(descent, steps: 4, gradient: [1, 0, 0, 0])
      var (velocity, weight) = (0.0, 3.0)
      for momentum in [0.5, 0.6, 0.7, 0.7] {
        velocity = momentum * velocity + 1
        weight -= velocity / 2
      }
      #expect(abs(Double(moved[0][0]) - weight) < 1e-5 && moved[0][1] == 4)
    }

    private static var images: Tensor {
      Tensor.uniform([5, 1, 3, 4], using: RandomKey(seed: 1).makeGenerator())
    }

    @Test func examplesAreThoseOfTheAttackAndBeforeClipping() throws {
      var numbers = RandomKey(seed: 4).makeNumbers()
      let model = try ProgramClassifier(
        SoftmaxRegression().program(
          for: ClassificationTask(channels: 1, height: 3, width: 4, classCount: 3),
          using: &numbers))
      let labels = Tensor([0, 1, 2, 0, 1])
      let budget = try PerturbationBudget(.linf, epsilon: 0.25)
      let examples = try GradientSignExamples(
        on: model, from: Self.images, labels: labels, within: budget)
      let batch = AttackBatch(
        Self.images, toward: Goal(avoiding: labels), keys: (0..<5).map { RandomKey(seed: $0) })
      let expected = try FGSM().perturbed(
        batch, on: model, within: ThreatModel(budget, pixels: .float))
      #expect(examples.clipped.floats() == expected.floats())
      let steps = (examples.unclipped - Self.images).floats()
      #expect(steps.allSatisfy { abs(abs($0) - 0.25) < 1e-6 })
      #expect(examples.unclipped.floats().contains { $0 < 0 || $0 > 1 })
    }

    /// The mixture that is learned from holds x + ε·sign(∇ₓJ) as it is, with weights as they are.
    @Test func whatIsLearnedFromIsNotClipped() throws {
      var numbers = RandomKey(seed: 4).makeNumbers()
      let program = try SoftmaxRegression().program(
        for: ClassificationTask(channels: 1, height: 3, width: 4, classCount: 3), using: &numbers)
      let labels = Tensor([0, 1, 2, 0, 1])
      let budget = try PerturbationBudget(.linf, epsilon: 0.25)
      let keys = (0..<5).map { RandomKey(seed: 7).part($0) }
      let changed = try UnclippedMixture(within: budget).changedImages(
        of: TrainingBatch(images: Self.images, labels: labels, keys: keys),
        for: TrainableClassifier(program))
      let examples = try GradientSignExamples(
        on: ProgramClassifier(program), from: Self.images, labels: labels, within: budget)
      #expect(changed.floats() == examples.unclipped.floats())
      #expect(changed.floats() != examples.clipped.floats())
    }

    @Test func noiseIsAsLargeAsAllowedAndDrawnForEachPicture() throws {
      let keys = (0..<5).map { RandomKey(seed: 7).part($0) }
      let batch = TrainingBatch(images: Self.images, labels: Tensor([0, 1, 2, 0, 1]), keys: keys)
      var numbers = RandomKey(seed: 4).makeNumbers()
      let model = try TrainableClassifier(
        SoftmaxRegression().program(
          for: ClassificationTask(channels: 1, height: 3, width: 4, classCount: 3),
          using: &numbers))
      func noise(_ kind: PixelNoiseTraining.Kind, _ batch: TrainingBatch) throws -> Tensor {
        try PixelNoiseTraining(kind, epsilon: 0.25).changedImages(of: batch, for: model)
          - batch.images
      }
      let corners = try noise(.corners, batch).floats()
      #expect(corners.allSatisfy { abs(abs($0) - 0.25) < 1e-6 })
      #expect(corners.contains { $0 > 0 } && corners.contains { $0 < 0 })
      let uniform = try noise(.uniform, batch)
      #expect(uniform.floats().allSatisfy { abs($0) <= 0.2501 })
      #expect(Set(uniform.floats().map { ($0 * 1e4).rounded() }).count > 50)
      // A picture's noise does not depend on its batch mates.
      let alone = TrainingBatch(
        images: Self.images[2..<3], labels: Tensor([2]), keys: [keys[2]])
      #expect(try noise(.uniform, alone).floats() == uniform[2..<3].floats())
    }

    /// Ten classes of grey pictures: a bright row or column that tells the class.
    private static func pictures(_ count: Int, seed: UInt64) throws -> PictureSet {
      try PictureSet(
        count: count, shape: ImageShape(channels: 1, height: 5, width: 5), classCount: 10
      ) { number in
        let label = number % 10
        let key = RandomKey(seed: seed).part(number)
        let noise = Tensor.uniform([25], in: 0...60, using: key.makeGenerator()).floats()
        let samples = noise.enumerated().map { place, level in
          let line = label < 5 ? place / 5 == label : place % 5 == label - 5
          return UInt8(level) + (line ? 190 : 0)
        }
        return LabelledPicture(
          picture: Picture(width: 5, height: 5, channels: 1, samples: samples), label: label,
          name: "\(number)")
      }
    }

    private static func run(
      _ plan: Goodfellow2015Plan, in folder: URL, stopping isStopWanted: () -> Bool = { false },
      reporting report: (Goodfellow2015Reproduction.Progress) throws -> Void = { _ in }
    ) throws -> Goodfellow2015Results? {
      let data = try Goodfellow2015Data(
        training: pictures(240, seed: 1), test: pictures(100, seed: 2),
        source: .init(path: "drawn", split: "training", count: 240, sha256: "0"), classCount: 10)
      return try Goodfellow2015Reproduction(plan, on: data, in: folder.path, version: "test")
        .run(stopping: isStopWanted, reporting: report)
    }

    private static var plan: Goodfellow2015Plan {
      var plan = Goodfellow2015Plan.quick
      (plan.units, plan.adversarialUnits, plan.pieces, plan.batchSize) = (16, 16, 2, 10)
      (plan.linearEpochs, plan.maxoutEpochs, plan.adversarialEpochs) = (10, 2, 2)
      return plan
    }

    @Test func repeatsAllNetworksAndGoesOnWhereItStopped() throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: folder) }
      // A stop in the middle of the fourth network.
      var isStopWanted = false
      let unfinished = try Self.run(
        Self.plan, in: folder, stopping: { isStopWanted },
        reporting: { progress in
          if case .training(.adversarialMaxout, .training(let now, _), _) = progress {
            isStopWanted = now.epoch == 1 && now.batch == 3
          }
        })
      #expect(unfinished == nil && isStopWanted)
      var trained: Set<Goodfellow2015Net> = []
      func note(_ progress: Goodfellow2015Reproduction.Progress) {
        if case .training(let net, _, _) = progress { trained.insert(net) }
      }
      let results = try #require(try Self.run(Self.plan, in: folder, reporting: note))
      #expect(trained == [.adversarialMaxout, .signNoise, .uniformNoise])
      #expect(results.nets.map(\.net) == Goodfellow2015Net.allCases)
      #expect((results.trainingCount, results.heldOutCount, results.testCount) == (200, 40, 100))
      #expect(results.nets.map(\.clean.count) == [100, 20, 100, 100, 100, 100])
      #expect(results.nets[0].parameterCount == 260 && results.nets[1].parameterCount == 26)
      #expect(results.nets[0].clean.error == 0 && results.nets[1].clean.error == 0)
      #expect(results.rows.count == 6 * 3 + 2 && results.transfers.count == 2)
      trained = []
      let again = try Self.run(Self.plan, in: folder, reporting: note)
      #expect(trained.isEmpty && again == results)
      var other = Self.plan
      other.largestNorm = 1
      #expect(throws: TrainingRunError.self) { try Self.run(other, in: folder) }
    }

    @Test func dataWithoutThreesAndSevensAreRefused() throws {
      let all = try Self.pictures(60, seed: 1)
      let source = TrainingSetup.Data(path: "drawn", split: "training", count: 60, sha256: "0")
      for (training, test) in [
        (all.pictures(ofClasses: [0, 1, 2, 3]), all), (all, all.pictures(ofClasses: [7])),
        (all.pictures([3, 7]), all),
      ] {
        #expect(throws: TrainingError.self) {
          try Goodfellow2015Data(training: training, test: test, source: source, classCount: 10)
        }
      }
      #expect(
        all.pictures(ofClasses: [7, 3]).labels == all.labels.compactMap { [7: 0, 3: 1][$0] })
    }
  }
}
