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
    compare(
      "results.json", "pictures that the service got right", said: pictures.right,
      found: SubstituteResults.Pictures.right(of: looks))
    for (number, transfer) in results.transfers.enumerated() {
      try check(transfer, at: number, looks, evidence)
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
    for attempt in attempts {
      let look = looks[attempt.picture]
      let name = "\(place), \(look.name)"
      try compareAnswer(attempt.answer, to: attempt.question, about: name, evidence)
      let isReached = target.map { attempt.answer == $0 } ?? (attempt.answer != look.label)
      let isSuccess = attempt.outcome == .newlyWrong
      if isSuccess != (isReached && attempt.distances.isWithin(transfer.threat.budget)) {
        note(name, "the outcome does not follow from the answer")
      }
      if isSuccess {
        claimed += 1
        let before = discrepancies.count
        try checkPictures(of: attempt, look, within: transfer.threat, number, name, evidence)
        if discrepancies.count == before { confirmed += 1 }
      }
    }
    let counts = SubstituteResults.Counts(
      of: attempts, labels: attempts.map { looks[$0.picture].label }, target: target)
    compare(place, "fools the service", said: transfer.fooled, found: counts.fooled)
    compare(
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
  private mutating func checkPictures(
    of attempt: SubstituteResults.Attempt, _ look: SubstituteResults.Look,
    within threat: ThreatModel, _ number: Int, _ name: String, _ evidence: SubstituteEvidence
  ) throws {
    let paths = evidence.folder.pathsOfFooled(look.name, byAttack: number)
    guard let original = try? Picture(contentsOf: paths.original),
      let adversarial = try? Picture(contentsOf: paths.adversarial)
    else { return note(name, "its pictures cannot be read") }
    let sizes = evidence.imageShape.sizes
    guard [original, adversarial].allSatisfy({ [$0.channels, $0.height, $0.width] == sizes }) else {
      return note(name, "its pictures are not of the service's size")
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
  }
}
