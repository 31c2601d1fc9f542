import Attacks
import Datasets
import Evaluation
import Foundation
import Imaging
import Oracles
import ProgramFormats
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests {
  /// A finished run, and what is found when it is changed in one place.
  @Suite final class SubstituteVerificationTests {
    let folder = SubstituteFolder(
      FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
    let results: SubstituteResults
    /// The attack, the attempt and the picture of one success.
    let success: (transfer: Int, attempt: Int, look: Int)

    init() throws {
      let plan = SubstitutePlan(
        rounds: 2, epochs: 12, batchSize: 16, rate: 0.05, weightDecay: 0, isWarm: true, seed: 3)
      let scene = try Scene(journal: nil)
      var setup = scene.setup(plan)
      setup.seeds.heldOut = 10
      let attacks = try ["20/255", "70/255"].map {
        try TransferTrial(
          FGSM(), within: ThreatModel(PerturbationBudget(.linf, epsilon: $0)), seed: plan.seed)
      }
      setup.attacks = attacks.map(SubstituteSetup.PlannedAttack.init)
      let lock = try folder.prepare(for: setup, replacing: false)
      withExtendedLifetime(lock) {}
      let asked = try Scene(journal: folder.path(of: .journal))
      let extraction = try Scene.extraction(plan, heldOut: 10, in: folder)
      let ending = try extraction.run(asking: asked.oracle)
      var stage = TransferStage(before: asked.oracle)
      try stage.look(
        at: Scene.pictures(12, seed: 90).enumerated().map {
          LabelledPicture(picture: $1, label: $0 == 0 ? 2 : nil, name: "p\($0)")
        })
      var transfers: [SubstituteResults.Transfer] = []
      try folder.makeFoldersOfFooled(count: attacks.count)
      for (number, attack) in attacks.enumerated() {
        let outcomes = try stage.transfer(attack, on: extraction.classifier)
        transfers += [
          SubstituteResults.Transfer(
            outcomes, of: attack, labels: outcomes.map { stage.originals[$0.picture].label },
            isCutShort: false)
        ].compactMap(\.self)
        for outcome in outcomes where outcome.outcome == .newlyWrong {
          let sample = stage.originals[outcome.picture].sample
          let paths = folder.pathsOfFooled(sample.name, byAttack: number)
          try sample.picture.write(toPNG: paths.original)
          try outcome.point.write(toPNG: paths.adversarial)
        }
      }
      results = SubstituteResults(
        setup: setup, ending: ending, rounds: extraction.rounds,
        mostFrequent: extraction.mostFrequent, pictures: .init(from: "drawn", stage.originals),
        transfers: transfers, queries: asked.oracle.statistics.asked, budget: nil, cost: nil,
        pattern: asked.oracle.pattern)
      let attempt = try #require(
        transfers[1].attempts.firstIndex { $0.outcome == .newlyWrong })
      success = (1, attempt, transfers[1].attempts[attempt].picture)
      try write(results)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.path) }

    func write(_ results: SubstituteResults) throws {
      try folder.write(
        String(decoding: JSONEncoder().encode(results), as: UTF8.self), as: .results)
    }

    func verification() throws -> SubstituteVerification {
      try SubstituteVerification(
        of: folder, answeredBy: QueryJournal(opening: folder.path(of: .journal)))
    }

    func expect(
      _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let found = try verification().discrepancies
      #expect(found.contains { $0.contains(words) }, "\(found)", sourceLocation: sourceLocation)
    }

    /// Changes a file of the run, or takes it away, and puts it back afterwards.
    func changing(_ name: String, to data: Data?, body: () throws -> Void) throws {
      let file = URL(filePath: folder.path).appending(path: name)
      let kept = try? Data(contentsOf: file)
      func put(_ data: Data?) throws {
        if let data {
          try data.write(to: file)
        } else {
          try FileManager.default.removeItem(at: file)
        }
      }
      try put(data)
      try body()
      try put(kept)
    }

    @Test func whatIsAsItWasHolds() throws {
      let verification = try verification()
      #expect(verification.discrepancies.isEmpty && verification.remarks.isEmpty)
      #expect(verification.claimed > 1 && verification.confirmed == verification.claimed)
      #expect(verification.claimed == results.transfers.reduce(0) { $0 + $1.fooled.count })
    }

    @Test func whatOthersAskLaterDoesNotCount() throws {
      do {
        let others = try Scene(journal: folder.path(of: .journal))
        _ = try others.oracle.labels(of: Tensor(Scene.pictures(3, seed: 4000)))
      }
      let verification = try verification()
      #expect(verification.discrepancies.isEmpty)
      #expect(
        verification.remarks == [
          "the journal holds 3 more queries, which others must have asked later"
        ])
    }

    @Test func olderResultsAreSaidToBeOlder() throws {
      var older = results
      older.rounds.removeLast()
      try write(older)
      let verification = try verification()
      #expect(verification.remarks.count == 1 && !verification.isComplete)
      #expect(verification.remarks.first?.hasPrefix("the run went on after these results") == true)
    }

    @Test func everyClaimIsChecked() throws {
      let share = Proportion(1, of: 10)
      let (transfer, attempt, look) = success
      let fooled = results.transfers[transfer].fooled
      let substituted = results.transfers[transfer].fooledSubstitute
      let most = results.mostFrequent?.count ?? 0
      let other = (results.transfers[transfer].attempts[attempt].answer + 1) % Scene.classCount
      let changes: [(String, (inout SubstituteResults) -> Void)] = [
        ("the journal holds 1 fewer", { $0.queries += 1 }),
        ("the journal has no such question", { $0.queries -= 1 }),
        (
          "most frequent answer about held-out seeds: \(most) of 10, and not 1 of 10",
          { $0.mostFrequent = share }
        ),
        ("the rounds are not those of rounds.json", { $0.rounds[1].classes += 1 }),
        (
          "the service's answer is class",
          { $0.transfers[transfer].attempts[attempt].answer = other }
        ),
        (
          "the outcome does not follow from the answer",
          { $0.transfers[transfer].attempts[attempt].outcome = .robust }
        ),
        (
          "the picture is not the one that was asked about",
          {
            $0.transfers[transfer].attempts[attempt].question =
              $0.transfers[0].attempts[attempt].question
          }
        ),
        (
          "the original is not the picture that was asked about",
          { $0.pictures?.looks[look].question = $0.transfers[0].attempts[0].question }
        ),
        (
          "the distances are not those of the pictures",
          { $0.transfers[transfer].attempts[attempt].distances.l1 += 1 }
        ),
        ("other pictures were attacked", { $0.transfers[transfer].attempts[attempt].picture = 0 }),
        ("other pictures were attacked", { $0.transfers[transfer].isCutShort = true }),
        (
          "attack 2: fools the service: \(fooled.count) of \(fooled.total), and not 1 of 10",
          { $0.transfers[transfer].fooled = share }
        ),
        (
          "attack 2: fools the substitute: \(substituted.count) of \(substituted.total), and not 1 of 10",
          { $0.transfers[transfer].fooledSubstitute = share }
        ),
        (
          "the outcome does not follow from the answer",
          { $0.transfers[transfer].attempts[attempt].outcome = .invalid }
        ),
        (
          "attack 2: it was cut short, though the budget was not spent",
          {
            $0.transfers[transfer].isCutShort = true
            $0.transfers[transfer].attempts.removeLast()
          }
        ),
        ("that no more was asked does not follow", { $0.ending = .budget }),
        (
          "that no more was asked does not follow",
          {
            $0.ending = .budget
            $0.budget = 9_999
          }
        ),
        ("attack 2: it was not planned", { $0.setup.attacks?.removeLast() }),
        (
          "attack 3: it was not planned, or it is said twice",
          { $0.transfers.append($0.transfers[0]) }
        ),
        ("FGSM was planned and is missing", { $0.transfers.removeLast() }),
        ("FGSM was planned and is missing", { $0.transfers = [] }),
        ("that no more was asked does not follow", { $0.ending = .patience }),
        ("that no more was asked does not follow", { $0.ending = .interrupted }),
        ("that no more was asked does not follow", { $0.setup.plan.rounds = 3 }),
        ("attack 2: title: FGSM, and not MI-FGSM", { $0.transfers[transfer].title = "MI-FGSM" }),
        (
          "attack 2: there is no attack with these settings",
          { $0.transfers[transfer].attack.name = "DeepFool" }
        ),
        (
          "attack 2: a target has a name, and there is no target",
          { $0.transfers[transfer].targetName = "cat" }
        ),
        ("attack 2: the service has no class 3", { $0.transfers[transfer].target = 3 }),
        ("pictures without labels are of other", { $0.pictures?.areUnlabelled = true }),
        ("attack 2: invalid: 0, and not 9", { $0.transfers[transfer].invalid = 9 }),
        ("attack 2: other pictures were attacked", { $0.transfers[transfer].target = 1 }),
        (
          "attack 2: the budget is none",
          {
            $0.transfers[transfer].threat = ThreatModel(
              $0.transfers[1].threat.budget, pixels: .float)
          }
        ),
        ("queries are said", { $0.queries = .max }),
        ("the journal has no", { $0.queries = .min }),
        ("pictures that the service got right", { $0.pictures?.right = share }),
        ("no proper names", { $0.pictures?.looks[look].name = "../p1" }),
        ("attacks on no pictures", { $0.pictures = nil }),
        ("epochs: 12 then, 99 now", { $0.setup.plan.epochs = 99 }),
      ]
      for (words, change) in changes {
        var changed = results
        change(&changed)
        try write(changed)
        try expect(words)
      }
    }

    /// An attack must lead to its pictures: not another one, nor one with a greater budget.
    @Test func attacksAreMadeAgain() throws {
      let changes: [(inout SubstituteResults.Transfer) -> Void] = [
        {
          $0.attack = .init(of: RandomSignNoise())
          $0.title = RandomSignNoise().title
        },
        { $0.threat.budget = (try? PerturbationBudget(.linf, epsilon: "0.9")) ?? $0.threat.budget },
        {
          $0.attack = .init(of: UniformNoise()); $0.title = UniformNoise().title
        },
      ]
      for change in changes {
        var changed = results
        change(&changed.transfers[1])
        try write(changed)
        try expect("the attack leads to another picture")
        let verification = try verification()
        #expect(verification.confirmed < verification.claimed)
        #expect(verification.remarks.contains { $0.contains("attack 2 was made again") })
      }
      var later = results
      later.formatVersion = 9
      try write(later)
      #expect(throws: SubstituteError.self) { try verification() }
    }

    /// Counts from a file may be any numbers.
    @Test func sharesThatCannotBeAreFound() throws {
      let file = URL(filePath: folder.path + "/results.json")
      let rounds = URL(filePath: folder.path + "/rounds.json")
      for place in [file, rounds] {
        let text = try String(contentsOf: place, encoding: .utf8)
        let count = results.rounds[2].learned.count
        let changed = text.replacing(
          try Regex("\"count\" ?: ?\(count)(?=\\D)"), with: "\"count\":\(Int.min)")
        #expect(changed != text)
        try changed.write(to: place, atomically: true, encoding: .utf8)
      }
      try expect("a share is not that of its counts")
      let asked = try Scene(journal: folder.path(of: .journal))
      #expect(throws: SubstituteError.self) {
        try Scene.extraction(results.setup.plan, heldOut: 10, in: folder).run(asking: asked.oracle)
      }
    }

    @Test func everyPictureIsLookedAt() throws {
      let look = try #require(results.pictures?.looks[success.look])
      let place = "fooled/2/adversarial/\(look.name).png"
      let paths = folder.pathsOfFooled(look.name, byAttack: 1)
      let original = try Data(contentsOf: URL(filePath: paths.original))
      try changing(place, to: nil) { try expect("its pictures cannot be read") }
      try changing(place, to: original) {
        try expect("the picture is not the one that was asked about")
        try expect("the distances are not those of the pictures")
        let verification = try verification()
        #expect(verification.confirmed == verification.claimed - 1)
      }
      var far = try Picture(decoding: [UInt8](original))
      far.samples = far.samples.map { $0 < 128 ? 255 : 0 }
      try changing(place, to: Data(far.pngData())) {
        try expect("the picture is outside the budget")
      }
      try FileManager.default.createDirectory(
        atPath: folder.path + "/fooled/3/adversarial", withIntermediateDirectories: true)
      try expect("fooled/3: the results have no such attack")
      try changing("fooled/1/adversarial/stray.png", to: original) {
        try expect("stray: nothing says that this picture fools the service")
      }
    }

    @Test func whatWasLearnedFromIsLookedAt() throws {
      try changing("rounds/held-out-10.png", to: nil) {
        try expect("held-out seeds: 0, and not 10")
      }
      let seeds = try Data(contentsOf: URL(filePath: folder.path + "/rounds/round-00-8.png"))
      try changing("rounds/round-01-8.png", to: seeds) {
        try expect("round 1: a picture was asked about before")
      }
      try changing("rounds/round-00-8.png", to: nil) {
        try expect("round 0: 0 pictures, and not 8")
      }
      let strange = PictureSheet(Scene.pictures(8, seed: 31)).drawn()
      try changing("rounds/round-01-8.png", to: Data(strange.pngData())) {
        try expect("round 1: the journal has no answer about picture 0")
      }
      let other = URL(filePath: folder.path + "/other.pt2")
      try Scene.program(seed: 99).write(to: other.path)
      try changing("substitute.pt2", to: try Data(contentsOf: other)) {
        try expect("agreement on what it learned from")
      }
    }

    @Test func anotherServicesJournalIsRefused() throws {
      let journal = try QueryJournal(
        continuing: nil, with: QuerySetup(of: LocalOracle(Scene.model(), named: "another")))
      #expect(throws: SubstituteError.self) {
        try SubstituteVerification(of: folder, answeredBy: journal)
      }
      try folder.write("{}", as: .results)
      #expect(throws: SubstituteError.self) { try verification() }
    }
  }
}
