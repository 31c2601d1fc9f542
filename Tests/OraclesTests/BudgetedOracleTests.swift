import Attacks
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension EngineTests {
  @Suite struct BudgetedOracleTests {
    private func oracle(
      _ model: CountedModel, limit: Int? = nil, journal: QueryJournal? = nil
    ) throws -> BudgetedOracle {
      try BudgetedOracle(
        model, budget: QueryBudget(limit: limit),
        journal: journal ?? QueryJournal(continuing: nil, with: QuerySetup(of: model)))
    }

    @Test func answersAreTheModels() throws {
      let (images, labels) = BrightModel.pictures(20)
      let oracle = try oracle(CountedModel(sendsFloats: true))
      #expect(try oracle.labels(of: images).integers() == labels)
      #expect(
        try oracle.scores(of: images).floats() == BrightModel().logits(of: images).floats())
    }

    @Test func aRepeatedQuestionIsFree() throws {
      let (images, labels) = BrightModel.pictures(3)
      let model = CountedModel()
      let oracle = try oracle(model)
      let twice = images.rows([0, 1, 0, 2, 1, 0])
      #expect(try oracle.labels(of: twice).integers() == [0, 1, 0, 2, 1, 0].map { labels[$0] })
      _ = try oracle.scores(of: images)
      #expect(model.asked.count == 3)
      #expect(oracle.statistics.asked == 3 && oracle.statistics.wanted == 9)
      #expect(oracle.statistics.known == 6)
    }

    @Test func oneMoreIsRefused() throws {
      let (images, _) = BrightModel.pictures(6)
      let model = CountedModel()
      let oracle = try oracle(model, limit: 5)
      _ = try oracle.labels(of: images.rows([0, 1, 2]))
      #expect(throws: OracleError.budgetSpent(asked: 5, limit: 5)) {
        try oracle.labels(of: images)
      }
      #expect(model.asked.count == 5)
      // What was paid for is there, and nothing else.
      #expect(try oracle.labels(of: images.rows([4, 0])).count == 2)
      #expect(throws: OracleError.self) { try oracle.labels(of: images.rows([5])) }
      #expect(model.asked.count == 5)
    }

    @Test func picturesBetweenTheGridAreRoundedAndCounted() throws {
      let (images, _) = BrightModel.pictures(2)
      let between = Tensor.concatenated([images + 0.4 / 255, images])
      let model = CountedModel()
      let oracle = try oracle(model)
      // Those that are asked about again are the same pictures.
      for _ in 0..<2 { _ = try oracle.labels(of: between) }
      #expect(oracle.statistics.rounded == 2)
      #expect(model.asked.count == 2)
    }

    @Test func aModelThatGivesLabelsAloneHasNoScores() throws {
      let (images, labels) = BrightModel.pictures(2)
      let oracle = try oracle(CountedModel(labelsOnly: true))
      #expect(try oracle.labels(of: images).integers() == labels)
      #expect(throws: OracleError.self) { try oracle.scores(of: images) }
    }

    /// The attacks that ask; the budget is less than any of them would use.
    private static let attacks: [any Attack] = [
      SquareAttack(queries: 400), UniformNoise(tries: 400), RayS(queries: 400),
      BoundaryAttack(steps: 400, startTries: 40),
      HopSkipJump(iterations: 20, initialEvaluations: 20, startTries: 40),
    ]

    private func points(
      _ attack: any Attack, _ batch: AttackBatch, _ oracle: BudgetedOracle
    ) throws -> Tensor {
      if let attack = attack as? any ScoreBasedAttack {
        return try attack.perturbed(
          batch, on: oracle, within: ThreatModel(PerturbationBudget(.linf, epsilon: "8/255")))
      }
      guard let attack = attack as? any DecisionBasedAttack else {
        throw OracleError.refused("no such attack")
      }
      let norm = type(of: attack).norms.contains(.linf) ? Norm.linf : .l2
      return try attack.closest(batch, on: oracle, in: norm, enough: nil)
    }

    @Test(arguments: Self.attacks.indices)
    func anAttackEndsWithWhatItHasAndGoesOnFromThere(number: Int) throws {
      let attack = Self.attacks[number]
      let (images, labels) = BrightModel.pictures(2)
      let key = RandomKey(seed: 3)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor(labels)), keys: [key.part(0), key.part(1)])
      let first = CountedModel(sendsFloats: true)
      let journal = try QueryJournal(continuing: nil, with: QuerySetup(of: first))
      do {
        let oracle = try oracle(first, limit: 150, journal: journal)
        let points = try points(attack, batch, oracle)
        #expect(first.asked.count == 150)
        if attack is any DecisionBasedAttack {
          let found = try BrightModel().logits(of: points).argmax(along: 1).integers()
          #expect(zip(found, labels).allSatisfy { $0 != $1 }, "\(attack) lost what it had found")
        } else {
          #expect((points - images).magnitude().max().scalar() > 0)
        }
      }
      // With more to spend the attack goes the same way and further; nothing is asked twice.
      let second = CountedModel(sendsFloats: true)
      let oracle = try oracle(second, limit: 300, journal: journal)
      _ = try points(attack, batch, oracle)
      #expect(second.asked.count == 150)
      #expect(Set(first.asked).isDisjoint(with: second.asked))
      #expect(Set(first.asked + second.asked).count == 300)
    }
  }
}
