public import ProgramIR
public import TensorModule
public import ThreatModels

/// A program seen as a classifier of pictures.
///
/// It owns everything between pixels in [0, 1] and logits: an optional normalisation, the batch size
/// that the program was exported with, and the order of memory that runs fastest. It counts the
/// pictures that it is asked about. Not Sendable: one thread uses it.
public final class ProgramClassifier: DifferentiableClassifier, PassCounting {
  /// What the program's outputs are.
  public enum Outputs: String, Hashable, Codable, Sendable, CaseIterable {
    /// Unnormalised scores, as the last linear layer gives them.
    case logits
    /// Probabilities; the classifier takes their logarithms, which have the same softmax.
    case probabilities
  }

  /// How pixels in [0, 1] become what the program wants: (x − mean) / standard deviation.
  public struct Normalization: Hashable, Codable, Sendable {
    /// One number for each channel, or one for all.
    public var mean: [Double]
    /// One number for each channel, or one for all; not 0, and below it where white is less than black.
    public var standardDeviation: [Double]

    /// A normalisation.
    public init(mean: [Double], standardDeviation: [Double]) {
      self.mean = mean
      self.standardDeviation = standardDeviation
    }
  }

  /// The shape of one picture.
  public let imageShape: ImageShape
  /// The number of classes.
  public let classCount: Int
  /// Whether the program was exported in training mode; it was switched to evaluation.
  public let wasExportedInTrainingMode: Bool
  /// What errors name the model by, such as its file.
  public var name: String?
  /// How many pictures went through the program since it was made.
  public private(set) var passes = PassCount()

  private let program: CompiledProgram
  private let parameters: Parameters
  private let outputs: Outputs
  private let normalization: PixelNormalization?
  /// Whether a program with a fixed batch was seen to answer about a picture with regard to the others or to its
  /// place, so that it is shown copies of one picture at a time.
  public let mixesBatches: Bool
  /// The batch size that the program insists on, if it does.
  private let fixedBatch: Int?

  /// Makes a program ready, runs it on grey pictures, and on noise if its batch is fixed, and looks at what comes out.
  ///
  /// - Parameters:
  ///   - program: takes one batch of pictures [N, C, H, W] and returns [N, K].
  ///   - normalization: what to do to pixels in [0, 1] first; nothing if the program does it.
  ///   - outputs: what the program returns.
  /// - Throws: ``ProgramError`` when the program has another shape, when its outputs do not look
  ///   like what they are said to be, or when it fails.
  public init(
    _ program: Program, normalization: Normalization? = nil, outputs: Outputs = .logits
  ) throws(ProgramError) {
    let (batch, shape) = try Self.input(of: program)
    wasExportedInTrainingMode = program.isInTrainingMode
    let evaluated = program.inEvaluationMode().foldingBatchNorm().rectifyingAfterPooling()
    let compiled = try CompiledProgram(evaluated, format: .channelsLast)
    self.program = compiled
    parameters = compiled.laidOut(try Parameters(of: evaluated))
    self.outputs = outputs
    self.normalization = try normalization.map { normalization throws(ProgramError) in
      try PixelNormalization(normalization, for: shape)
    }
    fixedBatch = batch
    imageShape = shape
    classCount = try Self.classCount(
      probing: compiled, with: parameters, self.normalization, shape: shape, batch: batch,
      outputs: outputs)
    mixesBatches = try Self.mixes(
      compiled, with: parameters, self.normalization, shape: shape, batch: batch ?? 1)
  }

  /// The logits of pictures, without recording gradients.
  public func logits(of images: Tensor) throws(EngineError) -> Tensor {
    passes.forward += images.count
    return try naming { () throws(EngineError) in
      try withoutGradients { () throws(EngineError) in try scores(of: images) }
    }
  }

  /// Logits, losses and the gradient of the summed losses, from one forward and one backward pass.
  public func lossGradient(
    at images: Tensor, of losses: (Tensor) -> Tensor
  ) throws(EngineError) -> LossGradient {
    passes.forward += images.count
    passes.backward += images.count
    let result = try naming { () throws(EngineError) in
      try valueAndGradient(at: images) { images throws(EngineError) in
        let logits = try scores(of: images)
        return (losses(logits), [logits])
      }
    }
    return LossGradient(
      logits: result.auxiliary[0], losses: result.value, gradient: result.gradient)
  }

