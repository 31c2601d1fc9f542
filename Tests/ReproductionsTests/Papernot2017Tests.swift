import Datasets
import Evaluation
import Foundation
import Imaging
import OracleTestKit
import Oracles
import ProgramFormats
import ProgramIR
import ProgramRuntime
import Substitutes
import TensorModule
import TestKit
import Testing
import ThreatModels
import Training

@testable import Reproductions

extension EngineTests {
  /// A tiny repetition from start to finish.
  @Suite struct Papernot2017Tests {
    /// Three classes of grey pictures: a bright third of the rows tells the class.
    private static func sample(_ number: Int, seed: UInt64) -> LabelledPicture {
      let label = number % 3
      let noise = Tensor.uniform(
        [81], in: 0...90, using: RandomKey(seed: seed).part("noise").part(number).makeGenerator()
      ).floats()
      let samples = noise.enumerated().map { place, level in
        UInt8(level) + (place / 27 == label ? 90 : 0)
      }
      return LabelledPicture(
        picture: Picture(width: 9, height: 9, channels: 1, samples: samples), label: label,
        name: "\(number)")
    }

    private static var plan: Papernot2017Plan {
      var plan = Papernot2017Plan.quick
      (plan.oracle, plan.substitute) = ("mlp-12", "mlp-12")
      (plan.oracleEpochs, plan.epochs) = (60, 2)
      (plan.seedCount, plan.linearSeedCount) = (12, 6)
      (plan.budget, plan.linearBudget, plan.measuredCount) = (60, 20, 30)
      (plan.reservoirAfter, plan.reservoirSize) = (1, 5)
      return plan
    }

    private static func data(_ plan: Papernot2017Plan) throws -> Papernot2017Data {
      let training = try PictureSet(
        count: 120, shape: ImageShape(channels: 1, height: 9, width: 9), classCount: 3
      ) { sample($0, seed: 1) }
      return try Papernot2017Data(
        training: training, test: (0..<90).map { sample($0, seed: 2) },
        source: .init(path: "drawn", split: "training", count: 120, sha256: "0"), classCount: 3,
        for: plan)
    }

    /// The services that the repetition asked through.
    private final class Services {
      var all: [CountingService] = []

      /// How many queries they were asked together.
      var asked: Int { all.reduce(0) { $0 + $1.sent.count } }
    }

    private static func run(
      _ plan: Papernot2017Plan, in folder: URL, _ services: Services,
      stopping isStopWanted: () -> Bool = { false },
      reporting report: (Papernot2017Reproduction.Progress) throws -> Void = { _ in }
    ) throws -> Papernot2017Results? {
      try Papernot2017Reproduction(plan, on: data(plan), in: folder.path, version: "test").run(
        askingThrough: { path in
          let model = try ProgramClassifier(Program.read(from: path))
          let service = CountingService(LocalOracle(model, named: "drawn", labelsOnly: true))
          services.all.append(service)
          return service
        }, stopping: isStopWanted, reporting: report)
    }

    @Test func buildsAllSubstitutesWithinTheBudgetAndGoesOnWhereItStopped() throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: folder) }
      let services = Services()
      // A stop in the middle of the third substitute.
      var isStopWanted = false
      let unfinished = try Self.run(
        Self.plan, in: folder, services, stopping: { isStopWanted },
        reporting: { progress in
          guard case .building(.reservoir, _, let step) = progress,
            case .finished(let round) = step
          else { return }
          isStopWanted = round.round == 2
        })
      #expect(unfinished == nil && isStopWanted)
      let askedBefore = services.asked
      var built: Set<Papernot2017Arm> = []
      let results = try #require(
        try Self.run(
          Self.plan, in: folder, services,
          reporting: { if case .building(let arm, _, _) = $0 { built.insert(arm) } }))
      // The first two are there, and the third pays only for what is new.
      #expect(built == [.reservoir, .noise, .pictures, .linear])
      #expect(results.substitutes.map(\.arm) == Papernot2017Arm.allCases)
      for substitute in results.substitutes {
        let last = try #require(substitute.rounds.last)
        #expect(last.asked <= (substitute.arm.isLinear ? 20 : 60))
        #expect(substitute.fgsm.count == 4 && last.agreement.total == 30)
      }
      let paid = results.substitutes.reduce(0) { $0 + ($1.rounds.last?.asked ?? 0) }
      #expect(services.asked == paid && askedBefore < paid)
      #expect(results.oracleAccuracy.value > 0.9)
      // Pictures of the pool are not asked about twice: 60 − 30 − 12 are there at most.
      let natural = try #require(results.substitutes.first { $0.arm == .pictures }?.rounds.last)
      #expect(natural.asked == 12 + 48)
      let arms = results.arms
      #expect(arms.map(\.arm) == Papernot2017Arm.allCases && arms[0].agreement.count == 1)
      // Once more: nothing is built, nothing is asked.
      let again = try Self.run(
        Self.plan, in: folder, services, reporting: { _ in Issue.record("built again") })
      #expect(again?.substitutes == results.substitutes && services.asked == paid)
    }

    /// A glimpse compares something: what tells the ways apart happens within its budget.
    @Test func theQuickPlanReachesTheTurnAndTheReservoir() {
      let plan = Papernot2017Plan.quick
      #expect(plan.seedCount << plan.period < plan.budget)
      #expect(plan.seedCount << plan.reservoirAfter < plan.budget)
      #expect((plan.seedCount << plan.reservoirAfter) + plan.reservoirSize <= plan.budget)
    }

    @Test func smallDataSetsAreShownMoreOften() {
      #expect(Papernot2017Plan.oracleEpochs(forTrainingPictures: 60_000) == 1)
      #expect(Papernot2017Plan.oracleEpochs(forTrainingPictures: 5_160) == 29)
      #expect(Papernot2017Plan.oracleEpochs(forTrainingPictures: 1_000_000) == 1)
    }

    @Test func tooFewPicturesAreRefused() throws {
      var plan = Self.plan
      plan.measuredCount = 80
      #expect(throws: TrainingError.self) { try Self.data(plan) }
    }
  }
}
