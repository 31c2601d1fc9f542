import Adversary
import Foundation

/// What is made of an extraction's results: the page, the file for programs, and pictures that fool the service.
struct SubstituteProducts {
  let folder: SubstituteFolder
  let options: OracleOptions

  /// Writes all files, and says where the page is.
  ///
  /// - Parameters:
  ///   - results: what was found.
  ///   - originals: the pictures that were attacked.
  ///   - outcomes: for each of the results' transfers.
  ///   - classes: the service's.
  func write(
    _ results: SubstituteResults, _ originals: [TransferStage.Original],
    _ outcomes: [[TransferOutcome]], classes: ServiceClasses
  ) throws {
    let successes = outcomes.indices.flatMap { transfer in
      outcomes[transfer].filter { $0.outcome == .newlyWrong }.map { outcome in
        let original = originals[outcome.picture]
        return SubstitutePage.Success(
          name: original.sample.name, label: classes.name(of: original.label),
          answer: classes.name(of: outcome.answer),
          transfer: transfer, distances: outcome.distances, original: original.sample.picture,
          adversarial: outcome.point)
      }
    }
    try write(successes, ofAttacks: outcomes.count)
    let shown = Self.spread(successes, over: SubstitutePage.galleryLimit)
    let page = SubstitutePage(
      results, successes: shown, command: options.commandLine)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try folder.write(
      String(decoding: try encoder.encode(results), as: UTF8.self) + "\n", as: .results)
    try folder.write(page.html, as: .page)
    remark("report: \(folder.path)/\(SubstituteFolder.Product.page.rawValue)")
  }

  /// Pictures that fool the service, in folders by the number of the attack.
  private func write(_ successes: [SubstitutePage.Success], ofAttacks count: Int) throws {
    try folder.makeFoldersOfFooled(count: count)
    for success in successes {
      let paths = folder.pathsOfFooled(success.name, byAttack: success.transfer)
      try success.original.write(toPNG: paths.original)
      try success.adversarial.write(toPNG: paths.adversarial)
    }
  }

  /// Some of a list, from all of its parts.
  private static func spread<Element>(_ list: [Element], over count: Int) -> [Element] {
    if list.count <= count { return list }
    return (0..<count).map { list[$0 * list.count / count] }
  }
}