  /// Puts the name of the model before what goes wrong in it.
  private func naming<R>(_ body: () throws(EngineError) -> R) throws(EngineError) -> R {
    do {
      return try body()
    } catch {
      throw name.map { error.located(at: $0) } ?? error
    }
  }

  /// Logits as the program and the declared outputs give them.
  private func scores(of images: Tensor) throws(EngineError) -> Tensor {
    let result = try inFixedBatches(normalization?(images) ?? images)
    guard result.shape == [images.count, classCount] else {
      throw EngineError(
        .refused, during: "the program",
        message: "it returns \(result) for \(images.count) pictures of \(classCount) classes")
    }
    return switch outputs {
    case .logits: result
    case .probabilities: result.clamped(to: 1e-12...1).logarithm()
    }
  }

  /// Runs a program with a fixed batch size as often as it takes, the last time padded with zeros.
  ///
  /// A program that mixes the pictures of a batch is given one picture at a time, as often as fits.
  private func inFixedBatches(_ images: Tensor) throws(EngineError) -> Tensor {
    guard let fixedBatch, images.count > 0 else {
      return try program([images], with: parameters)[0]
    }
    var results: [Tensor] = []
    for start in stride(from: 0, to: images.count, by: mixesBatches ? 1 : fixedBatch) {
      if mixesBatches {
        let copies = images[start..<(start + 1)].expanded(to: [fixedBatch] + imageShape.sizes)
        results.append(try program([copies], with: parameters)[0][0..<1])
        continue
      }
      let part = images[start..<min(start + fixedBatch, images.count)]
      let padding = Tensor.zeros([fixedBatch - part.count] + imageShape.sizes)
      let whole = part.count == fixedBatch ? part : Tensor.concatenated([part, padding])
      results.append(try program([whole], with: parameters)[0][0..<part.count])
    }
    return results.count == 1 ? results[0] : Tensor.concatenated(results)
  }
}

extension ProgramClassifier {
  /// The fixed batch size, if any, and the shape of one picture.
  private static func input(of program: Program) throws(ProgramError) -> (Int?, ImageShape) {
    let inputs = program.userInputs
    guard inputs.count == 1, let type = program.types[inputs[0].name] else {
      throw ProgramError(
        "the model takes \(inputs.count) inputs; a classifier of pictures takes one")
    }
    guard type.sizes.count == 4 else {
      let lack =
        type.sizes.count == 3 ? ": an axis of channels is missing, export the model with one" : ""
      throw ProgramError(
        "the model's input is \(type); a batch of pictures [N, C, H, W] is needed" + lack)
    }
    guard let channels = type.sizes[1].fixedSize, let height = type.sizes[2].fixedSize,
      let width = type.sizes[3].fixedSize,
      [channels, height, width].allSatisfy({ $0 > 0 })
    else {
      throw ProgramError(
        "the model's input is \(type); a batch of pictures [N, C, H, W] with fixed C, H and W is "
          + "needed: export the model with the batch as the only dynamic size")
    }
    guard type.dataType == .float32 else {
      throw ProgramError("the model's input is \(type); float32 pictures are needed")
    }
    guard program.results.count == 1 else {
      throw ProgramError(
        "the model returns \(program.results.count) tensors; a classifier returns one, the logits")
    }
    let batch = type.sizes[0].fixedSize
    guard batch != 0 else { throw ProgramError("the model's input is \(type): an empty batch") }
    return (batch, ImageShape(channels: channels, height: height, width: width))
  }

