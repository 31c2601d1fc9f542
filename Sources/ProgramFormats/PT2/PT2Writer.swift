import Foundation
import ProgramIR

/// Turns a program into the files of a `.pt2` archive, version 0, schema 8.
struct PT2Writer {
  /// The folder of everything in the archive.
  private static let root = "package"
  /// The name of the one model.
  private static let model = "model"

  private let program: Program

  /// A writer of one program.
  init(_ program: Program) {
    self.program = program.withPythonNames()
  }

  /// All files of the archive.
  ///
  /// - Throws: ``FormatError`` of the reason `unsupported` if the program does not say enough.
  func entries() throws(FormatError) -> [(name: String, content: ZipWriter.Content)] {
    let model = try PT2GraphWriter(program).model()
    let constants = Set(program.inputs.compactMap { $0.constantName })
    var files: [(String, ZipWriter.Content)] = [
      ("archive_format", .data(Data("pt2".utf8))),
      ("archive_version", .data(Data("0".utf8))),
      ("byteorder", .data(Data("little".utf8))),
      (".data/version", .data(Data("3\n".utf8))),
      ("models/\(Self.model).json", .data(model.data)),
      // Readers want the file; without examples it is empty.
      ("data/sample_inputs/\(Self.model).pt", .data(Data())),
    ]
    let names = program.inputs.compactMap(\.weightName)
    files += payloads(
      of: names.filter { !constants.contains($0) }, in: "weights", file: "weight")
    files += payloads(of: names.filter(constants.contains), in: "constants", file: "tensor")
    return files.map { ("\(Self.root)/\($0.0)", $0.1) }
  }

  /// The bytes of some weights, each storage once, and their description.
  private func payloads(
    of names: [String], in folder: String, file stem: String
  ) -> [(String, ZipWriter.Content)] {
    var files: [(String, ZipWriter.Content)] = []
    var paths: [Storage: String] = [:]
    var config: [String: JSON] = [:]
    let parameters = Set(program.parameterNames)
    for name in names where config[name] == nil {
      guard let weight = program.weights[name] else { continue }
      let path = paths[weight.storage] ?? "\(stem)_\(paths.count)"
      if paths.updateValue(path, forKey: weight.storage) == nil {
        files.append(("data/\(folder)/\(path)", .storage(weight.storage)))
      }
      config[name] = [
        "path_name": .text(path), "is_param": .truth(parameters.contains(name)),
        "use_pickle": false,
        "tensor_meta": weight.description(isTrained: parameters.contains(name)),
      ]
    }
    let description: JSON = ["config": .object(config)]
    files.append(
      ("data/\(folder)/\(Self.model)_\(folder)_config.json", .data(description.data)))
    return files
  }
}

extension Program.Input {
  /// The full name, if this is a literal of the model's source.
  fileprivate var constantName: String? {
    if case .constant(let name) = source { name } else { nil }
  }
}

extension Weight {
  /// How to look at the bytes.
  fileprivate func description(isTrained: Bool) -> JSON {
    .tensor(
      dataType, sizes: sizes.map(TensorType.Dimension.fixed),
      strides: strides.map(TensorType.Dimension.fixed), offset: offset, isTrained: isTrained)
  }
}
