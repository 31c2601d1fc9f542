import Foundation
import InferenceProtocol
public import ThreatModels

/// A model behind a server that speaks the Open Inference Protocol v2 over REST, as KServe, Triton and
/// MLServer do.
///
/// What the model takes and gives is read from its metadata. Tensors travel in the binary form where the
/// server offers it.
public struct OpenInferenceOracle: QueriedModel {
  private let plan: OpenInferencePlan
  private let classNames: [String]
  private let classNumbers: [String: Int]
  private let isBinary: Bool
  private let url: URL
  private let headers: [(name: String, value: String)]
  private let exchange: HTTPExchange

  /// Asks a server what a model takes and gives.
  ///
  /// - Parameters:
  ///   - address: of the model, such as `http://localhost:8080/v2/models/signs`.
  ///   - options: what else is known.
  ///   - headers: sent with every request; their values are neither shown nor kept.
  ///   - settings: patience and limits.
  /// - Throws: `OracleError` when the server does not answer, or the answer leaves something open.
  public init(
    _ address: String, options: OpenInferenceOptions = OpenInferenceOptions(),
    headers: [String: String] = [:], settings: HTTPSettings
  ) throws(OracleError) {
    let given = try URL(ofService: address)
    exchange = HTTPExchange(settings, secrets: Array(headers.values) + Secrets.parts(of: given))
    guard let (model, server, infer) = Self.addresses(given) else {
      throw .unusable(
        "\(exchange.secrets.shown(given)) is not of the form http://host/v2/models/NAME")
    }
    url = infer
    self.headers = headers.map { (name: $0.key, value: $0.value) }
    let metadata: ModelMetadata = try Self.told(by: model, self.headers, exchange)
    do throws(OracleError) {
      plan = try OpenInferencePlan(metadata, options, without: exchange.secrets)
    } catch {
      throw exchange.secrets.removed(from: error)
    }
    classNames = options.classNames ?? []
    classNumbers = Dictionary(zip(classNames, 0...), uniquingKeysWith: { first, _ in first })
    // Servers need not say what they are.
    let about: ServerMetadata? = try? Self.told(by: server, self.headers, exchange)
    isBinary = about?.extensions.contains(ServerMetadata.binaryTensorData) ?? false
  }

  /// Where the model, the server and the model's answers are; each with the query string that was given.
  private static func addresses(_ given: URL) -> (model: URL, server: URL, infer: URL)? {
    guard var parts = URLComponents(url: given, resolvingAgainstBaseURL: false) else { return nil }
    while parts.percentEncodedPath.hasSuffix("/") { parts.percentEncodedPath.removeLast() }
    let path = parts.percentEncodedPath.components(separatedBy: "/v2/models/")
    guard path.count == 2, !path[1].isEmpty, let model = parts.url,
      let infer = model.appendingToPath("/infer")
    else { return nil }
    parts.percentEncodedPath = path[0] + "/v2"
    return parts.url.map { (model, $0, infer) }
  }

  private static func told<Message: JSONMessage>(
    by url: URL, _ headers: [(name: String, value: String)], _ exchange: HTTPExchange
  ) throws(OracleError) -> Message {
    let question = HTTPQuestion(method: "GET", url: url, headers: headers)
    let answer = try exchange.send(question)
    do {
      return try Message(decoding: Data(answer.body))
    } catch {
      throw exchange.said(.malformed(error.description), by: question)
    }
  }

  /// Which model, without secrets.
  public var identity: OracleIdentity {
    // A server may repeat what it was sent in the names that it tells.
    func shown(_ name: String) -> String { exchange.secrets.cleaned(name) }
    // Where answers are numbers, they do not depend on what somebody calls the classes.
    let names = plan.labels?.datatype == .bytes ? classNames : []
    let details = [
      "input": "\(shown(plan.input.name)) \(plan.input.datatype.rawValue)",
      "layout": "\(plan.layout)",
      OracleIdentity.classesDetail: OracleIdentity.fingerprint(of: "\(names)"),
      "scores from": plan.scores.map { shown($0.name) } ?? "none",
      "label from": plan.labels.map { shown($0.name) } ?? "the scores",
    ]
    return OracleIdentity(
      interface: "Open Inference Protocol v2", address: url.withoutSecrets, details: details)
  }

  /// The shape of one picture.
  public var imageShape: ImageShape { plan.imageShape }

  /// The number of classes.
  public var classCount: Int { plan.classCount }

  /// How pictures are sent.
  public var encoding: PictureEncoding { plan.encoding }

  /// What the scores are; nothing if the model gives labels alone.
  public var scoreKind: ScoreKind? { plan.showsScores ? plan.scoreKind : nil }

  /// How often requests were repeated.
  public var retryCount: Int { exchange.retryCount }

