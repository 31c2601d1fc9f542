import Attacks
import Foundation
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Gradients estimated from scores against those that are known.
  @Suite struct EstimatedGradientTests {
    private static let weight: [Float] = (0..<27).map { index in
      let size = Float(1 + (index * 7) % 13) * 0.1
      return index % 2 == 0 ? size : -size
    }

    /// Values in the middle, at the edges, and one step from an edge.
    private let picture = Tensor(
      (0..<27).map { [Float](arrayLiteral: 128, 0, 255, 1, 77)[$0 % 5] / 255 },
      shape: [1, 3, 3, 3])

    @Test(arguments: GradientEstimate.Method.allCases, PixelGrid.allCases)
    func agreesWithALinearModelInExpectation(
      method: GradientEstimate.Method, pixels: PixelGrid
    ) throws {
      let model = try ProgramClassifier(
        .logisticRegression(weight: Self.weight, bias: 0, channels: 3, height: 3, width: 3))
      let oracle = FailingOracle(ModelOracle(model), after: .max)
      let samples = 5000
      let estimating = EstimatingClassifier(
        asking: oracle, by: GradientEstimate(method, samples: samples, radius: 0.01), on: pixels,
        key: RandomKey(seed: 3))
      let goal = Goal(avoiding: Tensor([0]))
      let result = try estimating.lossGradient(at: picture) { -goal.margin(of: $0) }
      let exact = try model.lossGradient(at: picture) { -goal.margin(of: $0) }
      #expect(result.logits.floats() == exact.logits.floats())
      #expect(oracle.pictures.reduce(0) { $0 + $1.count } == 2 * samples + 1)
      #expect(oracle.wasAskedOnly(on: pixels))
      // Every other value adds noise of its own size to each; five standard deviations of it, where a value
      // at an edge, which moves half as far as its neighbours, suffers twice as much.
      let noise = (exact.gradient.squared().sum().scalar() / Double(samples)).squareRoot()
      let error = (result.gradient - exact.gradient).magnitude().max().scalar()
      #expect(error < 10 * noise, "\(error), noise \(noise)")
      #expect(10 * noise < exact.gradient.magnitude().max().scalar() / 2)
    }

    @Test func aPlainStepOfOneStepIsNotRoundedAway() throws {
      let model = try ProgramClassifier(
        .logisticRegression(weight: Self.weight, bias: 0, channels: 3, height: 3, width: 3))
      for method in GradientEstimate.Method.allCases {
        let oracle = FailingOracle(ModelOracle(model), after: .max)
        let estimating = EstimatingClassifier(
          asking: oracle, by: GradientEstimate(method, samples: 4, radius: 1e-4), on: .eightBit,
          key: RandomKey(seed: 0))
        _ = try estimating.lossGradient(
          at: picture, of: Goal(avoiding: Tensor([0])).crossEntropy)
        let probes = oracle.pictures[1]
        #expect(probes.count == 8)
        let moved = (probes - picture).magnitude().max(along: [1, 2, 3]).floats()
        #expect(moved.allSatisfy { $0 > 0.9 / 255 }, "\(method): \(moved)")
      }
    }

    /// Signs of estimated gradients lead where those of the true gradient lead.
    @Test(arguments: [
      "nes:samples=200,steps=10", "spsa:samples=100,steps=10",
      "apgd-ce:gradient=spsa,samples=200,steps=15",
    ])
    func attacksReachTheOptimumOnLinearModels(text: String) throws {
      let model = try ProgramClassifier(
        .logisticRegression(weight: Self.weight, bias: -9, channels: 3, height: 3, width: 3))
      let batch = AttackBatch(
        picture, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"))
      let attack = try AttackCatalogue.attack(text)
      let found = try attack.points(for: batch, asking: ModelOracle(model), within: threat)
      let best = try FGSM().perturbed(batch, on: model, within: threat)
      func margin(_ points: Tensor) throws -> Double {
        batch.goal.margin(of: try model.logits(of: points).converted(to: .float64)).scalar()
      }
      let clean = try margin(picture)
      let share = (clean - (try margin(found))) / (clean - (try margin(best)))
      #expect(share > 0.95 && share < 1 + 1e-4, "\(share)")
    }

    @Test func stopsAskingOnceThePointIsFound() throws {
      let signs = try SignsUnderAttack()
      let batch = signs.batch().rows([0])
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "24/255"))
      let oracle = CountingOracle(ModelOracle(signs.model))
      let attack = EstimatedGradientAttack(
        PGD(steps: 40, startsRandomly: false), by: GradientEstimate(.nes, samples: 20))
      let points = try attack.perturbed(batch, on: oracle, within: threat)
      #expect(batch.goal.isReached(by: try signs.model.logits(of: points)).allTrue())
      // The last question was about the point that was found, and no gradient was paid for there.
      #expect(oracle.sizes.last == 1 && oracle.pictures % 41 == 1 && oracle.pictures < 40 * 41)
    }

    @Test func settingsOfAttackAndEstimateAreWrittenTogether() throws {
      let attack = try #require(
        AttackCatalogue.attack("mi-fgsm:steps=7,gradient=spsa,samples=9")
          as? EstimatedGradientAttack)
      #expect(attack == EstimatedGradientAttack(MIFGSM(steps: 7), by: .init(.spsa, samples: 9)))
      #expect(attack.title == "MI-FGSM by SPSA")
      for text in ["mi-fgsm:steps=7,gradient=spsa,samples=9", "nes:steps=3", "apgd-t:gradient=nes"]
      {
        let canonical = try AttackCatalogue.canonical(text)
        #expect(try AttackCatalogue.canonical(canonical) == canonical)
        let attack = try AttackCatalogue.attack(text)
        #expect("\(try AttackCatalogue.attack(canonical))" == "\(attack)")
      }
    }

    @Test(
      arguments: [
        "pgd:samples=3", "jsma:gradient=nes", "autoattack:gradient=nes", "square:gradient=nes",
        "pgd:gradient=guess", "nes:samples=0", "nes:radius=0", "nes:steps=0", "nes:guess=1",
      ])
    func othersAreRefused(text: String) {
      #expect(throws: CatalogueError.self) { try AttackCatalogue.attack(text) }
    }

    @Test func isReadBackAsItWasWritten() throws {
      let attack = EstimatedGradientAttack(
        APGD(loss: .dlr, steps: 3), by: GradientEstimate(.spsa, radius: 0.02))
      let data = try JSONEncoder().encode(attack)
      #expect(try JSONDecoder().decode(EstimatedGradientAttack.self, from: data) == attack)
      let json = String(decoding: data, as: UTF8.self)
      #expect(json.contains("\"steps\":3") && json.contains("\"gradient\":\"spsa\""))
    }
  }
}
