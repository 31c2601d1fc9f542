import Adversary

/// The model of a file as a program of pictures [N, C, H, W] in [0, 1], and what was recognised in it.
struct PreparedModel {
  var program: Program { reading.program }
  /// The program as a classifier, or why it is none.
  let classifier: Result<ProgramClassifier, ProgramError>
  /// What is done to pixels first.
  let normalization: ProgramClassifier.Normalization?
  /// What came last in the file, made probabilities of scores and is left out; nothing if there was none.
  var leftOut: Program.FinalActivation? {
    reading.outputs == .logits && lowered?.leavesOutSigmoid ?? false ? .sigmoid : reading.leftOut
  }
  /// What the program returns.
  var outputs: ProgramClassifier.Outputs { reading.outputs }
  /// How the model is used, with what was recognised where that is not plain.
  private(set) var use: ModelUse
  /// The form of the input in the file.
  let form: Program.InputForm?
  /// What was found when an ONNX model was lowered; nothing for other models.
  let lowered: LoweredModel?
  /// How the model's outputs are read.
  private let reading: OutputReading

  /// Reads a file, which may be a `.pt2` archive or an ONNX model.
  init(path: String, use: ModelUse = ModelUse()) throws {
    guard !path.contains("://") else {
      // The address is not repeated: it may hold a password.
      throw CommandFailure(
        .usage, "a model is a file, and not an address; that of a service goes behind --oracle")
    }
    guard try ONNXModel.recognizes(fileAt: path) else {
      try self.init(Program.read(from: path), path: path, use: use)
      return
    }
    let model = try ONNXModel.read(from: path)
    let use = use.withLayout(of: model)
    let lowered = try Self.lowered(model, path: path, use: use)
    try self.init(lowered.program, path: path, use: use, lowered: lowered)
  }

  /// An ONNX model as a program that returns its scores.
  static func lowered(
    _ model: ONNXModel, path: String, use: ModelUse
  ) throws -> LoweredModel {
    var options = LoweringOptions()
    options.isStraightThrough = use.isStraightThrough
    options.scores = use.scores
    options.loneScore = use.outputs.map { $0 == .probabilities ? .probability : .logit }
    options.openSizes = use.openSizes(of: model)
    do throws(LoweringError) {
      return try model.lowered(options)
    } catch {
      throw CommandFailure(.badData, "\(path): \(error)", advice: error.advice)
    }
  }

  /// A program that is known already.
  init(
    _ program: Program, path: String, use: ModelUse = ModelUse(), lowered: LoweredModel? = nil
  ) throws {
    var use = use
    form = program.inputForm
    self.lowered = lowered
    if form == .channelsLast, use.layout == nil { use.layout = .channelsLast }
    try use.layout?.check(against: program, path: path)
    let program = try Self.taking(program, use, path: path)
    if let wanted = use.shape, let own = program.pictureShape, own != wanted {
      throw CommandFailure(.badData, "\(path): the model takes pictures of \(own), not \(wanted)")
    }
    if use.range == nil, program.preparesBytes || lowered?.takesIntegers ?? false {
      use.range = .bytes
    }
    if lowered?.takesSignedBytes ?? false { try use.checkSignedBytes(path: path) }
    let normalization = (use.range ?? .unit).normalization(before: use.normalization)
    self.normalization = normalization
    (reading, classifier) = OutputReading.first(of: program, said: use.outputs) {
      reading throws(ProgramError) in
      try ProgramClassifier(
        reading.program, normalization: normalization, outputs: reading.outputs)
    }
    use.outputs = reading.leftOut == nil ? reading.outputs : .probabilities
    self.use = use
  }

  /// Refuses a model whose logits are not found, from which nothing can be learned.
  func requireLogits(path: String) throws {
    let isHidden = classifier.isProbabilities && program.finalActivation == nil
    guard outputs == .logits, !isHidden else {
      throw CommandFailure(
        .badData,
        "\(path): the model returns probabilities, and its logits are not found: export it without what "
          + "makes probabilities of them")
    }
  }

