import Attacks
import Foundation
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

/// A model with a gradient that is given, whatever the picture.
private struct Slope: DifferentiableClassifier {
  let gradient: Tensor
  let classCount = 2
  var imageShape: ImageShape {
    ImageShape(
      channels: gradient.shape[1], height: gradient.shape[2], width: gradient.shape[3])
  }

  func logits(of images: Tensor) -> Tensor {
    let score = (images * gradient).sum(along: [1, 2, 3])
    return Tensor.stacked([score * 0, score]).transposed(0, 1)
  }

  func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    let result = try valueAndGradient(at: images) { images throws(EngineError) in
      let logits = logits(of: images)
      return (losses(logits), [logits])
    }
    return LossGradient(
      logits: result.auxiliary[0], losses: result.value, gradient: result.gradient)
  }
}

extension EngineTests {
  /// What makes examples transfer, against the formulas.
  @Suite struct TransferAttackTests {
    private func margin(_ logits: Tensor) -> Tensor {
      -Goal(avoiding: Tensor([0])).margin(of: logits)
    }

    @Test(arguments: [3, 7]) func kernelOfASingleValueIsTheKernel(side: Int) throws {
      var values = [Float](repeating: 0, count: 2 * 9 * 11)
      values[99 + 4 * 11 + 5] = 1
      let model = TranslationInvariance(
        of: Slope(gradient: Tensor(values, shape: [1, 2, 9, 11])), kernel: side)
      let found = try model.lossGradient(at: .full([1, 2, 9, 11], 0.5), of: margin).gradient
        .floats()
      let reach = side / 2
      func weight(_ row: Int, _ column: Int) -> Double {
        guard abs(row) <= reach, abs(column) <= reach else { return 0 }
        let variance = Double(reach * reach) / 3
        return exp(-Double(row * row + column * column) / (2 * variance))
      }
      let total = (-reach...reach).flatMap { row in (-reach...reach).map { weight(row, $0) } }
        .reduce(0, +)
      #expect(found[..<99].allSatisfy { $0 == 0 })
      for row in 0..<9 {
        for column in 0..<11 {
          let expected = weight(row - 4, column - 5) / total
          #expect(abs(Double(found[99 + row * 11 + column]) - expected) < 1e-6)
        }
      }
    }

