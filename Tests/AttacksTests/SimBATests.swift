import Attacks
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// `SimBA` where the answer is known.
  @Suite struct SimBATests {
    private static let weight: [Float] = (0..<75).map { index in
      let size = Float(1 + (index * 7) % 13) * 0.01
      return index % 2 == 0 ? size : -size
    }

    /// How far the attack moves a linear model towards the goal, over the most that is possible.
    private func share(
      _ attack: SimBA, norm: Norm, epsilon: String, pixels: PixelGrid
    ) throws -> (share: Double, queries: Int) {
      // A bias that no budget overcomes, so that the attack works to the end.
      let model = try ProgramClassifier(
        .logisticRegression(weight: Self.weight, bias: -9, channels: 3, height: 5, width: 5))
      let images = Tensor.full([1, 3, 5, 5], 128.0 / 255)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon), pixels: pixels)
      let oracle = FailingOracle(ModelOracle(model), after: .max)
      let points = try attack.perturbed(batch, on: oracle, within: threat)
      #expect(threat.allows(points, around: images)[0])
      #expect(oracle.wasAskedOnly(on: pixels))
      let change = ThreatModel.perturbation(from: images, to: points, pixels: .float).doubles()
      let weights = Self.weight.map(Double.init)
      let gain = zip(weights, change).reduce(0) { $0 + $1.0 * $1.1 }
      let dual =
        norm == .linf
        ? weights.reduce(0) { $0 + abs($1) } : weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return (gain / (threat.budget.epsilon * dual), oracle.pictures.count)
    }

    /// One round of at most two queries for each value, and a second that takes none of its steps back.
    @Test(arguments: PixelGrid.allCases)
    func reachesTheCornerOfTheBoxOnLinearModels(pixels: PixelGrid) throws {
      let (share, queries) = try share(
        SimBA(), norm: .linf, epsilon: "8/255", pixels: pixels)
      #expect(abs(share - 1) < 1e-4)
      #expect(queries > 150 && queries <= 226)
    }

    @Test(arguments: [
      (SimBA(queries: 400, stepSize: 0.02), Norm.l2, "0.5", 0.88),
      (SimBA(queries: 400, basis: .dct, frequencies: 1), .l2, "1", 0.9),
      (SimBA(queries: 1500, stepSize: 0.03, basis: .dct, frequencies: 1), .linf, "8/255", 0.7),
    ])
    func comesNearTheOptimumOnLinearModels(
      attack: SimBA, norm: Norm, epsilon: String, least: Double
    ) throws {
      let (share, _) = try share(attack, norm: norm, epsilon: epsilon, pixels: .float)
      #expect(share > least && share < 1 + 1e-4, "\(share)")
    }

    /// In the first step along each frequency from grey, changes are its cosines: of length 1, at right
    /// angles to each other.
    @Test func frequenciesAreOrthonormal() throws {
      let model = try ProgramClassifier(
        .logisticRegression(weight: Self.weight, bias: -9, channels: 3, height: 5, width: 5))
      let images = Tensor.full([1, 3, 5, 5], 0.5)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let oracle = FailingOracle(ModelOracle(model), after: .max)
      _ = try SimBA(queries: 76, stepSize: 0.01, basis: .dct, frequencies: 1).perturbed(
        batch, on: oracle, within: ThreatModel(try .init(.l2, epsilon: 5), pixels: .float))
      func margin(_ picture: Tensor) throws -> Double {
        batch.goal.margin(of: try model.logits(of: picture).converted(to: .float64)).scalar()
      }
      // Forward steps from a point that is kept, so that each question differs from it by one direction.
      var kept = oracle.pictures[0]
      var directions: [Tensor] = []
      for picture in oracle.pictures.dropFirst() {
        let change = (picture - kept) / 0.01
        if try margin(picture) < margin(kept) { kept = picture }
        if let last = directions.last, (last + change).magnitude().max().scalar() < 1e-3 {
          continue
        }
        directions.append(change)
      }
      let rows = Tensor.concatenated(directions).reshaped([directions.count, 75])
      let products = rows.matrixProduct(rows.transposed(0, 1))
      #expect(directions.count > 30)
      #expect((products - .identity(directions.count)).magnitude().max().scalar() < 1e-3)
    }

    @Test func findsAPlantedExample() throws {
      let planted = try Planted(epsilon: "8/255")
      let oracle = CountingOracle(ModelOracle(planted.model))
      let points = try SimBA().perturbed(planted.batch, on: oracle, within: planted.threat)
      #expect(planted.batch.goal.isReached(by: try planted.model.logits(of: points)).allTrue())
      #expect(oracle.pictures <= 2 * 432 + 1)
    }

    @Test func asksAsOftenAsItMayAndNoMore() throws {
      let signs = try SignsUnderAttack()
      let batch = signs.batch()
      let oracle = CountingOracle(ModelOracle(signs.model))
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "24/255"))
      let points = try SimBA(queries: 30).perturbed(batch, on: oracle, within: threat)
      let finished = batch.goal.isReached(by: try signs.model.logits(of: points)).truths()
        .count { $0 }
      #expect(finished < batch.images.count)
      #expect(oracle.pictures <= 30 * batch.images.count)
      #expect(oracle.pictures >= 30 * (batch.images.count - finished))
    }

    @Test(
      arguments: [
        SimBA(), EstimatedGradientAttack(PGD(steps: 20), by: GradientEstimate(.spsa, samples: 5)),
      ] as [any ScoreBasedAttack])
    func endsWithTheBestPointWhenTheBudgetIsSpent(attack: any ScoreBasedAttack) throws {
      let planted = try Planted()
      let oracle = FailingOracle(ModelOracle(planted.model), after: 120)
      let points = try attack.perturbed(planted.batch, on: oracle, within: planted.threat)
      #expect(oracle.pictures.reduce(0) { $0 + $1.count } > 100)
      let before = try planted.model.logits(of: planted.batch.images)
      let after = try planted.model.logits(of: points)
      #expect(
        planted.batch.goal.margin(of: after).scalar() < planted.batch.goal.margin(of: before)
          .scalar() - 0.05)
    }

    @Test(
      arguments: [
        SimBA(), EstimatedGradientAttack(PGD(steps: 20), by: GradientEstimate(.nes, samples: 5)),
      ] as [any ScoreBasedAttack])
    func otherFailuresOfTheOracleComeOutAsTheyAre(attack: any ScoreBasedAttack) throws {
      let planted = try Planted()
      let oracle = FailingOracle(
        ModelOracle(planted.model), after: 50, with: .unavailable("gone"))
      #expect(throws: OracleError.unavailable("gone")) {
        try attack.perturbed(planted.batch, on: oracle, within: planted.threat)
      }
    }
  }
}