  /// Whether an answer about dark or bright noise, or about grey, depends on where the picture stands in a batch
  /// or on any other one of it.
  ///
  /// All are moved by one place, and then half of them are replaced again and again, so that of any two each has
  /// stayed once while the other one was replaced.
  private static func mixes(
    _ program: CompiledProgram, with parameters: Parameters, _ normalization: PixelNormalization?,
    shape: ImageShape, batch: Int
  ) throws(ProgramError) -> Bool {
    guard batch > 1 else { return false }
    let generator = RandomKey(seed: 0).part("batch").makeGenerator()
    let rows = 0..<batch
    func each(_ value: (Int) -> Float) -> Tensor {
      Tensor(rows.map(value), shape: [batch, 1, 1, 1])
    }
    let noise =
      Tensor.uniform([batch] + shape.sizes, using: generator) * each { $0 % 2 == 0 ? 0.2 : 1 }
    let greys = each { [0.9, 0.3, 0.6][$0 % 3] }.expanded(to: noise.shape)
    let moved = (1...batch).map { $0 % batch }
    do {
      return try withoutGradients { () throws(EngineError) in
        func answers(about pictures: Tensor) throws(EngineError) -> Tensor {
          try program([normalization?(pictures) ?? pictures], with: parameters)[0]
        }
        let wanted = try answers(about: noise)
        func differ(_ found: Tensor, _ wanted: Tensor) -> Bool {
          // Not a number where the program fails on noise.
          !((found - wanted).magnitude().max().scalar()
            <= 1e-4 * max(1, wanted.magnitude().max().scalar()))
        }
        if differ(try answers(about: noise.rows(moved)), wanted.rows(moved)) { return true }
        for bit in 0..<(Int.bitWidth - (batch - 1).leadingZeroBitCount) {
          for value in 0...1 {
            let replaced = rows.filter { $0 >> bit & 1 == value }
            let kept = rows.filter { $0 >> bit & 1 != value }
            let found = try answers(
              about: noise.replacingRows(replaced, with: greys.rows(replaced)))
            if differ(found.rows(kept), wanted.rows(kept)) { return true }
          }
        }
        return false
      }
    } catch {
      throw ProgramError("the model fails on pictures of noise: \(error)")
    }
  }

  /// Runs the program once and reads the number of classes off what comes out.
  private static func classCount(
    probing program: CompiledProgram, with parameters: Parameters,
    _ normalization: PixelNormalization?, shape: ImageShape, batch fixedBatch: Int?,
    outputs: Outputs
  ) throws(ProgramError) -> Int {
    let batch = fixedBatch ?? 2
    func answer(beside level: Double) throws(ProgramError) -> Tensor {
      let first = Tensor.full([1] + shape.sizes, 0.5)
      let others = Tensor.full([max(batch - 1, 1)] + shape.sizes, level)
      let grey = batch == 1 ? first : Tensor.concatenated([first, others])
      let probe = normalization?(grey) ?? grey
      do {
        return try withoutGradients { () throws(EngineError) in
          try program([probe], with: parameters)[0]
        }
      } catch {
        throw ProgramError("the model fails on a grey picture: \(error)")
      }
    }
    let result = try answer(beside: 0.25)
    guard result.rank == 2, result.count == batch, result.shape[1] >= 2 else {
      throw ProgramError(
        "the model returns \(result) for \(batch) pictures; one row of at least two logits for "
          + "each picture is needed")
    }
    guard result.elementType == .float32, result.isFinite().allTrue() else {
      throw ProgramError("the model returns numbers that are not finite float32 for a grey picture")
    }
    // A program whose batch is fixed can be shown one picture at a time.
    let neighbour = fixedBatch == nil ? 0.75 : 0.25
    let difference = (try answer(beside: neighbour) - result)[0..<1].magnitude().max().scalar()
    guard difference <= 1e-3 * max(1, result.magnitude().max().scalar()) else {
      throw ProgramError(
        "the model answers differently for the same picture: it is random"
          + (fixedBatch == nil
            ? ", or a picture's answer depends on the other pictures of its batch" : ""))
    }
    let sums = result.sum(along: [1])
    let looksLikeProbabilities =
      ((sums - 1).magnitude() .< 1e-4).allTrue() && (result .>= 0).allTrue()
    if outputs == .logits && looksLikeProbabilities {
      throw .returnsProbabilities
    }
    if outputs == .probabilities && !looksLikeProbabilities {
      throw ProgramError("the model's outputs do not sum to 1, so they are no probabilities")
    }
    return result.shape[1]
  }
}

extension ProgramError {
  /// A model whose outputs look like probabilities where logits are wanted.
  public static let returnsProbabilities = ProgramError(
    "the model returns probabilities, not logits: say that its outputs are probabilities, or export it "
      + "without what makes probabilities of its scores")
}
