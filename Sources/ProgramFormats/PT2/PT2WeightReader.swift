import ProgramIR

/// Reads the weights that a program names, each file of the archive once.
struct PT2WeightReader {
  /// The description of a weight and the folder of its file.
  struct Payload {
    let folder: String
    let description: PT2Schema.Payload
  }

  private let zip: ZipArchive
  private let folder: String
  private let payloads: [String: Payload]
  private var storages: [String: Storage] = [:]

  /// A reader of the files under `folder`.
  init(zip: ZipArchive, folder: String, payloads: [String: Payload]) {
    self.zip = zip
    self.folder = folder
    self.payloads = payloads
  }

  /// The program with every weight that its inputs name.
  mutating func addingWeights(to program: Program) throws(FormatError) -> Program {
    var program = program
    for input in program.inputs {
      guard let name = input.weightName else { continue }
      let weight = try weight(named: name)
      try weight.checkNumbers(name: name, source: input.source)
      if let type = program.types[input.name], !weight.has(type) {
        throw FormatError(
          .malformed,
          "weight '\(name)' is \(weight.type), but the graph says \(type); export the model again")
      }
      program.weights[name] = weight
    }
    return program
  }

  private mutating func weight(named name: String) throws(FormatError) -> Weight {
    guard let payload = payloads[name] else {
      throw FormatError(
        .malformed, "the archive has no weight '\(name)', which the program reads; export again")
    }
    let description = payload.description
    guard !description.usePickle else {
      throw FormatError(
        .unsupported,
        "weight '\(name)' is a Python pickle, which can run any code and is never opened; turn "
          + "tensor subclasses and script objects into plain tensors, then "
          + ExportAdvice.exportAgain)
    }
    guard let layout = description.tensorMeta, let type = DataType(rawValue: layout.dtype),
      layout.layout == Node.Argument.Layout.strided.rawValue,
      let sizes = layout.sizes.fixedSizes, let strides = layout.strides.fixedSizes,
      let offset = layout.storageOffset.fixedSize
    else {
      throw FormatError(
        .unsupported,
        "weight '\(name)' is not a dense tensor of a known type and fixed sizes; make it one, "
          + "then " + ExportAdvice.exportAgain)
    }
    let weight = Weight(
      dataType: type, sizes: sizes, strides: strides, offset: offset,
      storage: try storage(at: "\(folder)\(payload.folder)/\(description.pathName)"))
    guard weight.fitsStorage else {
      throw FormatError(
        .malformed,
        "weight '\(name)' declares \(weight.type) beyond the \(weight.storage.byteCount) bytes "
          + "of \(description.pathName); export the model again")
    }
    let storedCount = weight.storage.byteCount / type.byteCount
    guard weight.elementCount <= max(storedCount, Self.repeatedElementLimit) else {
      throw FormatError(
        .malformed,
        "weight '\(name)' repeats its elements to \(weight.type), which is refused; store it as "
          + "it is read, then " + ExportAdvice.exportAgain)
    }
    return weight
  }

  /// A weight may repeat a few stored elements, but only to a size that memory surely holds.
  private static let repeatedElementLimit = 1 << 24

  private mutating func storage(at path: String) throws(FormatError) -> Storage {
    if let storage = storages[path] { return storage }
    let storage = try zip.storage(of: path)
    storages[path] = storage
    return storage
  }
}

extension [PT2Schema.Size] {
  /// The sizes, if all are known.
  fileprivate var fixedSizes: [Int]? {
    let sizes = compactMap(\.fixedSize)
    return sizes.count == count ? sizes : nil
  }
}

extension Weight {
  fileprivate var type: TensorType {
    TensorType(dataType: dataType, sizes: sizes.map(TensorType.Dimension.fixed))
  }

  /// Whether the type says the same; sizes that are not fixed say nothing.
  fileprivate func has(_ type: TensorType) -> Bool {
    type.dataType == dataType && type.sizes.count == sizes.count
      && zip(type.sizes, sizes).allSatisfy { $0.fixedSize.map(Set([$1]).contains) ?? true }
  }
}