  /// The program for pictures with channels first, whatever it takes itself.
  private static func taking(
    _ program: Program, _ use: ModelUse, path: String
  ) throws -> Program {
    switch program.inputForm {
    case .flat(let count):
      guard let shape = use.shape ?? ImageShape(ofFlat: count) else {
        throw CommandFailure(
          .badData,
          "\(path): the model takes lists of \(count) numbers",
          advice: "say with --input-shape which pictures they are, such as 1x28x28")
      }
      guard shape.channels * shape.height * shape.width == count else {
        throw CommandFailure(
          .badData, "\(path): the model takes lists of \(count) numbers, which is not \(shape)")
      }
      return program.takingPictures(
        channels: shape.channels, height: shape.height, width: shape.width)
    case .channelsLast where use.layout != .channelsFirst,
      .channelsFirst where use.layout == .channelsLast:
      return program.takingChannelsFirst()
    default: return program
    }
  }
}

extension Program {
  /// The shape of one picture, where the program takes pictures of one shape.
  fileprivate var pictureShape: ImageShape? {
    guard let sizes = userInputs.first.flatMap({ types[$0.name]?.sizes }), sizes.count == 4,
      let channels = sizes[1].fixedSize, let height = sizes[2].fixedSize,
      let width = sizes[3].fixedSize
    else { return nil }
    return ImageShape(channels: channels, height: height, width: width)
  }
}

extension ModelUse.Layout {
  /// Refuses a layout that gives pictures another number of channels than 1, 3 or 4 where the other
  /// layout does not.
  fileprivate func check(against program: Program, path: String) throws {
    guard let type = program.userInputs.first.flatMap({ program.types[$0.name] }),
      type.sizes.count == 4
    else { return }
    let channels = [ModelUse.Layout.channelsFirst: type.sizes[1], .channelsLast: type.sizes[3]]
    guard let taken = channels[self]?.fixedSize, !Program.usualChannelCounts.contains(taken),
      channels.values.contains(where: { size in
        size.fixedSize.map(Program.usualChannelCounts.contains) ?? false
      })
    else { return }
    throw CommandFailure(
      .badData,
      "\(path): the model takes \(type), which --input-layout \(rawValue) would make pictures of "
        + "\(taken) channels")
  }
}

extension ModelUse {
  /// Refuses a range that does not fit a model of integers from -128 to 127.
  fileprivate func checkSignedBytes(path: String) throws {
    guard let range, ![range.black, range.white].allSatisfy((-128...127).contains) else { return }
    throw CommandFailure(
      .badData,
      "\(path): the model takes integers from -128 to 127, which are not \(range)",
      advice: "say with --input-range which of them are black and white, such as "
        + "--input-range=-128..127")
  }

  /// The same with channels last, if the model leaves open how high or wide pictures are and has the channels of
  /// the wanted shape last.
  fileprivate func withLayout(of model: ONNXModel) -> ModelUse {
    guard let shape, layout == nil, let sizes = model.graph.inputs.first?.sizes, sizes.count == 4,
      sizes[1].isOpen || sizes[2].isOpen, sizes[3] == .fixed(shape.channels),
      sizes[1] != .fixed(shape.channels)
    else { return self }
    var use = self
    use.layout = .channelsLast
    return use
  }

  /// The sizes of the model's input after the batch, where the model leaves them open.
  fileprivate func openSizes(of model: ONNXModel) -> [Int]? {
    guard let shape else { return nil }
    let sizes = model.graph.inputs.first?.sizes ?? []
    if sizes.count == 2 { return [shape.sizes.reduce(1, *)] }
    return withLayout(of: model).layout == .channelsLast
      ? [shape.height, shape.width, shape.channels] : shape.sizes
  }
}

extension ImageShape {
  /// The square grey picture of so many pixels, if there is one.
  fileprivate init?(ofFlat count: Int) {
    let side = Int(Double(count).squareRoot().rounded())
    guard side > 1, side * side == count else { return nil }
    self.init(channels: 1, height: side, width: side)
  }
}

extension ONNXValueInfo.Dimension {
  /// Whether the model does not say how many there are.
  fileprivate var isOpen: Bool { if case .fixed = self { false } else { true } }
}
