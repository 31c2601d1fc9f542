import Attacks
import Datasets
import Evaluation
import Oracles
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests {
  @Suite struct SubstitutePriorTests {
    private static func threat(_ epsilon: String) throws -> ThreatModel {
      ThreatModel(try PerturbationBudget(.linf, epsilon: epsilon))
    }

    /// A picture and its class by the service, which shows its scores.
    private static func target() throws -> (image: Tensor, oracle: BudgetedOracle) {
      let model = LocalOracle(try Scene.model(), named: "open")
      let oracle = try BudgetedOracle(
        model, budget: QueryBudget(),
        journal: QueryJournal(continuing: nil, with: QuerySetup(of: model)))
      return (Tensor(Scene.pictures(1, seed: 40)), oracle)
    }

    private static func queries(
      _ attack: any Attack, epsilon: String, substitute: (any DifferentiableClassifier)?
    ) throws -> Int? {
      let (image, oracle) = try target()
      let threat = try threat(epsilon)
      let trial = try OracleTrial(attack, within: threat)
      var prior: OracleTrial.Prior?
      if let substitute {
        let own = try SubstitutePrior(on: substitute, within: threat, for: attack)
        prior = { (batch, oracle) throws(OracleError) in try own.start(for: batch, asking: oracle) }
      }
      let found = try trial.run(
        on: oracle, image: image, label: nil, number: 0, beginningAt: prior)
      return found?.queriesToSuccess
    }

    /// A substitute with the service's own weights: the first picture after the original fools it.
    @Test(
      arguments: [SquareAttack(queries: 300), RayS(queries: 300), HopSkipJump()]
        as [any Attack])
    func whatFoolsAGoodSubstituteIsFoundAtOnce(attack: any Attack) throws {
      let alone = try Self.queries(attack, epsilon: "60/255", substitute: nil)
      let guided = try Self.queries(attack, epsilon: "60/255", substitute: Scene.model())
      #expect(guided == 2)
      #expect(alone == nil || alone ?? 0 > 2)
    }

    /// Where labels are all that is seen, candidates grow until one fools the service.
    @Test func candidatesGrowUntilOneFools() throws {
      let (image, oracle) = try Self.target()
      let labels = try oracle.labels(of: image)
      let batch = AttackBatch(
        image, toward: Goal(avoiding: labels), keys: [RandomKey(seed: 1)])
      let model = try Scene.model()
      // Within 1/255 nothing fools it; five steps of that do not either.
      let far = try SubstitutePrior(on: model, within: Self.threat("1/255"), for: RayS())
      #expect(try far.start(for: batch, asking: oracle) == nil)
      #expect(oracle.statistics.asked <= 6)
      let wide = try SubstitutePrior(on: model, within: Self.threat("30/255"), for: RayS())
      let start = try #require(try wide.start(for: batch, asking: oracle))
      #expect(try oracle.labels(of: start).integers() != labels.integers())
      #expect((start - image).magnitude().max().scalar() <= 150.5 / 255)
      // Where scores are seen, the candidate stays inside the budget, fooling or not.
      let scored = try SubstitutePrior(on: model, within: Self.threat("1/255"), for: SquareAttack())
      let inside = try #require(try scored.start(for: batch, asking: oracle))
      #expect((inside - image).magnitude().max().scalar() <= 1.001 / 255)
    }
  }
}
