import Adversary
import Foundation

/// What is made from the journal of a certification, and whether all of it follows from counted votes.
struct CertificationProducts {
  let folder: CertificateFolder
  let journal: CertificateJournal

  /// What the journal says so far; nothing while there is no certificate.
  func results() throws -> CertificationResults? {
    CertificationResults(try journal.certificates(), of: journal.setup)
  }

  /// Writes the page and the file for programs.
  func write(_ results: CertificationResults) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try folder.write(
      String(decoding: try encoder.encode(results), as: UTF8.self) + "\n", as: .results)
    let page = CertificatePage(results, command: journal.setup.commandLine)
    try folder.write(page.html, as: .page)
    remark("report: \(folder.path)/\(CertificateFolder.Product.page.rawValue)")
  }

  /// Prints the results.
  static func show(_ results: CertificationResults, asJSON: Bool) throws {
    if asJSON {
      try results.printAsJSON()
    } else {
      print(CertificateTable(results, width: ResultsTable.terminalWidth))
    }
  }

  /// The bounds and radii worked out again from the votes, and the file for programs compared.
  ///
  /// - Returns: how many certificates there are and how many of them follow, and what does not, each in
  ///   one line.
  func check() throws -> (claimed: Int, confirmed: Int, discrepancies: [String]) {
    let settings = journal.setup.smoothing
    let certificates = try journal.certificates()
    var discrepancies = certificates.compactMap { certificate -> String? in
      let proved = SmoothedClassifier.Certificate(
        candidate: certificate.candidate, votes: certificate.votes, settings: settings)
      return proved.lowerBound == certificate.lowerBound && proved.radius == certificate.radius
        ? nil
        : "\(certificate.name): \(certificate.votes) votes prove a radius of "
          + "\(proved.radius ?? 0), not of \(certificate.radius ?? 0)"
    }
    let confirmed = certificates.count - discrepancies.count
    let written = folder.contents(of: .results).flatMap {
      try? JSONDecoder().decode(CertificationResults.self, from: $0)
    }
    if try written != results() {
      discrepancies.append(
        "\(CertificateFolder.Product.results.rawValue): it does not say what the journal says; "
          + "adversary report writes it again")
    }
    return (certificates.count, confirmed, discrepancies)
  }
}

extension CertificationSetup {
  /// How votes are counted.
  var smoothing: SmoothedClassifier.Settings {
    .init(sigma: sigma, selectionSamples: selectionSamples, samples: samples, alpha: alpha)
  }

  /// The command that makes the same certificates again.
  fileprivate var commandLine: String {
    var words = ["adversary", "certify", model.path, "--data", data.path]
    if data.split != Split.test.rawValue { words += ["--split", data.split] }
    words += ["--first", "\(data.count)", "--sigma", "\(sigma)", "--samples", "\(samples)"]
    words += ["--selection-samples", "\(selectionSamples)", "--alpha", "\(alpha)"]
    words += ModelUse(recorded: model.options).words + ["--seed", "\(seed)"]
    return words.map(\.quotedForShell).joined(separator: " ")
  }
}
