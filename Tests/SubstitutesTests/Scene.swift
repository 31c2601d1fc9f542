import Attacks
import Datasets
import Evaluation
import Foundation
import Imaging
import OracleTestKit
import Oracles
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

/// A service that is a linear model of random weights, pictures, and what learns from it.
struct Scene {
  static let side = 4
  static let classCount = 3
  static let task = ClassificationTask(
    channels: 1, height: side, width: side, classCount: classCount)

  let service: CountingService
  let oracle: BudgetedOracle

  init(limit: Int? = nil, journal path: String? = nil) throws {
    service = CountingService(LocalOracle(try Self.model(), named: "linear", labelsOnly: true))
    oracle = try BudgetedOracle(
      service, budget: QueryBudget(limit: limit),
      journal: QueryJournal(continuing: path, with: QuerySetup(of: service)))
  }

  /// What the service is.
  static func model() throws -> ProgramClassifier {
    let weights = Tensor.normal(
      [classCount * side * side], standardDeviation: 1,
      using: RandomKey(seed: 12).makeGenerator()
    ).floats()
    return try ProgramClassifier(
      .softmaxRegression(
        weight: weights, bias: [0, 0, 0], channels: 1, height: side, width: side))
  }

  static func pictures(_ count: Int, seed: UInt64 = 1) -> [Picture] {
    (0..<count).map { number in
      let samples = Tensor.uniform(
        [side * side], in: 0...255,
        using: RandomKey(seed: seed).part(number).makeGenerator()
      ).floats()
      return Picture(
        width: side, height: side, channels: 1, samples: samples.map { UInt8(min(255, $0)) })
    }
  }

  static func program(seed: UInt64 = 5) throws -> Program {
    var numbers = RandomKey(seed: seed).makeNumbers()
    return try SoftmaxRegression().program(for: task, using: &numbers)
  }

  static func extraction(
    _ plan: SubstitutePlan, growing growth: any QueryGrowth = JacobianAugmentation(steps: 40),
    seeds: Int = 8, heldOut: Int = 4, in folder: SubstituteFolder? = nil
  ) throws -> SubstituteExtraction {
    let all = pictures(seeds + heldOut)
    return try SubstituteExtraction(
      by: plan, growing: growth, from: Array(all.prefix(seeds)),
      heldOut: Array(all.suffix(heldOut)), beginningAs: program(), in: folder)
  }

  func setup(_ plan: SubstitutePlan, growth: String = "jacobian") -> SubstituteSetup {
    SubstituteSetup(
      version: "test", engineVersion: "test", service: QuerySetup(of: service),
      model: .init(source: "softmax"),
      seeds: .init(path: "drawn", split: "test", count: 8, heldOut: 4, sha256: "00"),
      growth: growth, plan: plan)
  }
}
