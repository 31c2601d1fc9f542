import InferenceProtocol
import ThreatModels

/// How a model is asked, as follows from its metadata and what else is known.
struct OpenInferencePlan: Sendable {
  /// In which order the numbers of a picture stand in the input.
  enum Layout: Sendable {
    /// Files, one a picture.
    case files
    case channelsFirst
    case channelsLast
    /// One row of numbers, channel by channel.
    case flat
  }

  let input: TensorMetadata
  let layout: Layout
  /// Whether the first size of the input is the number of pictures.
  let hasBatch: Bool
  let batchSize: Int
  let imageShape: ImageShape
  let encoding: PictureEncoding
  let scores: TensorMetadata?
  let scoreKind: ScoreKind?
  /// Whether answers hold the scores, and not the labels alone that follow from them.
  let showsScores: Bool
  let labels: TensorMetadata?
  let classCount: Int

  /// Finds out how a model is asked.
  ///
  /// - Parameters:
  ///   - model: what the server tells.
  ///   - options: what else is known.
  ///   - secrets: what no sentence may hold.
  /// - Throws: `OracleError.untold` with what has to be said, or `OracleError.refused`.
  init(
    _ model: ModelMetadata, _ options: OpenInferenceOptions, without secrets: Secrets
  ) throws(OracleError) {
    let title = "the model \(secrets.quoted(model.name))"
    let words = Words(model: title, secrets: secrets)
    let model = try model.completed(by: options, words)
    var input = try Self.tensor(options.input, among: model.inputs, words, kind: "input")
    let imageShape: ImageShape
    var (layout, hasBatch): (Layout, Bool)
    (layout, imageShape, hasBatch) = try Self.layout(of: input, options, words)
    // Some servers say that an input of numbers takes files as well.
    if let wanted = options.encoding, wanted != .bytes, wanted != .floats,
      input.parameters?.text("other_datatypes")?.split(separator: " ").contains("BYTES") == true
    {
      (input.datatype, input.shape, layout, hasBatch) = (.bytes, [-1], .files, true)
    }
    (self.input, self.layout, self.imageShape, self.hasBatch) = (
      input, layout, imageShape, hasBatch
    )
    let fixed = hasBatch ? input.shape.first ?? -1 : 1
    guard fixed == -1 || fixed == 1 else {
      throw .refused(
        "\(title) takes \(fixed) pictures at once, neither one nor any")
    }
    batchSize = fixed == 1 ? 1 : options.batchSize
    encoding = try Self.encoding(of: input, layout, options, words)
    let (found, labels) = try Self.outputs(of: model, options, words)
    // The label alone is asked for where it is offered.
    let scores = options.labelsOnly && labels != nil ? nil : found
    (self.scores, self.labels) = (scores, labels)
    showsScores = scores != nil && !options.labelsOnly
    scoreKind = scores.map { output in
      let name = output.name.lowercased()
      let isProbability = name.contains("prob") || name.contains("softmax")
      return options.scoreKind ?? (isProbability ? .probabilities : .logits)
    }
    let told = found?.shape.last.flatMap { $0 > 0 ? $0 : nil }
    if let told, let wanted = options.classCount, told != wanted {
      throw .refused("\(title) tells of \(told) classes, and not of \(wanted)")
    }
    guard let count = told ?? options.classCount ?? options.classNames?.count, count >= 2 else {
      throw .untold(
        [.classCount], "\(title) does not tell how many classes it has")
    }
    guard count <= DescribedEndpoint.mostClasses else {
      throw .refused("\(title) tells of \(count) classes, which is too many")
    }
    classCount = count
  }

  /// What a server tells, as sentences say it.
  fileprivate struct Words {
    /// The model.
    let model: String
    let secrets: Secrets

    /// An input with its shape.
    func input(_ tensor: TensorMetadata) -> String {
      "the input \(secrets.quoted(tensor.name)) has the shape \(tensor.shape.shown)"
    }
  }

  private static func tensor(
    _ name: String?, among tensors: [TensorMetadata], _ words: Words, kind: String
  ) throws(OracleError) -> TensorMetadata {
    let known = words.secrets.quoted(tensors.map(\.name))
    if let name {
      guard let found = tensors.first(where: { $0.name == name }) else {
        throw .refused("\(words.model) has no \(kind) \(name.quoted); it has \(known)")
      }
      return found
    }
    guard tensors.count == 1 else {
      throw .refused(
        tensors.isEmpty
          ? "\(words.model) tells of no \(kind)"
          : "\(words.model) has several \(kind)s (\(known)): say which")
    }
    return tensors[0]
  }

