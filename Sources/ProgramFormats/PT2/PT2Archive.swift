import Foundation
import ProgramIR

/// A `.pt2` archive: one folder with `models/NAME.json`, raw weights and their description.
///
/// Layout: `torch.export.pt2_archive` of PyTorch 2.9 to 2.13, archive version 0.
struct PT2Archive {
  private let zip: ZipArchive
  private let root: String
  private let model: String

  /// Finds the one model of an archive.
  ///
  /// - Throws: ``FormatError`` if the archive is of another kind or holds another number of models.
  init(_ zip: ZipArchive) throws(FormatError) {
    self.zip = zip
    let names = zip.names
    let suffix = "/archive_format"
    let roots = names.filter { $0.hasSuffix(suffix) }.map { $0.dropLast(suffix.count) }
    guard roots.count == 1, let root = roots.first, !root.contains("/") else {
      throw PT2Archive.refusal(ofArchiveWith: names)
    }
    self.root = String(root)
    let prefix = "\(root)/models/"
    let models = names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }
      .map { String($0.dropFirst(prefix.count).dropLast(".json".count)) }
    guard let model = models.first else {
      throw FormatError(
        .unsupported,
        "the archive holds no exported program, perhaps only a compiled one; "
          + ExportAdvice.exportAgain)
    }
    guard models.count == 1 else {
      throw FormatError(
        .unsupported,
        "the archive holds \(models.count) models (\(models.joined(separator: ", "))), and only "
          + "archives with one are read; export each model to a file of its own")
    }
    self.model = model
    try expect("archive_format", ["pt2"], absenceAllowed: false)
    try expect("archive_version", ["0"], absenceAllowed: true)
    try expect("byteorder", ["little"], absenceAllowed: true)
  }

  /// The archive's program, checked, with all weights that it names.
  func program() throws(FormatError) -> Program {
    let exported: PT2Schema.ExportedProgram = try decode("models/\(model).json")
    let version = exported.schemaVersion
    guard version.major == PT2Schema.majorVersion else {
      throw FormatError(
        .unsupported,
        "the program is written in schema \(version.major).\(version.minor), but schema "
          + "\(PT2Schema.majorVersion) is read; use PyTorch 2.9 to 2.13 and "
          + ExportAdvice.exportAgain)
    }
    let graph = try PT2GraphReader(exported.graphModule).program(
      producer: "torch \(exported.torchVersion ?? "of unknown version")")
    var weights = try PT2WeightReader(zip: zip, folder: "\(root)/data/", payloads: payloads())
    var program = try weights.addingWeights(to: graph)
    program.symbolRanges = (exported.rangeConstraints ?? [:]).compactMapValues(\.closed)
    try program.check()
    return program
  }

  /// Descriptions of all weights and constants, each with its folder.
  private func payloads() throws(FormatError) -> [String: PT2WeightReader.Payload] {
    if zip.contains("\(root)/data/weights/\(model).pt") {
      throw FormatError(
        .unsupported,
        "the weights are in a Python pickle, as PyTorch before 2.9 writes them, which is never "
          + "opened; use a newer PyTorch and " + ExportAdvice.exportAgain)
    }
    var payloads: [String: PT2WeightReader.Payload] = [:]
    let sources = [
      ("constants", ["constants_config", "model_constants_config"]),
      ("weights", ["weights_config", "model_param_config"]),
    ]
    for (folder, endings) in sources {
      let paths = endings.map { "data/\(folder)/\(model)_\($0).json" }
      guard let path = paths.first(where: { zip.contains("\(root)/\($0)") }) else {
        throw FormatError(
          .malformed, "the archive lacks \(root)/\(paths[0]); export the model again")
      }
      let configuration: PT2Schema.PayloadConfiguration = try decode(path)
      for (name, payload) in configuration.config {
        payloads[name] = PT2WeightReader.Payload(folder: folder, description: payload)
      }
    }
    return payloads
  }

  private func expect(
    _ name: String, _ values: Set<String>, absenceAllowed: Bool
  ) throws(FormatError) {
    let path = "\(root)/\(name)"
    if absenceAllowed && !zip.contains(path) { return }
    let text = String(decoding: try zip.text(of: path, atMost: 64), as: UTF8.self)
    guard values.contains(text) else {
      throw FormatError(
        .unsupported,
        "\(path) says '\(text)', and only '\(values.sorted().joined(separator: "' or '"))' is "
          + "read; " + ExportAdvice.exportAgain)
    }
  }

  private func decode<T: Decodable>(_ name: String) throws(FormatError) -> T {
    let path = "\(root)/\(name)"
    let data = try zip.text(of: path)
    do {
      return try JSONDecoder().decode(T.self, from: data)
    } catch {
      throw FormatError(
        .malformed, "\(path) is damaged: \(sentence(for: error)); export the model again")
    }
  }

  /// What is wrong and where, without the decoder's own wording.
  private func sentence(for error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, let context):
      "\(place(context.codingPath)) lacks '\(key.stringValue)'"
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      "\(place(context.codingPath)) must be of type \(type)"
    case .dataCorrupted(let context):
      "\(place(context.codingPath)): \(context.debugDescription)"
    default: "it cannot be decoded"
    }
  }

  private func place(_ path: [any CodingKey]) -> String {
    let parts = path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
    return path.isEmpty ? "the whole text" : String(parts.joined().drop { $0 == "." })
  }

  /// What to tell somebody who gave a zip archive of another kind.
  private static func refusal(ofArchiveWith names: [String]) -> FormatError {
    func anyName(endsWith ending: String) -> Bool { names.contains { $0.hasSuffix(ending) } }
    let kind =
      if anyName(endsWith: "serialized_exported_program.json") {
        "this was exported by PyTorch before 2.9, whose weights are Python pickles; use a newer "
          + "PyTorch"
      } else if anyName(endsWith: "constants.pkl") {
        "this is a TorchScript archive, which is not supported"
      } else if anyName(endsWith: "data.pkl") {
        "this is a checkpoint of torch.save, a Python pickle that can run any code and is never "
          + "opened"
      } else if anyName(endsWith: ".npy") {
        "this is a NumPy archive, which holds arrays without the network"
      } else {
        "this is a zip archive without an exported program"
      }
    return FormatError(.unsupported, "\(kind); \(ExportAdvice.exportAgain)")
  }
}
