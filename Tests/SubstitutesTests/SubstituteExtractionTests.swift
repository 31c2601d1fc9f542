import Attacks
import Datasets
import Evaluation
import Foundation
import Imaging
import OracleTestKit
import Oracles
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests {
  /// A linear substitute of a linear service.
  @Suite struct SubstituteExtractionTests {
    private static let plan = SubstitutePlan(
      rounds: 4, epochs: 12, batchSize: 16, rate: 0.05, weightDecay: 0, isWarm: true, seed: 3)

    @Test func theSubstituteComesToAgree() throws {
      let scene = try Scene()
      let extraction = try Scene.extraction(Self.plan, seeds: 20, heldOut: 60)
      #expect(try extraction.run(asking: scene.oracle) == .planned)
      let rounds = extraction.rounds
      #expect(rounds.map(\.round) == [0, 1, 2, 3, 4])
      #expect(zip(rounds.map(\.pictures), [20, 40, 80, 160, 320]).allSatisfy { $0 <= $1 })
      // Nothing was asked twice, not even by two rounds.
      #expect(rounds[4].asked == scene.service.sent.count)
      #expect(rounds[4].asked == rounds[4].pictures + 60)
      let agreement = rounds.compactMap(\.agreement?.value)
      #expect(agreement[4] > 0.8 && agreement[4] > agreement[0])
      // What it says of itself is true: fresh pictures are agreed on as well.
      let fresh = Tensor(Scene.pictures(300, seed: 77))
      let said = try ModelOracle(extraction.classifier).labels(of: fresh).integers()
      let answers = try Scene().oracle.labels(of: fresh).integers()
      #expect(zip(said, answers).count { $0 == $1 } > 240)
    }

    @Test func aSubstituteThatLearnsFromNoiseAgreesLess() throws {
      func agreement(_ growth: any QueryGrowth) throws -> Double {
        let extraction = try Scene.extraction(Self.plan, growing: growth, seeds: 6, heldOut: 300)
        _ = try extraction.run(asking: Scene().oracle)
        return extraction.rounds[4].agreement?.value ?? 0
      }
      #expect(
        try agreement(JacobianAugmentation(steps: 60, period: 2))
          > agreement(NoiseAugmentation(steps: 1)))
    }

    /// With the same pictures, a round that goes on from the last one has learned twice as long.
    @Test func eachRoundBeginsAnewUnlessItIsWarm() throws {
      var plan = Self.plan
      (plan.rounds, plan.isWarm) = (1, false)
      let cold = try Scene.extraction(plan)
      _ = try cold.run(asking: Scene().oracle)
      plan.isWarm = true
      let warm = try Scene.extraction(plan)
      _ = try warm.run(asking: Scene().oracle)
      #expect(cold.rounds[0].learned == warm.rounds[0].learned)
      #expect(
        warm.program.weights.compactMapValues(\.float32Elements)
          != cold.program.weights.compactMapValues(\.float32Elements))
    }

    /// What is held out comes back neither from a pool nor from augmentation.
    @Test func nothingThatIsHeldOutIsLearnedFrom() throws {
      let heldOut = Scene.pictures(12).suffix(4)
      let extraction = try Scene.extraction(
        Self.plan, growing: NaturalPictures(count: 4) { heldOut[heldOut.startIndex + $0] })
      #expect(try extraction.run(asking: Scene().oracle) == .pictures)
      #expect(extraction.rounds.count == 1)
    }

    @Test func theBudgetIsKeptAndLeavesRoomForTheAttacks() throws {
      let scene = try Scene(limit: 50)
      let extraction = try Scene.extraction(Self.plan, growing: NoiseAugmentation())
      #expect(try extraction.run(asking: scene.oracle, keeping: 7) == .budget)
      // 43 without the four that are held out: 8 seeds, 8, 16, and 7 of 32.
      #expect(extraction.rounds.map(\.newPictures) == [8, 8, 16, 7])
      #expect(scene.oracle.queriesLeft == 7 && scene.service.sent.count == 43)
      #expect(throws: SubstituteError.budget(needed: 12, left: 11)) {
        try Scene.extraction(Self.plan).run(asking: Scene(limit: 20).oracle, keeping: 9)
      }
    }

    @Test func reservoirSamplingKeepsTheQuestionsEven() throws {
      var plan = Self.plan
      plan.reservoir = ReservoirSampling(after: 1, size: 5)
      let extraction = try Scene.extraction(plan, growing: NoiseAugmentation())
      _ = try extraction.run(asking: Scene().oracle)
      #expect(extraction.rounds.map(\.newPictures) == [8, 8, 5, 5, 5])
    }

    @Test func agreementAndPatienceEndIt() throws {
      var plan = Self.plan
      plan.enoughAgreement = 0
      let content = try Scene.extraction(plan)
      #expect(try content.run(asking: Scene().oracle) == .agreement)
      #expect(content.rounds.count == 1)
      plan.enoughAgreement = nil
      plan.patience = 1
      plan.rate = 1e-9
      let idle = try Scene.extraction(plan)
      #expect(try idle.run(asking: Scene().oracle) == .patience)
      #expect(idle.rounds.count == 2)
    }

    @Test func thePoolEnds() throws {
      let pool = Scene.pictures(12, seed: 1005)
      let extraction = try Scene.extraction(
        Self.plan, growing: NaturalPictures(count: 12) { pool[$0] })
      #expect(try extraction.run(asking: Scene().oracle) == .pictures)
      #expect(extraction.rounds.map(\.newPictures) == [8, 8, 4])
    }

    /// A pool in which every picture stands three times, one after the other, is used up to its end.
    @Test func picturesThatComeAgainDoNotEndThePool() throws {
      let pictures = Scene.pictures(20, seed: 1005)
      let extraction = try Scene.extraction(
        Self.plan, growing: NaturalPictures(count: 60) { pictures[$0 / 3] })
      #expect(try extraction.run(asking: Scene().oracle) == .pictures)
      #expect(extraction.rounds.map(\.newPictures) == [8, 8, 12])
    }

    /// Stopped at every possible place in turn, a run asks nothing twice and ends with the same bits.
    @Test func goesOnWhereItStopped() throws {
      var plan = Self.plan
      (plan.rounds, plan.epochs) = (2, 2)
      let straight = try Scene.extraction(plan)
      let scene = try Scene()
      _ = try straight.run(asking: scene.oracle)
      let expected = scene.service.sent

      let place = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: place) }
      let folder = SubstituteFolder(place.path)
      try folder.prepare(for: scene.setup(plan), replacing: false)
      var sent: [[UInt8]] = []
      var stops = 0
      for stop in 0..<60 {
        let scene = try Scene(journal: folder.path(of: .journal))
        let extraction = try Scene.extraction(plan, in: folder)
        struct Crash: Error {}
        var events = 0
        do {
          let ending = try extraction.run(
            asking: scene.oracle,
            reporting: { _ in
              events += 1
              // Each time one step further than the time before.
              if events > stop { throw Crash() }
            })
          sent += scene.service.sent
          #expect(ending == .planned)
          #expect(weights(of: extraction.program) == weights(of: straight.program))
          #expect(extraction.rounds.map(\.agreement) == straight.rounds.map(\.agreement))
          break
        } catch is Crash {
          sent += scene.service.sent
          stops += 1
        }
      }
      #expect(stops > 5)
      #expect(sent.count == Set(sent).count && Set(sent) == Set(expected))
      #expect(FileManager.default.fileExists(atPath: folder.path(of: .model)))
    }

    private func weights(of program: Program) -> [String: [Float]] {
      program.weights.compactMapValues(\.float32Elements)
    }

    @Test func aFolderOfAnotherRunIsRefused() throws {
      let place = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: place) }
      let folder = SubstituteFolder(place.path)
      let scene = try Scene()
      try folder.prepare(for: scene.setup(Self.plan), replacing: false)
      var longer = Self.plan
      longer.rounds = 9
      try folder.prepare(for: scene.setup(longer), replacing: false)
      longer.epochs = 99
      #expect {
        try folder.prepare(for: scene.setup(longer), replacing: false)
      } throws: { error in
        guard case SubstituteError.otherSetup(_, let differences) = error else { return false }
        return differences == ["epochs: 12 then, 99 now"]
      }
      try folder.prepare(for: scene.setup(longer), replacing: true)
      let foreign = place.appending(path: "foreign")
      try FileManager.default.createDirectory(at: foreign, withIntermediateDirectories: true)
      try Data("x".utf8).write(to: foreign.appending(path: "diary.txt"))
      #expect(throws: SubstituteError.occupied(foreign.path)) {
        try SubstituteFolder(foreign.path).prepare(for: scene.setup(longer), replacing: true)
      }
    }

    /// A journal with other answers in it leaves less for learning, and what is kept back stays.
    @Test func whatOthersAskedIsNotSpentAgain() throws {
      let place = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: place) }
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let journal = place.appending(path: "queries.sqlite").path
      do {
        let others = try Scene(limit: 30, journal: journal)
        _ = try others.oracle.labels(of: Tensor(Scene.pictures(30, seed: 4000)))
      }
      do {
        let scene = try Scene(limit: 60, journal: journal)
        let extraction = try Scene.extraction(Self.plan, growing: NoiseAugmentation())
        #expect(try extraction.run(asking: scene.oracle, keeping: 10) == .budget)
        // 60 less 30 of others and 10 kept back are 20: 4 held out, 8 seeds, 8 more.
        #expect(extraction.rounds.map(\.newPictures) == [8, 8])
        #expect(scene.oracle.queriesLeft == 10 && scene.service.sent.count == 20)
      }
      // Again it asks the same, which costs nothing, though nothing is left.
      let scene = try Scene(limit: 60, journal: journal)
      let again = try Scene.extraction(Self.plan, growing: NoiseAugmentation())
      _ = try again.run(asking: scene.oracle, keeping: 10)
      #expect(scene.service.sent.isEmpty && scene.oracle.queriesLeft == 10)
    }

    @Test func twoProcessesDoNotShareAFolder() throws {
      let place = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: place) }
      let folder = SubstituteFolder(place.path)
      let scene = try Scene()
      let lock = try folder.prepare(for: scene.setup(Self.plan), replacing: false)
      let kept = try Data(contentsOf: place.appending(path: "substitute.json"))
      var other = Self.plan
      other.epochs = 99
      for replaces in [false, true] {
        #expect(throws: SubstituteError.inUse(place.path)) {
          try folder.prepare(for: scene.setup(other), replacing: replaces)
        }
      }
      #expect(try Data(contentsOf: place.appending(path: "substitute.json")) == kept)
      withExtendedLifetime(lock) {}
    }

    @Test func damagedFilesAreSaidSo() throws {
      let place = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: place) }
      let folder = SubstituteFolder(place.path)
      let scene = try Scene()
      var plan = Self.plan
      plan.rounds = 1
      try folder.prepare(for: scene.setup(plan), replacing: false)
      _ = try Scene.extraction(plan, in: folder).run(asking: scene.oracle)
      let sheet = place.appending(path: "rounds/round-01-8.png")
      let good = try Data(contentsOf: sheet)
      try good.prefix(40).write(to: sheet)
      plan.rounds = 2
      #expect(throws: SubstituteError.self) {
        try Scene.extraction(plan, in: folder).run(asking: scene.oracle)
      }
      try good.write(to: sheet)
      // Weights of another network, and counts that cannot be.
      let weights = place.appending(path: "rounds/round-01.pt2")
      let kept = try Data(contentsOf: weights)
      try Scene.program(seed: 77).write(to: weights.path)
      #expect(throws: SubstituteError.self) {
        try Scene.extraction(plan, in: folder).run(asking: scene.oracle)
      }
      try kept.write(to: weights)
      let rounds = place.appending(path: "rounds.json")
      let records = try String(contentsOf: rounds, encoding: .utf8)
      try records.replacing("\"newPictures\" : 8", with: "\"newPictures\" : -5")
        .write(to: rounds, atomically: true, encoding: .utf8)
      #expect(throws: SubstituteError.self) { try Scene.extraction(plan, in: folder) }
      try records.write(to: rounds, atomically: true, encoding: .utf8)
      try Data("[]".utf8).write(to: place.appending(path: "rounds/round-01.pt2"))
      #expect(throws: SubstituteError.self) { try Scene.extraction(plan, in: folder) }
    }
  }
}