  private static func layout(
    of input: TensorMetadata, _ options: OpenInferenceOptions, _ words: Words
  ) throws(OracleError) -> (Layout, ImageShape, hasBatch: Bool) {
    let shape = input.shape
    if input.datatype == .bytes {
      guard let known = options.imageShape else {
        throw .untold(
          [.imageShape],
          "\(words.model) takes files of any size, and does not tell the shape of pictures"
        )
      }
      return (.files, known, !shape.isEmpty)
    }
    let hasBatch = shape.count != 3
    let sizes = hasBatch ? Array(shape.dropFirst()) : shape
    func fits(_ known: [Int]) -> Bool {
      sizes.count == known.count && zip(sizes, known).allSatisfy { $0 == -1 || $0 == $1 }
    }
    func mayBe(_ layout: OpenInferenceOptions.Layout) -> Bool {
      options.layout == nil || options.layout == layout
    }
    if let known = options.imageShape {
      if mayBe(.channelsFirst), fits(known.sizes) { return (.channelsFirst, known, hasBatch) }
      if mayBe(.channelsLast), fits([known.height, known.width, known.channels]) {
        return (.channelsLast, known, hasBatch)
      }
      if mayBe(.flat), shape.count == 2, fits([known.sizes.reduce(1, *)]) {
        return (.flat, known, true)
      }
      throw .refused(
        "\(words.input(input)), which pictures of \(known) do not fit")
    }
    guard sizes.count == 3, sizes.allSatisfy({ $0 > 0 }) else {
      throw .untold(
        [.imageShape],
        "\(words.input(input)), which does not tell the shape of pictures"
      )
    }
    guard ImageShape.isReasonable(sizes) else {
      throw .refused(
        "\(words.input(input)), which is more than a picture may have")
    }
    if mayBe(.channelsFirst), sizes[0] == 1 || sizes[0] == 3 {
      let shape = ImageShape(channels: sizes[0], height: sizes[1], width: sizes[2])
      return (.channelsFirst, shape, hasBatch)
    }
    guard mayBe(.channelsLast), sizes[2] == 1 || sizes[2] == 3 else {
      throw .refused("\(words.input(input)), which are no pictures")
    }
    return (
      .channelsLast, ImageShape(channels: sizes[2], height: sizes[0], width: sizes[1]), hasBatch
    )
  }

  private static func encoding(
    of input: TensorMetadata, _ layout: Layout, _ options: OpenInferenceOptions,
    _ words: Words
  ) throws(OracleError) -> PictureEncoding {
    let usual: PictureEncoding = layout == .files ? .png : .bytes
    let encoding = options.encoding ?? usual
    let isFile = encoding != .bytes && encoding != .floats
    let takesFloats = input.datatype == .fp32 || input.datatype == .fp64
    switch input.datatype {
    case .bytes where isFile: return encoding
    case .uint8 where encoding == .bytes: return encoding
    case _ where takesFloats && !isFile: return encoding
    default:
      throw .refused(
        "the input \(words.secrets.quoted(input.name)) takes \(input.datatype.rawValue), as which "
          + "pictures cannot be sent (\(encoding))")
    }
  }

  /// The output with scores and the one with classes, as names, shapes and datatypes tell.
  private static func outputs(
    of model: ModelMetadata, _ options: OpenInferenceOptions, _ words: Words
  ) throws(OracleError) -> (scores: TensorMetadata?, labels: TensorMetadata?) {
    let outputs = model.outputs
    let floating: Set<TensorDatatype> = [.fp16, .fp32, .fp64]
    func holdsScores(_ output: TensorMetadata) -> Bool {
      floating.contains(output.datatype) && output.shape.last != 1
        && (1...2).contains(output.shape.count)
    }
    func holdsNames(_ output: TensorMetadata) -> Bool {
      output.datatype == .bytes && options.classNames != nil
    }
    func holdsLabels(_ output: TensorMetadata) -> Bool {
      let isWhole =
        output.datatype != .bytes && output.datatype != .bool
        && !floating.contains(output.datatype)
      return isWhole && (output.shape.count < 2 || output.shape.last == 1)
    }
    if let name = options.output {
      let output = try tensor(name, among: outputs, words, kind: "output")
      if floating.contains(output.datatype) { return (output, nil) }
      guard holdsLabels(output) || holdsNames(output) else {
        throw .refused("the output \(name.quoted) holds neither scores nor classes that are known")
      }
      return (nil, output)
    }
    let labels = outputs.first(where: holdsLabels) ?? outputs.first(where: holdsNames)
    let candidates = outputs.filter(holdsScores)
    let scores =
      ["logit", "score", "prob", "softmax"].lazy.compactMap { word in
        candidates.first { $0.name.lowercased().contains(word) }
      }.first ?? (candidates.count == 1 ? candidates[0] : nil)
    if scores == nil, labels == nil || !(candidates.isEmpty || options.labelsOnly) {
      let known = words.secrets.quoted(outputs.map(\.name))
      throw .untold(
        [.output],
        "which output of \(words.model) holds scores or classes is not plain "
          + "(\(known.isEmpty ? "it tells of none" : known))")
    }
    return (scores, labels)
  }
}

extension ModelMetadata {
  /// The same with what is known besides, where the server tells of no inputs or outputs, as MLServer
  /// does of a model whose settings declare none.
  fileprivate func completed(
    by options: OpenInferenceOptions, _ words: OpenInferencePlan.Words
  ) throws(OracleError) -> Self {
    var model = self
    if inputs.isEmpty {
      guard let layout = options.layout, options.imageShape != nil else {
        throw .untold(
          [.imageShape, .layout],
          "\(words.model) tells of no input, nor of the shape of pictures and the layout")
      }
      let sizes = layout == .flat ? [-1] : [-1, -1, -1]
      model.inputs = [
        TensorMetadata(name: options.input ?? "input", datatype: .fp32, shape: [-1] + sizes)
      ]
    }
    if outputs.isEmpty {
      guard let name = options.output else {
        throw .untold([.output], "\(words.model) tells of no output")
      }
      let holdsScores = options.scoreKind != nil
      model.outputs = [
        holdsScores
          ? TensorMetadata(name: name, datatype: .fp64, shape: [-1, -1])
          : TensorMetadata(name: name, datatype: .int64, shape: [-1])
      ]
    }
    return model
  }
}

extension [Int] {
  /// A shape that a server tells, which may be endlessly long.
  var shown: String { "\(self)".cleaned(upTo: 100) }
}
