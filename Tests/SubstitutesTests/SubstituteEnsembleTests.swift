import Attacks
import Datasets
import Evaluation
import Foundation
import OracleTestKit
import Oracles
import ProgramFormats
import ProgramIR
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests {
  /// Models that learn from the answers that a substitute was given.
  @Suite final class SubstituteEnsembleTests {
    static let plan = SubstitutePlan(
      rounds: 2, epochs: 12, batchSize: 16, rate: 0.05, weightDecay: 0, seed: 3)
    let folder = SubstituteFolder(
      FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)

    deinit { try? FileManager.default.removeItem(atPath: folder.path) }

    /// A network with a hidden layer, and a linear model that begins as the substitute does not.
    static func starts() throws -> [SubstituteStart] {
      var numbers = RandomKey(seed: 8).makeNumbers()
      return [
        SubstituteStart(
          try MLP(hidden: [9]).program(for: Scene.task, using: &numbers),
          recorded: .init(source: "mlp-9")),
        SubstituteStart(try Scene.program(seed: 6), recorded: .init(source: "softmax")),
      ]
    }

    /// A run whose rounds are over, and its service.
    private func finished(
      _ plan: SubstitutePlan = plan, in folder: SubstituteFolder? = nil
    ) throws -> (extraction: SubstituteExtraction, service: CountingService) {
      let lock = try folder?.prepare(for: Scene().setup(plan), replacing: false)
      defer { withExtendedLifetime(lock) {} }
      let scene = try Scene(journal: folder?.path(of: .journal))
      let extraction = try Scene.extraction(plan, seeds: 20, heldOut: 40, in: folder)
      _ = try extraction.run(asking: scene.oracle)
      return (extraction, scene.service)
    }

    /// An ensemble of all models, and which of them learned for it.
    private func taught(
      _ extraction: SubstituteExtraction, _ starts: [SubstituteStart]? = nil
    ) throws -> (ensemble: SubstituteEnsemble, learned: [String]) {
      var learned: [String] = []
      let ensemble = try extraction.ensemble(
        with: starts ?? Self.starts(),
        reporting: {
          if case .learning(let model, 1, _) = $0 { learned.append(model.source) }
        })
      return (try #require(ensemble), learned)
    }

    private func weights(_ program: Program) -> [String: [Float]] {
      program.weights.compactMapValues(\.float32Elements)
    }

    @Test func membersLearnFromTheSameAnswersWithoutAQuery() throws {
      let (extraction, service) = try finished()
      let asked = service.sent
      let (ensemble, learned) = try taught(extraction)
      #expect(service.sent == asked && learned == ["mlp-9", "softmax"])
      let results = ensemble.results
      #expect(results.members.map(\.model.source) == ["mlp-9", "softmax"])
      for member in results.members {
        #expect(member.pictures == extraction.rounds[2].pictures)
        #expect(member.learned.value > 0.7 && member.agreement?.value ?? 0 > 0.5)
      }
      #expect(results.agreement?.total == 40 && results.learned.value > 0.7)
      // What it says of itself is true of what attacks see.
      let fresh = Tensor(Scene.pictures(200, seed: 77))
      let said = try ModelOracle(ensemble.classifier).labels(of: fresh).integers()
      let answers = try Scene().oracle.labels(of: fresh).integers()
      #expect(zip(said, answers).count { $0 == $1 } > 120)
      let alone = try extraction.classifier.logits(of: fresh).floats()
      #expect(try ensemble.classifier.logits(of: fresh).floats() != alone)
    }

    /// A member that begins as the substitute did ends as the last of its rounds did.
    @Test func aMemberLearnsAsTheSubstituteDoes() throws {
      let (extraction, _) = try finished(in: folder)
      let twin = SubstituteStart(try Scene.program(), recorded: .init(source: "twin"))
      _ = try taught(extraction, [twin])
      #expect(try weights(folder.weights(ofMember: 0)) == weights(extraction.program))
    }

    @Test func goesOnWhereItStopped() throws {
      let whole = try taught(finished().extraction).ensemble.results
      var isSecond = false
      let stopped = try finished(in: folder).extraction.ensemble(
        with: Self.starts(), stopping: { isSecond },
        reporting: {
          if case .learning(let model, _, _) = $0 { isSecond = model.source == "softmax" }
        })
      #expect(stopped == nil && isSecond)
      for expected in [["softmax"], []] {
        let (ensemble, learned) = try taught(finished(in: folder).extraction)
        #expect(learned == expected)
        #expect(ensemble.results.agreement == whole.agreement)
        #expect(ensemble.results.members.map(\.learned) == whole.members.map(\.learned))
      }
      // In another order both are others.
      let turned = try taught(finished(in: folder).extraction, Self.starts().reversed())
      #expect(turned.learned == ["softmax", "mlp-9"])
    }

    @Test func moreAnswersAreLearnedFromAnew() throws {
      let first = try taught(finished(in: folder).extraction).ensemble.results
      var longer = Self.plan
      longer.rounds = 3
      let (ensemble, learned) = try taught(finished(longer, in: folder).extraction)
      #expect(learned == ["mlp-9", "softmax"])
      #expect(ensemble.results.members[0].pictures > first.members[0].pictures)
    }

    @Test func aSmallerEnsembleLeavesNoModelBehind() throws {
      _ = try taught(finished(in: folder).extraction)
      let first = Array(try Self.starts().prefix(1))
      #expect(try taught(finished(in: folder).extraction, first).learned == [])
      let files = FileManager.default
      #expect(files.fileExists(atPath: folder.weightsPath(ofMember: 0)))
      #expect(!files.fileExists(atPath: folder.weightsPath(ofMember: 1)))
      #expect(try folder.member(1) == nil)
    }

    @Test func otherWeightsAreNotTaken() throws {
      _ = try taught(finished(in: folder).extraction)
      try Scene.program(seed: 99).write(to: folder.weightsPath(ofMember: 1))
      #expect(
        throws: SubstituteError.damaged(
          folder.weightsPath(ofMember: 1), "it is not the model that had learned")
      ) { try taught(finished(in: folder).extraction) }
      try Data("{}".utf8).write(to: URL(filePath: folder.path + "/ensemble/1.json"))
      #expect(throws: SubstituteError.self) { try taught(finished(in: folder).extraction) }
    }

    @Test func modelsForOtherPicturesAreRefused() throws {
      var numbers = RandomKey(seed: 8).makeNumbers()
      let task = ClassificationTask(channels: 1, height: 4, width: 4, classCount: 5)
      let start = SubstituteStart(
        try SoftmaxRegression().program(for: task, using: &numbers),
        recorded: .init(source: "softmax"))
      #expect(throws: EngineError.self) { try taught(finished(in: folder).extraction, [start]) }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/ensemble"))
    }

    /// The rounds of a run do not depend on its ensemble, and a run that is replaced leaves none behind.
    @Test func theFolderKnowsTheEnsemble() throws {
      var setup = try Scene().setup(Self.plan)
      _ = try taught(finished(in: folder).extraction)
      for fusion in ClassifierEnsemble.Fusion.allCases {
        setup.ensemble = .init(try Self.starts().map(\.recorded), averaging: fusion)
        try folder.prepare(for: setup, replacing: false)
        #expect(try folder.recordedSetup()?.ensemble == setup.ensemble)
      }
      #expect(FileManager.default.fileExists(atPath: folder.path + "/ensemble/2.pt2"))
      // What no longer says what it is may be replaced, and nothing goes on from it.
      try FileManager.default.removeItem(atPath: folder.path(of: .setup))
      #expect(throws: SubstituteError.occupied(folder.path)) {
        try folder.prepare(for: setup, replacing: false)
      }
      try folder.prepare(for: setup, replacing: true)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/ensemble"))
    }
  }
}
