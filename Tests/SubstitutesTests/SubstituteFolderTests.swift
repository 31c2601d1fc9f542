import Attacks
import Datasets
import Evaluation
import Foundation
import Oracles
import ProgramFormats
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests {
  /// What a folder remembers of a run, and what it believes.
  @Suite final class SubstituteFolderTests {
    let folder = SubstituteFolder(
      FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)

    deinit { try? FileManager.default.removeItem(atPath: folder.path) }

    private static func plan(rounds: Int) -> SubstitutePlan {
      SubstitutePlan(
        rounds: rounds, epochs: 2, batchSize: 16, rate: 0.05, weightDecay: 0, isWarm: true, seed: 3)
    }

    private func isThere(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: "\(folder.path)/\(name)")
    }

    /// Stopped in the round that the budget cuts, gone on with, and repeated, it says why it ended.
    @Test func aRoundThatTheBudgetCutStaysCut() throws {
      struct Crash: Error {}
      let plan = Self.plan(rounds: 3)
      for time in 0..<3 {
        let lock = try folder.prepare(for: Scene().setup(plan), replacing: false)
        defer { withExtendedLifetime(lock) {} }
        let scene = try Scene(limit: 50, journal: folder.path(of: .journal))
        let extraction = try Scene.extraction(plan, growing: NoiseAugmentation(), in: folder)
        do {
          let ending = try extraction.run(
            asking: scene.oracle, keeping: 7,
            reporting: { if time == 0, case .asking(3, _, _) = $0 { throw Crash() } })
          #expect(ending == .budget && time > 0)
          #expect(extraction.rounds.map(\.newPictures) == [8, 8, 16, 7])
          #expect(extraction.rounds.map(\.isCutShort) == [nil, nil, nil, true])
        } catch is Crash {
          #expect(time == 0)
        }
      }
    }

    /// Stopped in the round that the budget cuts, it asks all when the budget reaches for all.
    @Test func aGreaterBudgetMakesARoundWhole() throws {
      struct Crash: Error {}
      let plan = Self.plan(rounds: 2)
      for limit in [31, 33, 99] {
        let lock = try folder.prepare(for: Scene().setup(plan), replacing: false)
        defer { withExtendedLifetime(lock) {} }
        let scene = try Scene(limit: limit, journal: folder.path(of: .journal))
        let extraction = try Scene.extraction(plan, growing: NoiseAugmentation(), in: folder)
        do {
          let ending = try extraction.run(
            asking: scene.oracle,
            reporting: { if limit < 99, case .asking(2, _, _) = $0 { throw Crash() } })
          #expect(ending == .planned && limit == 99)
          #expect(extraction.rounds.map(\.newPictures) == [8, 8, 16])
          #expect(extraction.rounds.allSatisfy { $0.isCutShort == nil })
          #expect(isThere("rounds/round-02-16.png") && !isThere("rounds/round-02-11-cut.png"))
        } catch is Crash {
          #expect(limit < 99 && isThere("rounds/round-02-11-cut.png"))
        }
      }
    }

    /// Counts that do not add up are damage, and no reason to crash.
    @Test func picturesOfRoundsAddUp() throws {
      let plan = Self.plan(rounds: 1)
      try folder.prepare(for: Scene().setup(plan), replacing: false)
      _ = try Scene.extraction(plan, in: folder).run(asking: Scene().oracle)
      let rounds = try folder.rounds()
      #expect(rounds.count == 2)
      for (round, pictures) in [(0, 9), (1, rounds[1].pictures + 1), (1, .max), (1, .min)] {
        var damaged = rounds
        damaged[round].pictures = pictures
        try JSONEncoder().encode(damaged).write(to: URL(filePath: folder.path(of: .rounds)))
        #expect(
          throws: SubstituteError.damaged(
            folder.path(of: .rounds), "its rounds do not fit together")
        ) { try Scene.extraction(plan, in: folder) }
      }
    }

    @Test func whatDoesNotSayWhatItIsCanBeReplaced() throws {
      let setup = try Scene().setup(Self.plan(rounds: 1))
      func fill() throws {
        try folder.prepare(for: setup, replacing: false)
        try folder.write("{}", as: .results)
        try folder.write("<p>", as: .page)
        try folder.makeFoldersOfFooled(count: 1)
        try Data("[]".utf8).write(to: URL(filePath: folder.path(of: .rounds)))
      }
      let record = URL(filePath: folder.path(of: .setup))
      for isGone in [false, true] {
        try fill()
        if isGone {
          try FileManager.default.removeItem(at: record)
          #expect(throws: SubstituteError.occupied(folder.path)) {
            try folder.prepare(for: setup, replacing: false)
          }
        } else {
          try Data("{".utf8).write(to: record)
          #expect(throws: SubstituteError.damaged(record.path, "it does not say what the run is")) {
            try folder.prepare(for: setup, replacing: false)
          }
        }
        try folder.prepare(for: setup, replacing: true)
        #expect(try folder.recordedSetup() == setup)
        for name in ["results.json", "report.html", "fooled", "rounds.json"] {
          #expect(!isThere(name), "\(name)")
        }
      }
    }

    /// Other commands make files of the same names.
    @Test func productsAloneAreNotOurs() throws {
      let setup = try Scene().setup(Self.plan(rounds: 1))
      try FileManager.default.createDirectory(
        atPath: folder.path, withIntermediateDirectories: true)
      try folder.write("{}", as: .results)
      for replaces in [false, true] {
        #expect(throws: SubstituteError.occupied(folder.path)) {
          try folder.prepare(for: setup, replacing: replaces)
        }
      }
      #expect(isThere("results.json"))
    }

    /// A run that is done, with an attack, a control, and one of which the service was shown nothing.
    private func finish(
      _ setup: SubstituteSetup, showing trials: [TransferTrial]
    ) throws -> SubstituteResults {
      let scene = try Scene()
      var stage = TransferStage(before: scene.oracle)
      try stage.look(
        at: Scene.pictures(6, seed: 21).enumerated().map {
          LabelledPicture(picture: $1, label: nil, name: "\($0)")
        })
      let transfers = try trials.compactMap { trial in
        let outcomes = try stage.transfer(trial, on: Scene.model())
        return SubstituteResults.Transfer(
          outcomes, of: trial, labels: outcomes.map { stage.originals[$0.picture].label },
          isCutShort: false)
      }
      let results = SubstituteResults(
        setup: setup, ending: .planned, rounds: [], mostFrequent: nil,
        pictures: .init(from: "drawn", stage.originals), transfers: transfers,
        queries: scene.oracle.statistics.asked, budget: nil, cost: nil,
        pattern: scene.oracle.pattern)
      try folder.write(
        String(decoding: try JSONEncoder().encode(results), as: UTF8.self), as: .results)
      return results
    }

    /// Only attacks that look at the models ask anew, only when these are others, and only once.
    @Test func attacksOnOtherModelsNeedNewQueries() throws {
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "60/255"), pixels: .eightBit)
      let trials = try [
        TransferTrial(FGSM(), within: threat), TransferTrial(RandomSignNoise(), within: threat),
      ]
      var setup = try Scene().setup(Self.plan(rounds: 1))
      setup.attacks = trials.map(SubstituteSetup.PlannedAttack.init)
      var other = setup
      other.ensemble = .init([.init(source: "mlp-9")], averaging: .logits)
      try folder.prepare(for: setup, replacing: false)
      #expect(try folder.queriesForOtherModels(of: other, attacking: 6) == 0)
      let cut = try finish(setup, showing: [trials[1]])
      #expect(cut.unshown.map(\.title) == ["FGSM"] && cut.isBeyondBudget(cut.unshown[0]))
      #expect(try folder.queriesForOtherModels(of: other, attacking: 6) == 0)
      #expect(try finish(setup, showing: trials).unshown.isEmpty)
      #expect(try folder.queriesForOtherModels(of: other, attacking: 6) == 6)
      #expect(try folder.queriesForOtherModels(of: other, attacking: 4) == 4)
      #expect(try folder.queriesForOtherModels(of: setup, attacking: 6) == 0)
      // It goes on with these.
      try folder.prepare(for: other, replacing: false)
      #expect(try folder.queriesForOtherModels(of: other, attacking: 6) == 0)
    }
  }
}
