public import Evaluation
import Foundation
import Imaging
import ProgramFormats
import ProgramIR
import ThreatModels
public import Training

/// A folder that keeps how far a substitute is: what was asked in each round, and the last weights.
///
/// Pictures are kept before the service is asked about them, so that a run that goes on asks the same.
public struct SubstituteFolder: ProductFolder {
  /// The files besides those of rounds.
  public enum File: String, Hashable, Sendable, CaseIterable {
    /// What the run is.
    case setup = "substitute.json"
    /// What came of the rounds.
    case rounds = "rounds.json"
    /// The answers of the service.
    case journal = "queries.sqlite"
    /// The substitute when all is done.
    case model = "substitute.pt2"
  }

  /// The files that are made from what else the folder holds.
  public enum Product: String, Hashable, Sendable, CaseIterable {
    /// The page for people.
    case page = "report.html"
    /// Everything for programs.
    case results = "results.json"
  }

  /// The path of the folder.
  public let path: String

  /// A folder, whether it is there or not.
  public init(_ path: String) {
    self.path = path
  }

  /// The path of a file.
  public func path(of file: File) -> String { "\(path)/\(file.rawValue)" }

  var roundsPath: String { "\(path)/rounds" }

  /// Makes the folder ready for a run with a setup, or finds that it holds one.
  ///
  /// - Parameter replacing: whether an earlier run is deleted first; its journal stays.
  /// - Returns: a lock; no other process can use the folder until it is let go.
  /// - Throws: ``SubstituteError`` when it holds something else or a run with another setup, or when another
  ///   process works there.
  @discardableResult
  public func prepare(
    for setup: SubstituteSetup, replacing: Bool
  ) throws(SubstituteError) -> FolderLock {
    let files = FileManager.default
    do {
      try files.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path, error.localizedDescription)
    }
    // Nothing is looked at, and nothing deleted, while another process may be changing it.
    guard let lock = FolderLock(path) else { throw .inUse(path) }
    if !holdsRun {
      let contents = (try? files.contentsOfDirectory(atPath: path)) ?? []
      let isRun = Self.areOurs(contents)
      // What does not say what it learned from is nothing to go on from.
      guard isRun, replacing || !contents.contains(where: Self.tellsOfRounds) else {
        throw .occupied(path)
      }
    } else if !replacing, let recorded = try recordedSetup() {
      let differences = recorded.differences(from: setup)
      if !differences.isEmpty { throw .otherSetup(path, differences) }
    }
    if replacing {
      // What the run is goes last: a folder that is left in the middle still says what it holds.
      for name in Self.products + ["rounds"] + [File.rounds, .model, .setup].map(\.rawValue) {
        try? files.removeItem(atPath: "\(path)/\(name)")
      }
    }
    do {
      try files.createDirectory(atPath: roundsPath, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path, error.localizedDescription)
    }
    try write(setup, as: .setup)
    return lock
  }

  /// The names of what is made when the rounds are over.
  private static var products: [String] {
    Product.allCases.map(\.rawValue) + [ensembleName, fooledName]
  }

  /// Whether a file is of a run that had come to its first round.
  private static func tellsOfRounds(_ name: String) -> Bool {
    products.contains(name) || name == File.rounds.rawValue
  }

  /// Whether files may be what a run left that does not say what it is.
  ///
  /// Other commands make files of the products' names, and no folder of rounds.
  private static func areOurs(_ names: [String]) -> Bool {
    let made = names.filter(products.contains)
    return (made.isEmpty || names.contains("rounds"))
      && names.allSatisfy { made.contains($0) || isOurs($0) }
  }

  /// Whether a file may be what a run left that was killed before it said what it is.
  private static func isOurs(_ name: String) -> Bool {
    // SQLite keeps files of its own beside the journal.
    name == "rounds" || name.hasPrefix(File.journal.rawValue)
      || File.allCases.contains { name == $0.rawValue }
      || (FileReplacement.isLeftover(name) && name.hasPrefix(File.setup.rawValue))
  }

  /// What the run in the folder is; nothing if there is none.
  func recordedSetup() throws(SubstituteError) -> SubstituteSetup? {
    guard let data = FileManager.default.contents(atPath: path(of: .setup)) else { return nil }
    guard let setup = try? JSONDecoder().decode(SubstituteSetup.self, from: data) else {
      throw .damaged(path(of: .setup), "it does not say what the run is")
    }
    return setup
  }

  /// Whether it holds a run.
  public var holdsRun: Bool { FileManager.default.fileExists(atPath: path(of: .setup)) }

  /// What a finished run found.
  ///
  /// - Throws: ``SubstituteError/damaged(_:_:)`` when it is not what this version writes.
  public func results() throws(SubstituteError) -> SubstituteResults {
    guard let data = contents(of: .results) else {
      throw .damaged(
        "\(path)/\(Product.results.rawValue)", "there is no such file")
    }
    guard let results = try? JSONDecoder().decode(SubstituteResults.self, from: data) else {
      throw .damaged("\(path)/\(Product.results.rawValue)", "it holds no results")
    }
    guard results.formatVersion == SubstituteResults.currentFormatVersion else {
      throw .damaged(
        "\(path)/\(Product.results.rawValue)",
        "it is of version \(results.formatVersion) of its format, and not of version "
          + "\(SubstituteResults.currentFormatVersion)")
    }
    return results
  }

  /// What came of the rounds so far.
  func rounds() throws(SubstituteError) -> [SubstituteRound] {
    guard let data = FileManager.default.contents(atPath: path(of: .rounds)) else { return [] }
    guard let rounds = try? JSONDecoder().decode([SubstituteRound].self, from: data),
      rounds.map(\.round) == Array(0..<rounds.count),
      zip(rounds, [0] + rounds.map(\.pictures)).allSatisfy({ round, before in
        round.newPictures > 0 && round.pictures > before
          && round.pictures - before == round.newPictures
      })
    else { throw .damaged(path(of: .rounds), "its rounds do not fit together") }
    return rounds
  }

  /// Keeps the weights of a round and then what came of it; weights of earlier rounds go.
  func keep(_ rounds: [SubstituteRound], weights: Program) throws(SubstituteError) {
    let last = rounds.count - 1
    try write(weights, to: weightsPath(ofRound: last))
    try write(rounds, as: .rounds)
    for round in 0..<last {
      try? FileManager.default.removeItem(atPath: weightsPath(ofRound: round))
    }
  }

  /// The substitute as a round left it.
  func weights(ofRound round: Int) throws(SubstituteError) -> Program {
    try program(at: weightsPath(ofRound: round))
  }

  /// A model that was kept.
  func program(at path: String) throws(SubstituteError) -> Program {
    do {
      return try Program.read(from: path)
    } catch {
      throw .damaged(path, "\(error)")
    }
  }

  /// Keeps the finished substitute.
  func keepModel(_ program: Program) throws(SubstituteError) {
    try write(program, to: path(of: .model))
  }

  private func weightsPath(ofRound round: Int) -> String {
    "\(roundsPath)/\(Sheet.round(round).stem).pt2"
  }

  func write(_ program: Program, to path: String) throws(SubstituteError) {
    do {
      try program.write(to: path)
    } catch {
      throw .unwritable(path, "\(error)")
    }
  }

  private func write(_ value: some Encodable, as file: File) throws(SubstituteError) {
    try write(json: value, to: path(of: file))
  }

  func write(json value: some Encodable, to path: String) throws(SubstituteError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers always have a JSON form.
    try write((try? encoder.encode(value)) ?? Data(), to: path)
  }

  func write(_ data: Data, to path: String) throws(SubstituteError) {
    do {
      try FileReplacement.write(data, to: path)
    } catch {
      throw .unwritable(path, error.description)
    }
  }
}
