import Attacks
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

@testable import Defenses

extension EngineTests {
  /// The inner attack: what it costs, what it aims at, and what it is asked of.
  @Suite struct TrainingAdversaryTests {
    private static let program = SmallModels.convolutional(
      side: PlantedPictures.side, classCount: 2)

    private static func batch(_ count: Int = 6) throws -> TrainingBatch {
      let pictures = try PlantedPictures.set(count)
      return TrainingBatch(
        images: pictures.images(Array(0..<count)), labels: pictures.labels(Array(0..<count)),
        keys: (0..<count).map { RandomKey(seed: 3).part($0) })
    }

    private static func budget(_ epsilon: Double = 0.05) throws -> PerturbationBudget {
      try PerturbationBudget(.linf, epsilon: epsilon)
    }

    @Test(
      arguments: [
        PGD(steps: 7), BIM(steps: 7), MIFGSM(steps: 7), NIFGSM(steps: 7), FGSM(),
      ] as [any WhiteBoxAttack])
    func takesItsStepsAndNoLookMore(attack: any WhiteBoxAttack) throws {
      let model = CountingModel(try ProgramClassifier(Self.program))
      let adversary = TrainingAdversary(attack, within: try Self.budget())
      let batch = try Self.batch()
      let images = try adversary.images(of: batch, on: model)
      #expect(model.gradientCalls == (attack is FGSM ? 1 : 7) && model.forwardCalls == 0)
      #expect(adversary.threat.allows(images, around: batch.images).allSatisfy { $0 })
    }

    @Test func stepsRaiseTheLoss() throws {
      let model = try ProgramClassifier(Self.program)
      let batch = try Self.batch()
      func loss(_ images: Tensor) throws -> Double {
        try model.logits(of: images).crossEntropy(labels: batch.labels).mean().scalar()
      }
      let images = try TrainingAdversary(PGD(steps: 5), within: Self.budget())
        .images(of: batch, on: model)
      #expect(try loss(images) > loss(batch.images) + 0.01)
    }

    @Test func randomTargetsAreNeverTheLabelAndAllOthersAlike() {
      for label in 0..<10 {
        let keys = (0..<900).map { RandomKey(seed: 7).part($0) }
        let labels = Tensor([Int](repeating: label, count: keys.count))
        let goal = Goal.random(avoiding: labels, classCount: 10, keys: keys)
        let targets = goal.targets?.integers() ?? []
        #expect(targets.count == 900 && !targets.contains(label))
        for other in 0..<10 where other != label {
          #expect((60...140).contains(targets.count { $0 == other }), "\(other) for \(label)")
        }
      }
      let twoClasses = Goal.random(
        avoiding: Tensor([0, 1]), classCount: 2, keys: [RandomKey(seed: 0), RandomKey(seed: 1)])
      #expect(twoClasses.targets?.integers() == [1, 0])
    }

    @Test func aTargetDoesNotDependOnTheBatch() {
      let keys = (0..<20).map { RandomKey(seed: 7).part($0) }
      let labels = Tensor((0..<20).map { $0 % 10 })
      let all = Goal.random(avoiding: labels, classCount: 10, keys: keys).targets?.integers()
      let some = Goal.random(
        avoiding: labels.rows([13, 4]), classCount: 10, keys: [keys[13], keys[4]])
      #expect(some.targets?.integers() == all.map { [$0[13], $0[4]] })
    }

    /// Attacks in training mode see statistics of the batch, and leave the running ones alone.
    @Test func attacksLeaveStatisticsAlone() throws {
      let model = try TrainableClassifier(Self.program)
      let before = model.weights.tensors.map { $0.floats() }
      let budget = try Self.budget()
      let made = try [TrainableClassifier.Mode.training, .evaluation].map { mode in
        try TrainingAdversary(FGSM(), within: budget, mode: mode)
          .images(of: Self.batch(), on: model).floats()
      }
      #expect(made[0] != made[1])
      #expect(model.weights.tensors.map { $0.floats() } == before)
    }

