import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

/// A model that hands on the graph of its logits, which no classifier should.
private struct LeakingModel: Classifier {
  let imageShape = BrightModel.shape
  let classCount = 3

  func logits(of images: Tensor) throws(EngineError) -> Tensor { images.mean(along: [2, 3]) * 4 }
}

extension EngineTests {
  @Suite struct GradientWallTests {
    /// The question is a leaf of a graph, and the model behind the oracle would hand the graph on.
    @Test(arguments: [false, true]) func noGradientPasses(sendsFloats: Bool) throws {
      let (images, _) = BrightModel.pictures(2)
      // Without the wall there is a gradient.
      let bare = try valueAndGradient(at: images) { (leaf) throws(EngineError) in
        (try LeakingModel().logits(of: leaf), [])
      }
      #expect(bare.gradient.magnitude().max().scalar() > 0)

      let model = LocalOracle(LeakingModel(), named: "leak", sendsFloats: sendsFloats)
      let oracle = BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: nil, with: QuerySetup(of: model)))
      let leaf = try images.leaf()
      #expect(leaf.requiresGradient)
      let (scores, labels) = try recording { () throws(OracleError) in
        (try oracle.scores(of: leaf), try oracle.labels(of: leaf))
      }
      #expect(!scores.requiresGradient && !labels.requiresGradient)
      let error = #expect(throws: EngineError.self) {
        _ = try valueAndGradient(at: images) { (leaf) throws(EngineError) in
          guard let scores = try? oracle.scores(of: leaf) else { return (leaf, []) }
          return (scores, [])
        }
      }
      #expect(error?.reason == .noGradient)
      #expect(!((oracle as Any) is any Classifier) && !((model as Any) is any Classifier))
    }
  }
}
