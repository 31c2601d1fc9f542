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

/// What the authors' implementation of AutoAttack says of FAB-T on real models and real data.
struct FABReference: Decodable, CustomTestStringConvertible, Sendable {
  struct Run: Decodable, Sendable { let robust: [Bool] }

  let model: String
  let norm: String
  let eps: Double
  let n: Int
  let attacks: [String: Run]
  var testDescription: String { "\(model), \(norm)" }

  static let all: [FABReference] = {
    struct File: Decodable { let results: [FABReference] }
    let url = URL(filePath: SharedFolder.path("golden/autoattack.json"))
    guard let data = try? Data(contentsOf: url) else { return [] }
    do {
      return try JSONDecoder().decode(File.self, from: data).results
    } catch {
      fatalError("\(url.path): \(error)")
    }
  }()

  var budget: PerturbationBudget {
    get throws { try PerturbationBudget(norm == "L2" ? .l2 : .linf, epsilon: eps) }
  }

  var data: String {
    switch model.prefix(5) {
    case "mnist": "data/mnist"
    case "fashi": "data/fashion-mnist"
    default: "data/cifar-10-batches-bin"
    }
  }
}

extension EngineTests {
  @Suite(.releaseOnly, .needs("golden/autoattack.json"))
  struct FABReferenceTests {
    /// A part of the samples in debug builds, so that a run takes seconds.
    #if DEBUG
    private static let part = 8
    #else
    private static let part = 1
    #endif

    @Test func thereIsSomethingToCompare() { #expect(FABReference.all.count == 4) }

    @Test(.needs("models"), .needs("data"), arguments: FABReference.all)
    func agreesWithTheReference(reference: FABReference) throws {
      let expected = try #require(reference.attacks["fab-t"]).robust
      let model = try ProgramClassifier(
        Program.read(from: SharedFolder.path("models/\(reference.model).pt2")))
      let dataset = try openDataset(at: SharedFolder.path(reference.data))
      let count = reference.n / Self.part
      let samples = try (0..<count).map { try dataset.sample(at: $0) }
      let images = Tensor(samples.map(\.picture))
      let labels = Tensor(samples.map { $0.label ?? -1 })
      let right = (try model.logits(of: images).argmax(along: 1) .== labels).truths()
      let rows = right.indices.filter { right[$0] }
      let batch = AttackBatch(
        images.rows(rows), toward: Goal(avoiding: labels.rows(rows)),
        keys: rows.map { RandomKey(seed: 0).part($0) })
      let threat = ThreatModel(try reference.budget, pixels: .float)
      let points = try FAB().points(for: batch, on: model, within: threat)
      let reached = batch.goal.isReached(by: try model.logits(of: points)).truths()
      let allowed = threat.allows(points, around: batch.images)
      var robust = [Bool](repeating: false, count: count)
      for (index, row) in rows.enumerated() { robust[row] = !(reached[index] && allowed[index]) }
      let different = robust.indices.filter { robust[$0] != expected[$0] }
      #expect(
        different.count * 50 <= count,
        "\(different), \(robust.count { $0 }) robust of \(count)")
    }
  }
}
