import Attacks
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// What attacks see of a model behind an oracle, and how often they ask.
  @Suite struct OracleTests {
    @Test func answersHaveNoGraph() throws {
      let signs = try SignsUnderAttack()
      let oracle = ModelOracle(signs.model)
      #expect(!(try oracle.scores(of: signs.images).requiresGradient))
      #expect(!(try oracle.labels(of: signs.images).requiresGradient))
    }

    /// A score-based attack is given a `ScoreOracle`, which no cast turns into a model with gradients.
    @Test func noOracleIsAModelWithGradients() throws {
      let oracle = ModelOracle(try SignsUnderAttack().model)
      #expect(!((oracle as Any) is any Classifier))
      let attack: any Attack = SquareAttack()
      #expect(!(attack is any WhiteBoxAttack) && !(attack is any MinimumNormAttack))
    }

    @Test(arguments: [Norm.linf, .l2])
    func squareAsksWithinItsQueriesAboutTheUnfinished(norm: Norm) throws {
      let signs = try SignsUnderAttack()
      let batch = signs.batch()
      let oracle = CountingOracle(ModelOracle(signs.model))
      let epsilon = norm == .linf ? "24/255" : "6"
      let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon))
      let points = try SquareAttack(queries: 30).perturbed(batch, on: oracle, within: threat)
      // Every question is about one point of each picture that is left.
      let finished = batch.goal.isReached(by: try signs.model.logits(of: points)).truths()
        .count { $0 }
      #expect(finished > 0 && finished < batch.images.count)
      #expect(oracle.sizes.count == 30)
      #expect(oracle.sizes.first == batch.images.count)
      #expect(zip(oracle.sizes, oracle.sizes.dropFirst()).allSatisfy { $0 >= $1 })
      #expect((oracle.sizes.last ?? 0) < batch.images.count)
    }
  }
}