  /// Asks about pictures, several in a request if the model takes several.
  public func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    try exchange.ask(about: pictures, atOnce: plan.batchSize) { group throws(OracleError) in
      try question(about: group)
    } answers: { (answer, count) throws(OracleError) in
      try answers(in: answer, count: count)
    } send: { (places) throws(OracleError) in
      try send(places)
    } receive: { (places, answers) throws(OracleError) in
      try receive(places, answers)
    }
  }

  private func question(about pictures: [EncodedPicture]) throws(OracleError) -> HTTPQuestion {
    var request = InferenceRequest(
      inputs: [plan.tensor(of: pictures, isBinary: isBinary)],
      outputs: [plan.scores, plan.labels].compactMap(\.self).map { RequestedOutput(name: $0.name) })
    if isBinary { request.wantsBinaryOutputs = true }
    let body: MessageBody
    do {
      body = try request.encoded { _ in isBinary }
    } catch {
      throw .refused(error.description)
    }
    var headers = self.headers + [("Content-Type", body.contentType)]
    if let length = body.headerLength {
      headers.append((MessageBody.headerLengthField, "\(length)"))
    }
    return HTTPQuestion(url: url, headers: headers, body: Array(body.bytes))
  }

  private func answers(in answer: HTTPAnswer, count: Int) throws(OracleError) -> [Answer] {
    let response: InferenceResponse
    do {
      response = try InferenceResponse(
        decoding: MessageBody(
          bytes: Data(answer.body),
          headerLengthField: answer.header(MessageBody.headerLengthField)),
        within: ProtocolLimits(elements: count * classCount))
    } catch {
      throw .malformed(error.description)
    }
    let labels = try plan.labels.map { output throws(OracleError) in
      try self.labels(in: response, output.name, count: count)
    }
    guard let output = plan.scores, let kind = plan.scoreKind else {
      var answers: [Answer] = []
      for label in labels ?? [] { answers.append(try Answer(label: label, classCount: classCount)) }
      return answers
    }
    let tensor = try self.tensor(output.name, in: response)
    let isMatrix =
      tensor.shape == [count, classCount] || (count == 1 && tensor.shape == [classCount])
    guard isMatrix, let reals = tensor.contents.reals else {
      throw .malformed(
        "the output \(exchange.secrets.quoted(output.name)) has the shape \(tensor.shape.shown), and not "
          + "[\(count), \(classCount)]")
    }
    var answers: [Answer] = []
    for row in 0..<count {
      let own = reals[(row * classCount)..<((row + 1) * classCount)].map { Float($0) }
      let answer = try Answer(
        scores: own, label: labels?[row], kind: kind, classCount: classCount)
      answers.append(plan.showsScores ? answer : answer.withoutScores)
    }
    return answers
  }

  /// One class for each picture.
  private func labels(
    in response: InferenceResponse, _ name: String, count: Int
  ) throws(OracleError) -> [Int] {
    let tensor = try self.tensor(name, in: response)
    guard tensor.contents.count == count else {
      throw .malformed(
        "the output \(exchange.secrets.quoted(name)) holds \(tensor.contents.count) classes for \(count)"
      )
    }
    if let numbers = tensor.contents.integers { return numbers }
    var labels: [Int] = []
    for text in tensor.contents.texts ?? [] {
      guard let number = classNumbers[text] else {
        throw .malformed(
          "the output \(exchange.secrets.quoted(name)) names a class that is not known")
      }
      labels.append(number)
    }
    guard labels.count == count else {
      throw .malformed("the output \(exchange.secrets.quoted(name)) holds no classes")
    }
    return labels
  }

  private func tensor(
    _ name: String, in response: InferenceResponse
  ) throws(OracleError) -> InferenceTensor {
    guard let tensor = response[output: name] else {
      throw .malformed("the answer lacks the output \(exchange.secrets.quoted(name))")
    }
    return tensor
  }
}

extension OpenInferencePlan {
  /// Pictures as the model's input.
  fileprivate func tensor(of pictures: [EncodedPicture], isBinary: Bool) -> InferenceTensor {
    let count = pictures.count
    if layout == .files {
      let files = pictures.map { Data($0.bytes) }
      return InferenceTensor(
        name: input.name, shape: input.shape.count == 2 ? [count, 1] : [count],
        contents: .bytes(isBinary ? files : files.map { Data($0.base64EncodedString().utf8) }),
        parameters: isBinary ? [:] : ["content_type": .text("base64")])
    }
    let (channels, rows, columns) = (imageShape.channels, imageShape.height, imageShape.width)
    let own: [Int] =
      switch layout {
      case .channelsLast: [rows, columns, channels]
      case .flat: [imageShape.sizes.reduce(1, *)]
      case .channelsFirst, .files: imageShape.sizes
      }
    let shape = hasBatch ? [count] + own : own
    if input.datatype == .uint8 {
      return InferenceTensor(
        name: input.name, shape: shape, contents: .uint8(pictures.flatMap { ordered($0.bytes) }))
    }
    let numbers = pictures.flatMap { ordered(encoding.numbers(in: $0.bytes)) }
    return InferenceTensor(
      name: input.name, shape: shape,
      contents: input.datatype == .fp64 ? .fp64(numbers.map(Double.init)) : .fp32(numbers))
  }

  /// The numbers of a picture, which stand channel by channel, in the order of the input.
  private func ordered<Number>(_ values: [Number]) -> [Number] {
    guard layout == .channelsLast else { return values }
    let pixels = imageShape.height * imageShape.width
    return (0..<pixels).flatMap { pixel in
      (0..<imageShape.channels).map { values[$0 * pixels + pixel] }
    }
  }
}
