import Datasets
import Evaluation
import Foundation
import Imaging
import Oracles
import TensorModule
import ThreatModels

extension SubstituteVerification {
  /// Checks what the service said of pictures as they are, and of what the attacks made of them.
  mutating func checkTransfers(with evidence: SubstituteEvidence) throws {
    let results = evidence.results
    guard let pictures = results.pictures else {
      if !results.transfers.isEmpty { note("results.json", "attacks on no pictures") }
      return
    }
    let looks = pictures.looks
    let classes = 0..<evidence.classCount
    guard !looks.isEmpty, Set(looks.map(\.name)).count == looks.count,
      looks.allSatisfy({ classes.contains($0.label) && RunFolder.isSafe($0.name) })
    else { return note("results.json", "the pictures have no proper names and classes") }
    for look in looks {
      try compareAnswer(look.answer, to: look.question, about: look.name, evidence)
    }
    compareShares(
      "results.json", "pictures that the service got right", said: pictures.right,
      found: SubstituteResults.Pictures.right(of: looks))
    for (number, transfer) in results.transfers.enumerated() {
      try check(transfer, at: number, looks, evidence)
    }
    for name in evidence.folder.namesOfAttacks(besides: results.transfers.count) {
      note("fooled/\(name)", "the results have no such attack")
    }
  }

  private mutating func check(
    _ transfer: SubstituteResults.Transfer, at number: Int, _ looks: [SubstituteResults.Look],
    _ evidence: SubstituteEvidence
  ) throws {
    let place = "attack \(number + 1)"
    let (attempts, target) = (transfer.attempts, transfer.target)
    guard transfer.threat.pixels == .eightBit, transfer.threat.budget.isSound else {
      return note(place, "the budget is none of pictures")
    }
    let rows = looks.indices.filter { looks[$0].canBeAttacked(toward: target) }
    guard !attempts.isEmpty, attempts.map(\.picture) == Array(rows.prefix(attempts.count)),
      transfer.isCutShort == (attempts.count < rows.count)
    else {
      return note(place, "other pictures were attacked than those that the service got right")
    }
    if transfer.isCutShort, evidence.results.queries < evidence.results.budget ?? .max {
      note(place, "it was cut short, though the budget was not spent")
    }
    var copies = CopiedSuccesses()
    for attempt in attempts {
      let look = looks[attempt.picture]
      let name = "\(place), \(look.name)"
      try compareAnswer(attempt.answer, to: attempt.question, about: name, evidence)
      let isReached = target.map { attempt.answer == $0 } ?? (attempt.answer != look.label)
      let isSuccess = attempt.outcome == .newlyWrong
      let isWithin = attempt.distances.isWithin(transfer.threat.budget)
      if isSuccess != (isReached && isWithin) || (attempt.outcome == .invalid && isWithin)
        || attempt.outcome == .initiallyWrong
      {
        note(name, "the outcome does not follow from the answer")
      }
      if isSuccess {
        claimed += 1
        let before = discrepancies.count
        let original = try checkPictures(
          of: attempt, look, within: transfer.threat, number, name, evidence)
        let isCopy = original.map { copies.note(look.name, $0) } ?? false
        if discrepancies.count == before, !isCopy { confirmed += 1 }
      }
    }
    remarks += copies.remarks.map { "\(place): \($0)" }
    let counts = SubstituteResults.Counts(
      of: attempts, labels: attempts.map { looks[$0.picture].label }, target: target)
    compareShares(place, "fools the service", said: transfer.fooled, found: counts.fooled)
    compareShares(
      place, "fools the substitute", said: transfer.fooledSubstitute,
      found: counts.fooledSubstitute)
    compare(place, "invalid", said: transfer.invalid, found: counts.invalid)
    let kept = evidence.folder.namesOfFooled(byAttack: number)
    let named = Set(attempts.filter { $0.outcome == .newlyWrong }.map { looks[$0.picture].name })
    for name in kept.subtracting(named).sorted() {
      note("\(place), \(name)", "nothing says that this picture fools the service")
    }
  }

  private mutating func compareAnswer(
    _ said: Int, to question: QueryDigest, about name: String, _ evidence: SubstituteEvidence
  ) throws {
    guard let answer = try evidence.answer(to: question) else {
      return note(name, "the journal has no such question")
    }
    if answer != said { note(name, "the service's answer is class \(answer), and not \(said)") }
  }

  /// Checks a success by its two files.
  ///
  /// - Returns: the picture as it was; nothing if it cannot be told.
  private mutating func checkPictures(
    of attempt: SubstituteResults.Attempt, _ look: SubstituteResults.Look,
    within threat: ThreatModel, _ number: Int, _ name: String, _ evidence: SubstituteEvidence
  ) throws -> Picture? {
    let paths = evidence.folder.pathsOfFooled(look.name, byAttack: number)
    guard let original = try? Picture(contentsOf: paths.original),
      let adversarial = try? Picture(contentsOf: paths.adversarial)
    else {
      note(name, "its pictures cannot be read")
      return nil
    }
    let sizes = evidence.imageShape.sizes
    guard [original, adversarial].allSatisfy({ [$0.channels, $0.height, $0.width] == sizes }) else {
      note(name, "its pictures are not of the service's size")
      return nil
    }
    if try evidence.question(about: original) != look.question {
      note(name, "the original is not the picture that was asked about")
    }
    if try evidence.question(about: adversarial) != attempt.question {
      note(name, "the picture is not the one that was asked about")
    }
    let (image, point) = (Tensor([original]), Tensor([adversarial]))
    if !Distances.between(image, and: point, on: .eightBit)[0].agree(with: attempt.distances) {
      note(name, "the distances are not those of the pictures")
    }
    if !threat.allows(point, around: image)[0] { note(name, "the picture is outside the budget") }
    return original
  }
}
