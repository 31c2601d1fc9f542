public import Oracles
public import ThreatModels

/// A model at hand as a service that keeps a list of all that it was sent.
public final class CountingService: QueriedModel {
  /// What it was sent.
  public private(set) var sent: [[UInt8]] = []
  private let model: LocalOracle

  /// A service.
  public init(_ model: LocalOracle) {
    self.model = model
  }

  /// The model's.
  public var identity: OracleIdentity { model.identity }
  /// The model's.
  public var imageShape: ImageShape { model.imageShape }
  /// The model's.
  public var classCount: Int { model.classCount }
  /// The model's.
  public var encoding: PictureEncoding { model.encoding }
  /// The model's.
  public var scoreKind: ScoreKind? { model.scoreKind }
  /// None.
  public var retryCount: Int { 0 }

  /// Asks the model.
  public func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    sent += pictures.map(\.bytes)
    try model.ask(about: pictures, send: send, receive: receive)
  }
}
