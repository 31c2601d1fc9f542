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

/// What the official AutoAttack says of each sample.
struct AutoAttackReference: Decodable, CustomTestStringConvertible, Sendable {
  struct Part: Decodable {
    let robust: [Bool]
  }

  let model: String
  let norm: String
  let eps: Double
  let n: Int
  let attacks: [String: Part]
  var testDescription: String { "\(model), \(norm) \(eps), \(n) pictures" }

  static let all: [AutoAttackReference] = {
    struct File: Decodable {
      let results: [AutoAttackReference]
    }
    let url = SharedFolder.url.appending(path: "golden/autoattack.json")
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    do {
      return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).results
    } catch {
      fatalError("\(url.path): \(error)")
    }
  }()

  private var data: String {
    switch model.prefix(5) {
    case "mnist": "mnist"
    case "cifar": "cifar-10-batches-bin"
    default: "fashion-mnist"
    }
  }

  /// For each of the first pictures whether the attack leaves it right, in real numbers.
  func robustness(ofFirst n: Int, under attack: APGD) throws -> [Bool] {
    let model = try ProgramClassifier(Program.read(from: SharedFolder.path("models/\(model).pt2")))
    let dataset = try openDataset(at: SharedFolder.path("data/\(data)"), split: .test)
    let samples = try (0..<n).map { try dataset.sample(at: $0) }
    let images = Tensor(samples.map(\.picture))
    let goal = Goal(avoiding: Tensor(samples.map { $0.label ?? -1 }))
    let wrong = goal.isReached(by: try model.logits(of: images)).truths()
    let right = wrong.indices.filter { !wrong[$0] }
    let key = RandomKey(seed: 0)
    let batch = AttackBatch(images, toward: goal, keys: samples.indices.map { key.part($0) })
      .rows(right)
    let budget = try PerturbationBudget(norm == "Linf" ? .linf : .l2, epsilon: eps)
    let threat = ThreatModel(budget, pixels: .float)
    let points = try attack.perturbed(batch, on: model, within: threat)
    #expect(threat.allows(points, around: batch.images).allSatisfy { $0 })
    let broken = batch.goal.isReached(by: try model.logits(of: points)).truths()
    var robust = wrong.map { _ in false }
    for (row, index) in right.enumerated() { robust[index] = !broken[row] }
    return robust
  }
}

extension EngineTests {
  /// The same samples stay robust as under the official implementation, but for one in fifty.
  ///
  /// Attacks with nine targets take long, so they see the first 40 pictures only.
  @Suite(.releaseOnly, .needs("golden/autoattack.json"), .needs("models"), .needs("data"))
  struct APGDReferenceTests {
    @Test func thereIsSomethingToCompare() { #expect(AutoAttackReference.all.count == 4) }

    @Test(arguments: AutoAttackReference.all)
    func crossEntropy(reference: AutoAttackReference) throws {
      try compare(APGD(), with: "apgd-ce", first: reference.n, of: reference)
    }

    @Test(arguments: AutoAttackReference.all)
    func targetedDLR(reference: AutoAttackReference) throws {
      try compare(APGD(loss: .targetedDLR), with: "apgd-t", first: 40, of: reference)
    }

    private func compare(
      _ attack: APGD, with name: String, first count: Int, of reference: AutoAttackReference
    ) throws {
      let expected = try #require(reference.attacks[name]).robust
      let robust = try reference.robustness(ofFirst: count, under: attack)
      let differing = robust.indices.filter { robust[$0] != expected[$0] }
      #expect(differing.count <= (count + 49) / 50, "\(differing)")
    }
  }
}
