import Foundation
import InferenceProtocol
import Logging
import Serving
import Testing
import ThreatModels

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A server over a loopback socket, for one test.
struct RunningServer: Sendable {
  let port: Int
  let server: PredictionServer

  /// Runs a server for as long as a test needs it, and stops it in the orderly way.
  static func with<T: Sendable>(
    _ change: (inout ServerSettings) -> Void = { _ in },
    model: @escaping @Sendable () throws -> ServedClassifier,
    _ body: @Sendable (RunningServer) async throws -> T
  ) async throws -> T {
    var settings = ServerSettings(modelName: "m")
    settings.port = 0
    settings.timeout = .seconds(20)
    change(&settings)
    let (ports, announced) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let server = try await PredictionServer(settings, version: "1.2.3", logger: logger) {
      announced.yield($0)
    } makeModel: {
      try model()
    }
    async let running: Void = server.run()
    var port: Int?
    for await announcedPort in ports {
      port = announcedPort
      break
    }
    do {
      let result = try await body(RunningServer(port: try #require(port), server: server))
      await server.stop()
      try await running
      return result
    } catch {
      await server.stop()
      throw error
    }
  }

  func url(_ path: String) throws -> URL {
    try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
  }

  /// Asks a path of the server.
  func ask(
    _ path: String, method: String = "GET", body: Data? = nil, fields: [String: String] = [:]
  ) async throws -> Answer {
    var request = URLRequest(url: try url(path), timeoutInterval: 20)
    request.httpMethod = method
    request.httpBody = body
    for (name, value) in fields { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await URLSession.shared.data(for: request)
    return Answer(data: data, response: try #require(response as? HTTPURLResponse))
  }

  /// Sends a request in JSON or, with `binary`, in binary form.
  func infer(
    _ request: InferenceRequest, binary: Bool = false, path: String = "/v2/models/m/infer"
  ) async throws -> Answer {
    let body = try request.encoded(binary: { _ in binary })
    let fields = body.headerLength.map { [MessageBody.headerLengthField: "\($0)"] }
    return try await ask(path, method: "POST", body: body.bytes, fields: fields ?? [:])
  }
}

/// What came back.
struct Answer: Sendable {
  let data: Data
  let response: HTTPURLResponse

  var status: Int { response.statusCode }
  var text: String { String(decoding: data, as: UTF8.self) }

  func field(_ name: String) -> String? { response.value(forHTTPHeaderField: name) }

  /// The answer as a response of the protocol.
  func inference() throws -> InferenceResponse {
    try #require(status == 200, "\(text)")
    return try InferenceResponse(
      decoding: MessageBody(
        bytes: data, headerLengthField: field(MessageBody.headerLengthField)))
  }

  /// The sentence of a refusal.
  func refusal() throws -> String { try ErrorMessage(decoding: data).error }
}
