import Attacks
import Datasets
import Foundation
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// The square attack is as strong as that of the official AutoAttack.
  @Suite struct SquareReferenceTests {
    private struct Golden: Decodable {
      struct Result: Decodable {
        let model: String
        let norm: String
        let eps: Double
        let attacks: [String: Answers]
      }
      struct Answers: Decodable {
        let robust: [Bool]
      }
      let results: [Result]
    }

    /// A fifth of the reference's queries must do on this model, but for two pictures of a hundred.
    @Test(.needs("golden/autoattack.json"))
    func isAsStrongAsTheReference() throws {
      let data = try Data(contentsOf: URL(filePath: SharedFolder.path("golden/autoattack.json")))
      let golden = try JSONDecoder().decode(Golden.self, from: data)
      let result = try #require(golden.results.first { $0.model == "fashion-wong-kolter" })
      let reference = try #require(result.attacks["square"]).robust
      let pictures = try openDataset(at: SharedFolder.path("data/fashion-mnist"), split: .test)
      let samples = try reference.indices.map { try pictures.sample(at: $0) }
      let model = try ProgramClassifier(
        Program.read(from: SharedFolder.path("models/\(result.model).pt2")))
      let images = Tensor(samples.map(\.picture))
      let labels = samples.map { $0.label ?? -1 }
      let predicted = try model.logits(of: images).argmax(along: 1).integers()
      let right = labels.indices.filter { labels[$0] == predicted[$0] }
      let key = RandomKey(seed: 0)
      let batch = AttackBatch(
        images.rows(right), toward: Goal(avoiding: Tensor(right.map { labels[$0] })),
        keys: right.map { key.part($0) })
      let threat = ThreatModel(
        try PerturbationBudget(.linf, epsilon: result.eps), pixels: .float)
      let points = try SquareAttack(queries: 1000)
        .perturbed(batch, on: ModelOracle(model), within: threat)
      let reached = batch.goal.isReached(by: try model.logits(of: points)).truths()
      let robust = reached.count { !$0 }
      #expect(robust <= reference.count { $0 } + reference.count / 50)
    }
  }
}
