import HTTPTypes
import InferenceProtocol

/// Why a request gets no answer: a status code and one sentence for the client.
struct Refusal: Error {
  let status: HTTPResponse.Status
  let sentence: String
  /// Seconds after which the client may try again.
  var retryAfter: Int?
  /// The methods that the path knows.
  var allow: String?
  /// Whether the rest of the body is not worth reading.
  var closesConnection = false

  init(
    _ status: HTTPResponse.Status, _ sentence: String, retryAfter: Int? = nil, allow: String? = nil,
    closesConnection: Bool = false
  ) {
    self.status = status
    self.sentence = sentence
    self.retryAfter = retryAfter
    self.allow = allow
    self.closesConnection = closesConnection
  }

  /// A request that contradicts itself or the model.
  static func malformed(_ sentence: String) -> Refusal { Refusal(.badRequest, sentence) }

  /// More predictions than a client may ask for.
  static func tooMany(after seconds: Double) -> Refusal {
    Refusal(
      .tooManyRequests, "too many predictions for this address; wait a moment",
      retryAfter: max(1, Int(seconds.rounded(.up))))
  }

  /// A message that the protocol refuses.
  init(_ error: ProtocolError) {
    switch error.reason {
    case .malformed: self.init(.badRequest, error.description)
    case .tooLarge: self.init(.contentTooLarge, error.description)
    case .unrepresentable: self.init(.internalServerError, error.description)
    }
  }
}
