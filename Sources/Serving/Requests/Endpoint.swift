import Foundation
import HTTPTypes
import InferenceProtocol

/// What a path of the protocol is about.
enum Endpoint: Equatable {
  case server
  case live
  case ready
  case model
  case modelReady
  case infer

  /// The version of the one model; the protocol counts from 1.
  static let version = "1"

  /// The method that the path knows.
  var method: HTTPRequest.Method { self == .infer ? .post : .get }

  /// Finds what a path is about.
  ///
  /// - Parameters:
  ///   - path: as it stands in the request, without the query.
  ///   - model: the name of the model that is served.
  /// - Throws: ``Refusal`` with status 404.
  init(path: String, model: String) throws(Refusal) {
    let parts = path.split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
    switch parts.first == "v2" ? Array(parts.dropFirst()) : ["no path"] {
    case []: self = .server
    case ["health", "live"]: self = .live
    case ["health", "ready"]: self = .ready
    case let rest where rest.first == "models" && rest.count >= 2:
      guard rest[1] == model else {
        throw Refusal(.notFound, "there is no model \(rest[1].quoted) here, only “\(model)”")
      }
      self = try Self.ofModel(Array(rest.dropFirst(2)), path: path)
    default: throw Self.unknown(path)
    }
  }

  private static func ofModel(_ parts: [String], path: String) throws(Refusal) -> Endpoint {
    var parts = parts
    if parts.first == "versions", parts.count >= 2 {
      guard parts[1] == version else {
        throw Refusal(
          .notFound, "the model has no version \(parts[1].quoted), only “\(version)”")
      }
      parts.removeFirst(2)
    }
    switch parts {
    case []: return .model
    case ["ready"]: return .modelReady
    case ["infer"]: return .infer
    default: throw unknown(path)
    }
  }

  private static func unknown(_ path: String) -> Refusal {
    Refusal(.notFound, "there is no \(path.quoted); the protocol begins at /v2")
  }
}
