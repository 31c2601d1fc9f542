import Foundation
public import ThreatModels

/// A model behind TensorFlow Serving's REST interface, asked row by row (`instances`).
///
/// Pictures are sent as arrays of numbers in [0, 1] or of whole numbers in 0…255, pixel by pixel as
/// TensorFlow wants them, or as `{"b64": …}` with the bytes of a PNG or JPEG file.
public struct TensorFlowServingOracle: QueriedModel {
  /// What has to be known of the model.
  public struct Model: Sendable {
    /// The address of the model, such as `http://localhost:8501/v1/models/signs`.
    public var address: String
    /// The shape of one picture.
    public var imageShape: ImageShape
    /// The number of classes.
    public var classCount: Int
    /// How pictures are sent.
    public var encoding: PictureEncoding
    /// What the model returns: scores, or nothing if it returns numbers of classes.
    public var scoreKind: ScoreKind?
    /// Which of several named outputs holds that; nothing if the model has one.
    public var output: String?

    /// A model that is sent numbers in [0, 1] and returns probabilities.
    public init(address: String, imageShape: ImageShape, classCount: Int) {
      self.address = address
      self.imageShape = imageShape
      self.classCount = classCount
      encoding = .floats
      scoreKind = .probabilities
    }
  }

  private let model: Model
  private let template: BodyTemplate
  private let batchSize: Int
  private let url: URL
  private let headers: [(name: String, value: String)]
  private let exchange: HTTPExchange

  /// A model that has not been asked yet.
  ///
  /// - Parameters:
  ///   - model: what is known of it.
  ///   - batchSize: how many pictures go into a request at most.
  ///   - headers: sent with every request; their values are neither shown nor kept.
  ///   - settings: patience and limits.
  /// - Throws: `OracleError.unusable` when the address is none.
  public init(
    _ model: Model, batchSize: Int = 32, headers: [String: String] = [:], settings: HTTPSettings
  ) throws(OracleError) {
    let place =
      switch model.encoding {
      case .floats: "{{array}}"
      case .bytes: "{{byte_array}}"
      case .png: #"{"b64": "{{png_base64}}"}"#
      case .jpeg: #"{"b64": "{{jpeg_base64}}"}"#
      }
    var quality = 90
    if case .jpeg(let wanted) = model.encoding { quality = wanted }
    guard
      let template = BodyTemplate(
        .json(#"{"instances": [{{items}}]}"#, item: place), quality: quality, layout: .hwc,
        shape: model.imageShape)
    else { preconditionFailure("the template of instances is not sound") }
    let service = try URL(ofService: model.address)
    exchange = HTTPExchange(settings, secrets: Array(headers.values) + Secrets.parts(of: service))
    guard let url = service.appendingToPath(":predict") else {
      throw .unusable("\(exchange.secrets.shown(service)) cannot be asked for predictions")
    }
    self.model = model
    self.template = template
    self.batchSize = batchSize
    self.url = url
    self.headers = headers.map { (name: $0.key, value: $0.value) }
  }

  /// Which model, without secrets.
  public var identity: OracleIdentity {
    OracleIdentity(
      interface: "TensorFlow Serving", address: url.withoutSecrets,
      details: ["output": model.output ?? "the only one"])
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { model.imageShape }

  /// The number of classes.
  public var classCount: Int { model.classCount }

  /// How pictures are sent.
  public var encoding: PictureEncoding { model.encoding }

  /// What the model returns; nothing if that is numbers of classes.
  public var scoreKind: ScoreKind? { model.scoreKind }

  /// How often requests were repeated.
  public var retryCount: Int { exchange.retryCount }

  /// Asks about pictures, several in a request.
  public func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    try exchange.ask(about: pictures, atOnce: batchSize) { group throws(OracleError) in
      let body = template.filled(with: group)
      return HTTPQuestion(
        url: url, headers: headers + [("Content-Type", body.type)], body: body.bytes)
    } answers: { (answer, _) throws(OracleError) in
      try answers(in: answer.body)
    } send: { (places) throws(OracleError) in
      try send(places)
    } receive: { (places, answers) throws(OracleError) in
      try receive(places, answers)
    }
  }

  private func answers(in body: [UInt8]) throws(OracleError) -> [Answer] {
    guard case .members(let members) = try JSONAnswer(body),
      let predictions = members["predictions"]?.elements
    else { throw .malformed("the answer has no list “predictions”") }
    var answers: [Answer] = []
    for prediction in predictions { answers.append(try answer(in: prediction)) }
    return answers
  }

  private func answer(in prediction: JSONAnswer) throws(OracleError) -> Answer {
    var value = prediction
    if case .members(let outputs) = prediction {
      guard let output = model.output else {
        throw .malformed(
          "the model has several outputs (\(exchange.secrets.quoted(outputs.keys.sorted()))): say which"
        )
      }
      guard let named = outputs[output] else {
        throw .malformed("the answer lacks the output \(exchange.secrets.quoted(output))")
      }
      value = named
    }
    if let kind = model.scoreKind {
      guard let scores = value.floats else { throw .malformed("a prediction is no list of scores") }
      return try Answer(scores: scores, kind: kind, classCount: classCount)
    }
    // Some models return lists of one number.
    if let elements = value.elements, elements.count == 1 { value = elements[0] }
    guard let label = value.whole else {
      throw .malformed("a prediction is no number of a class")
    }
    return try Answer(label: label, classCount: classCount)
  }
}
