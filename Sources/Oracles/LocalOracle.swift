import TensorModule
public import ThreatModels

/// A model at hand that is queried as if it were somewhere else: to rehearse, and to compare.
///
/// It is shown the pictures that come out of the encoding, not the tensors that went in, so that
/// nothing but bytes passes.
public struct LocalOracle: QueriedModel {
  /// Which model, without secrets.
  public let identity: OracleIdentity
  /// How pictures are sent; bytes or floats.
  public let encoding: PictureEncoding
  /// Logits, or nothing if the model gives labels alone.
  public let scoreKind: ScoreKind?
  /// None: a model at hand is asked once.
  public let retryCount = 0
  private let oracle: ModelOracle

  /// A model that is queried.
  ///
  /// - Parameters:
  ///   - model: is asked.
  ///   - name: what tells this model from others, such as the digest of its file.
  ///   - sendsFloats: whether pictures are sent as they are instead of rounded to 8 bits.
  ///   - labelsOnly: whether scores are held back.
  public init(
    _ model: any Classifier, named name: String, sendsFloats: Bool = false,
    labelsOnly: Bool = false
  ) {
    oracle = ModelOracle(model)
    identity = OracleIdentity(interface: OracleIdentity.localInterface, address: name)
    encoding = sendsFloats ? .floats : .bytes
    scoreKind = labelsOnly ? nil : .logits
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { oracle.imageShape }

  /// The number of classes.
  public var classCount: Int { oracle.classCount }

  /// Asks about all pictures at once.
  public func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    try send(Array(pictures.indices))
    let values = pictures.flatMap { encoding.numbers(in: $0.bytes) }
    let images = Tensor(values, shape: [pictures.count] + imageShape.sizes)
    let scores = try oracle.scores(of: images).floats()
    var answers: [Answer] = []
    do {
      for row in pictures.indices {
        let own = Array(scores[(row * classCount)..<((row + 1) * classCount)])
        let answer = try Answer(scores: own, kind: .logits, classCount: classCount)
        answers.append(
          scoreKind == nil ? try Answer(label: answer.label, classCount: classCount) : answer)
      }
    } catch {
      try receive(Array(pictures.indices), nil)
      throw error
    }
    try receive(Array(pictures.indices), answers)
  }
}

extension PictureEncoding {
  /// The numbers in [0, 1] of a picture that was sent as an array, channel by channel.
  ///
  /// - Precondition: bytes or floats.
  func numbers(in bytes: [UInt8]) -> [Float] {
    switch self {
    case .bytes: return bytes.map { Float($0) / 255 }
    case .floats:
      return stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(
          bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
      }
    case .png, .jpeg: preconditionFailure("\(self) is no array")
    }
  }
}
