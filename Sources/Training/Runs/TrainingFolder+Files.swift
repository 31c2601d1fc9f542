import Foundation
import ProgramFormats
import ProgramIR

extension TrainingFolder {
  /// What the run is; nothing if none was begun.
  ///
  /// - Throws: ``TrainingRunError/damaged(_:_:)``.
  public func setup() throws(TrainingRunError) -> TrainingSetup? {
    guard holdsRun else { return nil }
    guard let data = FileManager.default.contents(atPath: path(of: .setup)),
      let setup = try? JSONDecoder().decode(TrainingSetup.self, from: data),
      setup.formatVersion == 1
    else { throw .damaged(path(of: .setup), "it does not say what the run is") }
    return setup
  }

  /// Says what the run is.
  func write(_ setup: TrainingSetup) throws(TrainingRunError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers always have a JSON form.
    let json = (try? encoder.encode(setup)) ?? Data()
    try write(String(decoding: json, as: UTF8.self) + "\n", as: .setup)
  }

  /// Replaces a file of text.
  func write(_ text: String, as file: File) throws(TrainingRunError) {
    do throws(FileReplacement.Failure) {
      try FileReplacement.write(Data(text.utf8), to: path(of: file))
    } catch {
      throw .unwritable(path(of: file), error.description)
    }
  }
}

extension EpochRecord {
  /// Records as lines of JSON.
  static func lines(of records: [EpochRecord]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Accuracies and losses are finite, so they always have a JSON form.
    return records.compactMap { try? encoder.encode($0) }
      .map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
  }

  /// The records in lines of JSON; nothing if a line is something else.
  static func list(from lines: String) -> [EpochRecord]? {
    let decoder = JSONDecoder()
    let lines = lines.split(separator: "\n")
    let records = lines.compactMap { try? decoder.decode(EpochRecord.self, from: Data($0.utf8)) }
    return records.count == lines.count ? records : nil
  }
}

extension SafeTensors {
  /// The Float32 weights of a program by their full names.
  init(weightsOf program: Program) {
    self.init(
      program.weights.compactMapValues { weight in
        weight.float32Elements.map { Entry(sizes: weight.sizes, values: $0) }
      })
  }
}