    /// ε of a picture: a normal distribution cut off at two deviations, of which the mean is known.
    @Test func radiiOfKurakin() {
      let radii = (0..<4000).map {
        KurakinTraining.radius(upTo: 16, key: RandomKey(seed: 1).part($0))
      }
      #expect(radii.allSatisfy { (0...16).contains($0) })
      let mean = radii.reduce(0, +) / 4000
      // 8·(φ(0) − φ(2)) / (Φ(2) − Φ(0)), give or take four standard errors.
      #expect(abs(mean - 5.782) < 4 * 3.9 / 4000.0.squareRoot(), "\(mean)")
      let large = radii.count { $0 > 8 }
      // (Φ(2) − Φ(1)) / (Φ(2) − Φ(0)) = 28.5 %.
      #expect((1040...1240).contains(large), "\(large)")
    }

    @Test func kurakinReplacesTheFirstPicturesEachByItsOwnStep() throws {
      let model = try TrainableClassifier(Self.program)
      let batch = try Self.batch(8)
      let method = KurakinTraining(
        within: try Self.budget(), settings: .init(share: 0.25, direction: .label))
      let changed = try method.changedImages(of: batch, for: model)
      #expect(changed[2..<8].floats() == batch.images[2..<8].floats())
      for row in 0..<2 {
        let length = (changed[row] - batch.images[row]).magnitude().max().scalar()
        let radius = KurakinTraining.radius(upTo: 0.05, key: batch.keys[row])
        #expect(abs(length - radius) < 1e-6)
      }
      #expect(changed.shape == batch.images.shape)
    }

    /// TRADES looks for another answer than the model's own, MART for a wrong one.
    @Test func onlyMARTLooksAtTheLabelsOfItsExamples() throws {
      let model = try TrainableClassifier(Self.program)
      let batch = try Self.batch()
      let relabelled = TrainingBatch(
        images: batch.images, labels: Tensor(batch.labels.integers().map { 1 - $0 }),
        keys: batch.keys)
      let budget = try Self.budget()
      let (trades, mart) = (TRADES(within: budget), MART(within: budget))
      func images(_ method: any MinimaxTraining, _ batch: TrainingBatch) throws -> Tensor {
        try method.changedImages(of: batch, for: model)
      }
      #expect(try images(trades, batch).floats() == images(trades, relabelled).floats())
      #expect(try images(mart, batch).floats() != images(mart, relabelled).floats())
      let answers = try model.attackable().logits(of: batch.images)
      func divergence(_ images: Tensor) throws -> Double {
        try model.attackable().logits(of: images).divergence(from: answers).mean().scalar()
      }
      let noise = try TrainingAdversary(PGD(steps: 1, stepSize: 1e-9), within: budget)
        .images(of: batch, on: model)
      #expect(try divergence(images(trades, batch)) > 3 * divergence(noise))
    }

    @Test func examplesOfNFGSMLeaveTheBall() throws {
      let model = try TrainableClassifier(Self.program)
      let batch = try Self.batch()
      let changed = try NFGSM(within: Self.budget()).changedImages(of: batch, for: model)
      let largest = (changed - batch.images).magnitude().max().scalar()
      #expect(largest > 0.14 && largest <= 0.15 + 1e-6)
    }

    @Test func theEnsembleDrawsFromAllItsModels() throws {
      let models = [UInt64(5), 6].map { seed in
        SmallModels.convolutional(side: PlantedPictures.side, classCount: 2, seed: seed)
      }
      let others = try models.map { CountingModel(try ProgramClassifier($0)) }
      let adversary = TrainingAdversary(FGSM(), within: try Self.budget())
      let method = EnsembleAdversarialTraining(against: adversary, on: others)
      let model = try TrainableClassifier(Self.program)
      var batch = try Self.batch(1)
      var own = 0
      for number in 0..<90 {
        batch = TrainingBatch(
          images: batch.images, labels: batch.labels, keys: [RandomKey(seed: 1).part(number)])
        let before = others.map(\.gradientCalls)
        let images = try method.changedImages(of: batch, for: model)
        if others.map(\.gradientCalls) == before {
          own += 1
          #expect(try images.floats() == adversary.images(of: batch, on: model).floats())
        }
      }
      for count in others.map(\.gradientCalls) + [own] { #expect((15...45).contains(count)) }
      let stranger = try ProgramClassifier(SmallModels.linear(side: 3, classCount: 2))
      #expect(throws: TrainingError.self) {
        try EnsembleAdversarialTraining(against: adversary, on: [stranger]).check(model)
      }
    }
  }
}
