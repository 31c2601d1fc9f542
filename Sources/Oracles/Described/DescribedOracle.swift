public import ThreatModels

/// A service that a ``DescribedEndpoint`` describes.
public struct DescribedOracle: QueriedModel {
  private let endpoint: DescribedEndpoint
  private let headers: [(name: String, value: String)]
  private let labelsOnly: Bool
  private let exchange: HTTPExchange

  /// A service that has not been asked yet.
  ///
  /// - Parameters:
  ///   - endpoint: where it is and how it is asked.
  ///   - headers: sent with every request, instead of those of the description that have the same names;
  ///     their values are neither shown nor kept.
  ///   - labelsOnly: whether labels alone are used, though there may be scores.
  ///   - settings: patience and limits.
  public init(
    _ endpoint: DescribedEndpoint, headers: [String: String] = [:], labelsOnly: Bool = false,
    settings: HTTPSettings
  ) {
    self.endpoint = endpoint
    self.labelsOnly = labelsOnly
    let names = Set(headers.keys.map { $0.lowercased() })
    self.headers =
      endpoint.headers.filter { !names.contains($0.name.lowercased()) }
      + headers.map { (name: $0.key, value: $0.value) }
    exchange = HTTPExchange(settings, secrets: endpoint.secrets + headers.values)
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

  /// What the scores are; nothing if the description says of none where they stand, or they are not used.
  public var scoreKind: ScoreKind? {
    labelsOnly || endpoint.answer.scores == nil ? nil : endpoint.answer.kind
  }

  /// How often requests were repeated.
  public var retryCount: Int { exchange.retryCount }

  /// Asks about pictures, as many in a request as the description says.
  public func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    try exchange.ask(about: pictures, atOnce: endpoint.batchSize) { group throws(OracleError) in
      let body = endpoint.body.filled(with: group)
      var headers = self.headers
      if !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
        headers.append(("Content-Type", body.type))
      }
      return HTTPQuestion(
        method: endpoint.method, url: endpoint.url, headers: headers, body: body.bytes)
    } answers: { (answer, _) throws(OracleError) in
      let answers = try endpoint.answer.answers(in: answer.body)
      return labelsOnly ? answers.map(\.withoutScores) : answers
    } send: { (places) throws(OracleError) in
      try send(places)
    } receive: { (places, answers) throws(OracleError) in
      try receive(places, answers)
    }
  }
}
