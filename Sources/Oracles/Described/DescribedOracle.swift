public import ThreatModels

/// A service that a ``DescribedEndpoint`` describes.
public struct DescribedOracle: QueriedModel {
  private let endpoint: DescribedEndpoint
  private let exchange: HTTPExchange

  /// A service that has not been asked yet.
  ///
  /// - Parameters:
  ///   - endpoint: where it is and how it is asked.
  ///   - settings: patience and limits.
  public init(_ endpoint: DescribedEndpoint, settings: HTTPSettings) {
    self.endpoint = endpoint
    exchange = HTTPExchange(settings, secrets: endpoint.secrets)
  }

  /// Which service, without secrets.
  public var identity: OracleIdentity { endpoint.identity }

  /// The shape of one picture.
  public var imageShape: ImageShape { endpoint.imageShape }

  /// The number of classes.
  public var classCount: Int { endpoint.classNames.count }

  /// The names that the description gives; nothing if it gives their number alone.
  public var classNames: [String]? { endpoint.hasNames ? endpoint.classNames : nil }

  /// How pictures are sent.
  public var encoding: PictureEncoding { endpoint.body.encoding }

  /// What the scores are; nothing if the description says of none where they stand.
  public var scoreKind: ScoreKind? { endpoint.answer.scores == nil ? nil : endpoint.answer.kind }

  /// How often requests were repeated.
  public var retryCount: Int { exchange.retryCount }

  /// Asks about pictures, as many in a request as the description says.
  public func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    try exchange.ask(about: pictures, atOnce: endpoint.batchSize) { group throws(OracleError) in
      let body = endpoint.body.filled(with: group)
      var headers = endpoint.headers
      if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
        headers.append(("Content-Type", body.type))
      }
      return HTTPQuestion(
        method: endpoint.method, url: endpoint.url, headers: headers, body: body.bytes)
    } answers: { (answer, _) throws(OracleError) in
      try endpoint.answer.answers(in: answer.body)
    } send: { (places) throws(OracleError) in
      try send(places)
    } receive: { (places, answers) throws(OracleError) in
      try receive(places, answers)
    }
  }
}
