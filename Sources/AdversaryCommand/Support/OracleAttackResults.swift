import Adversary
import Foundation

/// What an attack on a service found, for people and for programs.
struct OracleAttackResults: Codable {
  /// One picture.
  struct Sample: Codable {
    let name: String
    let label: Int
    let labelName: String
    let clean: Int
    let adversarial: Int?
    let adversarialName: String?
    let outcome: Outcome
    let distances: Distances?
    /// Different pictures that the service was asked about for this one; others may have asked about them too.
    let queries: Int
    /// How many of them it took to fool it; nothing if it was not fooled.
    let queriesToSuccess: Int?

    init(_ finding: OracleFinding, named name: String, className: (Int) -> String) {
      self.name = name
      label = finding.label
      labelName = className(finding.label)
      clean = finding.clean
      adversarial = finding.adversarial
      adversarialName = finding.adversarial.map(className)
      outcome = finding.outcome
      distances = finding.distances
      queries = finding.queries
      queriesToSuccess = finding.queriesToSuccess
    }
  }

  let service: OracleIdentity
  let picturesSentAs: String
  let attack: RunManifest.AttackSettings
  /// The attack as the catalogue reads it.
  let method: String
  /// The attack's name with what tells its variants apart.
  let attackTitle: String
  let threat: ThreatModel
  let target: Int?
  /// The target's name; nothing if there is no target.
  let targetName: String?
  /// The file of the substitute that the attack begins on, or of the first of them; nothing if there is none.
  let substitute: String?
  /// The SHA-256 digest of that file.
  let substituteSHA256: String?
  /// How all substitutes are used.
  let substituteOptions: [String: String]?
  /// The other substitutes, and what of all is averaged; nothing if there are no others.
  let ensemble: SubstituteSetup.Ensemble?
  let seed: UInt64
  var samples: [Sample] = []
  /// All queries that may have to be paid for, those of earlier runs with the journal among them.
  var queries = 0
  var cost: Double?
  /// Different pictures that were rounded to 8 bits before they were sent.
  var roundedPictures = 0
  /// Pictures that the budget did not reach.
  var picturesLeft = 0
  /// What the service could have noticed from the pictures that this run asked about.
  var pattern = QueryPattern()
  /// How many pictures were fooled within how many queries.
  var successCurve = SuccessCurve(attacked: 0, queriesToSuccess: [])

  init(
    of trial: OracleTrial, called method: String, on model: any QueriedModel,
    beginningOn substitutes: StartingModels?, className: (Int) -> String
  ) throws {
    service = model.identity
    picturesSentAs = "\(model.encoding)"
    attack = .init(of: trial.attack)
    self.method = method
    attackTitle = trial.attack.title
    threat = trial.threat
    target = trial.target
    targetName = trial.target.map(className)
    let files = try substitutes?.models.map {
      SubstituteSetup.Model(source: $0.path.absolutePath, sha256: try $0.digest())
    }
    substitute = files?.first?.source
    substituteSHA256 = files?.first?.sha256
    ensemble = substitutes.flatMap { substitutes in
      let others = files?.dropFirst() ?? []
      return others.isEmpty ? nil : .init(Array(others), averaging: substitutes.fusion)
    }
    substituteOptions = substitutes.flatMap { $0.use == ModelUse() ? nil : $0.use.recorded }
    seed = trial.seed
  }

  /// Reads `oracle.json`.
  ///
  /// - Throws: `RunFolderError.malformed` when it is not what this version writes.
  init(in folder: RunFolder) throws(RunFolderError) {
    guard let data = FileManager.default.contents(atPath: folder.oraclePath),
      let results = try? JSONDecoder().decode(Self.self, from: data),
      results.threat.budget.isSound
    else { throw .malformed(folder.oraclePath, "this file") }
    self = results
  }

  /// The substitutes that the attack begins on.
  var substitutes: [SubstituteSetup.Model] {
    let first = substitute.map { SubstituteSetup.Model(source: $0, sha256: substituteSHA256) }
    return [first].compactMap(\.self) + (ensemble?.members ?? [])
  }

  /// How many of the samples were fooled within how many queries.
  var curveOfSamples: SuccessCurve {
    SuccessCurve(
      attacked: samples.count { $0.outcome != .initiallyWrong },
      queriesToSuccess: samples.filter { $0.outcome == .newlyWrong }.compactMap(\.queriesToSuccess))
  }

  /// Writes `oracle.json`.
  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = folder + "/oracle.json"
    do {
      try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CommandFailure(.unavailable, "\(path) cannot be written")
    }
  }

  /// A line for each picture, and the counts.
  var text: String {
    let width = max(8, samples.map(\.name.count).max() ?? 0)
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let norm = threat.budget.norm
    var lines = samples.map { sample in
      let distance = sample.distances.map { distances in
        norm == .linf
          ? String(format: "%.1f/255", distances.maximumInPixels)
          : String(format: "%.3f", distances.length(in: norm))
      }
      let change =
        sample.outcome == .newlyWrong
        ? "\(sample.labelName) → \(sample.adversarialName ?? "")" : sample.labelName
      let success = sample.queriesToSuccess.map { "success at \($0)" } ?? ""
      return padded(sample.name, width) + "  " + padded(sample.outcome.word, 14) + "  "
        + padded("\(sample.queries) queries", 14) + "  " + padded(success, 16) + "  "
        + padded(distance ?? "", 10) + "  " + change
    }
    let attacked = samples.count { $0.outcome != .initiallyWrong }
    let fooled = samples.count { $0.outcome == .newlyWrong }
    lines.append("")
    lines.append("\(attackTitle), \(threat.budget), pictures sent as \(picturesSentAs)")
    lines.append(
      "fooled \(fooled) of \(attacked) attacked; \(samples.count - attacked) wrong before")
    if let median = successCurve.medianQueries {
      lines.append("half of the fooled ones took \(median) queries or fewer")
    }
    let cost = cost.map { ", which cost \($0.asMoney)" } ?? ""
    lines.append("\(queries) queries asked\(cost)")
    if roundedPictures > 0 {
      lines.append("\(roundedPictures) pictures were rounded to 8 bits before they were sent")
    }
    if pattern.queries > 1 {
      lines.append(
        "what the service could have noticed: " + pattern.sentences.joined(separator: " "))
    }
    return lines.joined(separator: "\n")
  }
}
