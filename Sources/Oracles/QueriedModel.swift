public import ThreatModels

/// A model somewhere else, or one that plays the part, which is asked about pictures one by one.
///
/// It knows nothing of budgets and journals. Attacks never see it: they are given a
/// ``BudgetedOracle``, which stands before it.
public protocol QueriedModel {
  /// Which model is asked and how, without secrets.
  var identity: OracleIdentity { get }
  /// The shape of one picture.
  var imageShape: ImageShape { get }
  /// The number of classes.
  var classCount: Int { get }
  /// What the service calls its classes, in the order of their numbers; nothing if it does not say.
  var classNames: [String]? { get }
  /// How pictures are sent.
  var encoding: PictureEncoding { get }
  /// What the scores of the answers are; nothing if answers hold labels alone.
  var scoreKind: ScoreKind? { get }
  /// How often requests were repeated because they came to nothing.
  var retryCount: Int { get }

  /// Asks about pictures.
  ///
  /// - Parameters:
  ///   - pictures: encoded as ``encoding`` says; each is one query.
  ///   - send: told of the places of pictures right before they are sent for the first time, on the
  ///     thread of the call.
  ///   - receive: told of answers as they come in, on the thread of the call: the places of the
  ///     pictures and as many answers, or no answers where something came back that is none, or nothing
  ///     did though the pictures may have been delivered.
  /// - Throws: what kept a picture from being answered, after every answer that came has been handed
  ///   on; or what `send` or `receive` throws.
  func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError)
}

extension QueriedModel {
  /// Nothing: most services do not say.
  public var classNames: [String]? { nil }
}

/// Takes note of the places of pictures that are about to be sent.
public typealias QuestionSender = (_ places: [Int]) throws(OracleError) -> Void

/// Takes the answers for the pictures at some places; nothing if what came back is no answer, or
/// nothing came back though they may have been delivered.
public typealias AnswerReceiver = (_ places: [Int], _ answers: [Answer]?) throws(OracleError) ->
  Void

/// What the scores are that a model gives.
public enum ScoreKind: String, Hashable, Codable, Sendable, CaseIterable {
  /// Any finite numbers, the greatest for the predicted class.
  case logits
  /// Numbers in [0, 1]; attacks are given their logarithms.
  case probabilities
}

/// Which model is asked and how, as far as answers may depend on it; never a secret.
public struct OracleIdentity: Hashable, Codable, Sendable {
  /// What kind of interface it is.
  public var interface: String
  /// Where it is, without user names and the values of a query string.
  public var address: String
  /// What else answers may depend on, by name.
  public var details: [String: String]

  /// The name of the detail that tells names of classes apart.
  static let classesDetail = "classes"

  /// The interface of a model at hand.
  static let localInterface = "local model"

  /// The model in a title: where it is, or that it is at hand, where the address is but a digest.
  public var title: String { interface == Self.localInterface ? "a \(interface)" : address }

  /// An identity.
  public init(interface: String, address: String, details: [String: String] = [:]) {
    self.interface = interface
    self.address = address
    self.details = details
  }

  /// Whether another identity is this one but for the names of the classes.
  public func differsOnlyInClassNames(from other: OracleIdentity) -> Bool {
    var renamed = other
    renamed.details[Self.classesDetail] = details[Self.classesDetail]
    return self != other && self == renamed
  }
}