    @Test(arguments: ["mi-fgsm", "ni-fgsm:steps=5", "pgd:steps=4", "apgd-ce:steps=6"])
    func noDiversityAndNoKernelIsThePlainAttack(text: String) throws {
      let signs = try SignsUnderAttack()
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "3/255"))
      func points(_ text: String) throws -> [Float] {
        try AttackCatalogue.attack(text).points(for: signs.batch(), on: signs.model, within: threat)
          .floats()
      }
      let joint = text.contains(":") ? "," : ":"
      let plain = try points(text)
      #expect(try points("\(text)\(joint)diversity=0,kernel=1") == plain)
      #expect(try points("\(text)\(joint)kernel=5") != plain)
    }

    /// What is seen through a random picture, and where it comes back.
    @Test func transformedGradientsAreThoseOfTheChain() throws {
      let signs = try SignsUnderAttack()
      let images = signs.images.rows([0, 1])
      let goal = Goal(avoiding: Tensor(Array(signs.labels.prefix(2))))
      let always = InputDiversity(of: signs.model, probability: 1, key: RandomKey(seed: 5))
      let plain = try signs.model.lossGradient(at: images, of: goal.crossEntropy)
      let first = try always.lossGradient(at: images, of: goal.crossEntropy)
      let second = try always.lossGradient(at: images, of: goal.crossEntropy)
      #expect(first.logits.floats() == plain.logits.floats())
      #expect(first.losses.floats() == plain.losses.floats())
      #expect(first.gradient.floats() != plain.gradient.floats())
      #expect(first.gradient.floats() != second.gradient.floats())
      // It is the gradient at a picture much like this one, so that both point the same way.
      let product = (first.gradient * plain.gradient).sum().scalar()
      let lengths = (first.gradient.squared().sum() * plain.gradient.squared().sum()).scalar()
      #expect(product > 0.05 * lengths.squareRoot())
      let never = InputDiversity(of: signs.model, probability: 0, key: RandomKey(seed: 5))
      #expect(
        try never.lossGradient(at: images, of: goal.crossEntropy).gradient.floats()
          == plain.gradient.floats())
    }

    /// A picture that is grey all over and shrunk among zeros: Σ over the picture of T'g is Σ of g where the
    /// shrunk picture lies, since bilinear weights add up to 1.
    @Test func shrunkPicturesKeepTheSumOfTheGradientInside() throws {
      let gradient = Tensor.ones([1, 1, 20, 20])
      let model = InputDiversity(
        of: Slope(gradient: gradient), probability: 1, key: RandomKey(seed: 1))
      var sums: Set<Int> = []
      for _ in 0..<60 {
        let found = try model.lossGradient(at: .full([1, 1, 20, 20], 0.5), of: margin).gradient
        sums.insert(Int(found.sum().scalar().rounded()))
      }
      let areas = Set((18...20).flatMap { height in (18...20).map { height * $0 } })
      #expect(sums.isSubset(of: areas) && sums.count >= 5, "\(sums)")
    }

    @Test(arguments: ClassifierEnsemble.Fusion.allCases)
    func ensembleOfOneIsTheModel(fusion: ClassifierEnsemble.Fusion) throws {
      let signs = try SignsUnderAttack()
      let goal = signs.batch().goal
      let ensemble = try ClassifierEnsemble(of: [signs.model], averaging: fusion)
      let (one, other) = (
        try ensemble.lossGradient(at: signs.images, of: goal.crossEntropy),
        try signs.model.lossGradient(at: signs.images, of: goal.crossEntropy)
      )
      #expect(one.logits.floats() == other.logits.floats())
      #expect(one.gradient.floats() == other.gradient.floats())
      #expect(
        try ensemble.logits(of: signs.images).floats()
          == signs.model.logits(of: signs.images).floats())
    }

    @Test(arguments: ClassifierEnsemble.Fusion.allCases)
    func ensemblesFollowTheirFormula(fusion: ClassifierEnsemble.Fusion) throws {
      func model(_ number: Int, scale: Float) throws -> ProgramClassifier {
        let weight = (0..<12).map { Float(($0 * number) % 7 - 3) * scale }
        return try ProgramClassifier(
          .logisticRegression(weight: weight, bias: 0.3, channels: 3, height: 2, width: 2))
      }
      let models = try [model(3, scale: 0.5), model(5, scale: 0.2), model(4, scale: 1)]
      let images = Tensor.uniform([4, 3, 2, 2], using: RandomKey(seed: 2).makeGenerator())
      let goal = Goal(avoiding: Tensor([0, 1, 0, 1]))
      let ensemble = try ClassifierEnsemble(of: models, averaging: fusion)
      func value(_ images: Tensor) throws -> [Double] {
        let logits = try models.map { try $0.logits(of: images).converted(to: .float64) }
        switch fusion {
        case .logits:
          return goal.crossEntropy(of: logits.dropFirst().reduce(logits[0], +) / 3).doubles()
        case .probabilities:
          let all = logits.map { $0.softmax() }
          return goal.crossEntropy(of: (all.dropFirst().reduce(all[0], +) / 3).logarithm())
            .doubles()
        case .losses:
          let all = logits.map { goal.crossEntropy(of: $0) }
          return (all.dropFirst().reduce(all[0], +) / 3).doubles()
        }
      }
      let found = try ensemble.lossGradient(at: images, of: goal.crossEntropy)
      for (one, other) in zip(found.losses.floats(), try value(images)) {
        #expect(abs(Double(one) - other) < 1e-5)
      }
      let fused = try ensemble.logits(of: images)
      #expect((fused - found.logits).magnitude().max().scalar() < 1e-6)
      // Central differences of a step that is long enough for single precision.
      let gradient = found.gradient.flattenedSamples()
      for place in 0..<12 {
        var step = [Float](repeating: 0, count: 12)
        step[place] = 0.02
        let change = Tensor(step, shape: [1, 3, 2, 2])
        let slopes = zip(try value(images + change), try value(images - change)).map {
          ($0 - $1) / 0.04
        }
        let expected = gradient.narrowed(to: place..<(place + 1), along: 1).floats()
        for (slope, value) in zip(slopes, expected) { #expect(abs(slope - Double(value)) < 2e-3) }
      }
    }

    @Test func modelsThatDoNotGoTogetherAreRefused() throws {
      let small = try ProgramClassifier(
        .logisticRegression(weight: [1, 2, 3], bias: 0, channels: 3, height: 1, width: 1))
      let large = try SignsUnderAttack().model
      #expect(throws: EngineError.self) { try ClassifierEnsemble(of: [small, large]) }
      #expect(throws: EngineError.self) { try ClassifierEnsemble(of: []) }
    }

    @Test func settingsAreReadBesideTheAttacksOwn() throws {
      let attack = try #require(
        AttackCatalogue.attack("mi-fgsm:steps=7,diversity=0.5,kernel=7") as? TransferAttack)
      #expect(
        attack
          == TransferAttack(MIFGSM(steps: 7), with: TransferSettings(diversity: 0.5, kernel: 7)))
      #expect(attack.title == "DI-TI-MI-FGSM")
      let json = try JSONEncoder().encode(attack)
      #expect(try JSONDecoder().decode(TransferAttack.self, from: json) == attack)
      let canonical = try AttackCatalogue.canonical("mi-fgsm:kernel=7,steps=7")
      #expect(canonical.hasPrefix("mi-fgsm:steps=7,") && canonical.hasSuffix(",kernel=7"))
    }

    @Test(
      arguments: [
        "mi-fgsm:kernel=4", "pgd:diversity=1.5", "pgd:kernel=0", "jsma:kernel=3", "square:kernel=3",
        "autoattack:diversity=0.5", "pgd:kernel=3,gradient=nes", "cw:kernel=3",
      ])
    func othersAreRefused(text: String) {
      #expect(throws: CatalogueError.self) { try AttackCatalogue.attack(text) }
    }
  }
}
