import Evaluation
import Foundation
import Imaging
import Oracles
import TestKit
import Testing
import ThreatModels

@testable import Substitutes

extension EngineTests.SubstituteVerificationTests {
  private func sheet(_ name: String, count: Int) throws -> [Picture] {
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/rounds/\(name)-\(count).png"))
    let sheet = PictureSheet(
      reading: try Picture(decoding: [UInt8](data)), count: count, width: Scene.side,
      height: Scene.side, channels: 1)
    return try #require(sheet).pictures
  }

  /// The rounds as the results and as `rounds.json` have them.
  private func writeRounds(_ change: (inout [SubstituteRound]) -> Void) throws {
    var changed = results
    change(&changed.rounds)
    try write(changed)
    try JSONEncoder().encode(changed.rounds)
      .write(to: URL(filePath: folder.path + "/rounds.json"))
  }

  /// A substitute agrees best on what it learned from, or on one picture again and again.
  @Test func whatWasLearnedFromIsNotHeldOut() throws {
    let learned = try sheet("round-00", count: 8) + sheet("round-01", count: 8).prefix(2)
    let place = "rounds/held-out-10.png"
    try changing(place, to: Data(PictureSheet(learned).drawn().pngData())) {
      try expect("held-out seeds: 10 of 10 were learned from")
    }
    var heldOut = try sheet("held-out", count: 10)
    heldOut[3] = heldOut[4]
    try changing(place, to: Data(PictureSheet(heldOut).drawn().pngData())) {
      try expect("held-out seeds: a picture comes again")
    }
  }

  /// What the rounds say of themselves is measured again.
  @Test func roundsFollowFromWhatIsKept() throws {
    let last = results.rounds.count - 1
    let agreement = try #require(results.rounds[last].agreement)
    let other = agreement.count < agreement.total ? agreement.count + 1 : agreement.count - 1
    try writeRounds { $0[last].agreement = Proportion(other, of: agreement.total) }
    try expect("round \(last): agreement: \(agreement.count) of 10, and not \(other)")
    try writeRounds { $0[1].asked = $0[2].asked + 1 }
    try expect("round 2: \(results.rounds[2].asked) queries do not fit what was asked")
  }

  @Test func aBudgetThatWasExceededIsSaid() throws {
    var changed = results
    changed.budget = results.queries - 1
    try write(changed)
    let verification = try verification()
    #expect(verification.discrepancies.isEmpty)
    #expect(verification.remarks.contains { $0.contains("are more than the budget of") })
  }

  /// One success under two names is one.
  @Test func aCopiedSuccessCountsOnce() throws {
    var changed = results
    var pictures = try #require(changed.pictures)
    let name = pictures.looks[success.look].name
    var copy = pictures.looks[success.look]
    copy.name = "copy"
    pictures.looks.append(copy)
    pictures.right = SubstituteResults.Pictures.right(of: pictures.looks)
    changed.pictures = pictures
    for number in changed.transfers.indices {
      var transfer = changed.transfers[number]
      var attempt = try #require(transfer.attempts.first { $0.picture == success.look })
      attempt.picture = pictures.looks.count - 1
      transfer.attempts.append(attempt)
      let counts = SubstituteResults.Counts(
        of: transfer.attempts, labels: transfer.attempts.map { pictures.looks[$0.picture].label },
        target: transfer.target)
      transfer.fooled = counts.fooled
      transfer.fooledSubstitute = counts.fooledSubstitute
      changed.transfers[number] = transfer
      guard attempt.outcome == .newlyWrong else { continue }
      let paths = (
        folder.pathsOfFooled(name, byAttack: number), folder.pathsOfFooled("copy", byAttack: number)
      )
      try FileManager.default.copyItem(atPath: paths.0.original, toPath: paths.1.original)
      try FileManager.default.copyItem(atPath: paths.0.adversarial, toPath: paths.1.adversarial)
    }
    try write(changed)
    let (before, now) = (results.transfers, changed.transfers)
    let verification = try verification()
    #expect(verification.discrepancies.isEmpty, "\(verification.discrepancies)")
    #expect(verification.confirmed == before.reduce(0) { $0 + $1.fooled.count })
    #expect(verification.claimed == now.reduce(0) { $0 + $1.fooled.count })
    #expect(
      verification.remarks.contains(
        "attack 2: copy is the same picture as \(name): each picture counts once as confirmed"))
  }

  /// What earlier attacks left does not stay beside the pictures of later ones, nor after a run is replaced.
  @Test func picturesOfEarlierAttacksGo() throws {
    let look = try #require(results.pictures?.looks[success.look])
    let paths = folder.pathsOfFooled(look.name, byAttack: 1)
    #expect(FileManager.default.fileExists(atPath: paths.adversarial))
    try folder.makeFoldersOfFooled(count: 1)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/fooled/2"))
    #expect(folder.namesOfFooled(byAttack: 0).isEmpty)
    try folder.makeFoldersOfFooled(count: 0)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/fooled"))
    try folder.makeFoldersOfFooled(count: 1)
    try folder.prepare(for: results.setup, replacing: true)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/fooled"))
  }
}
