import Foundation
import HTTPTypes
import Hummingbird
import InferenceProtocol
import Logging
import NIOCore

/// Answers requests of the protocol.
struct PredictionResponder: HTTPResponder {
  let model: BatchingModel
  let metadata: ModelMetadata
  let server: ServerMetadata
  let reader: PictureReader
  let policy: OutputPolicy
  let maximumBody: Int
  let timeout: Duration
  let rate: RateLimiter?
  let inFlight: RequestsInFlight

  /// What is known of a connection.
  struct Context: InitializableFromSource {
    let channel: any Channel
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
      channel = source.channel
      logger = source.logger
    }

    var client: String { channel.remoteAddress?.ipAddress ?? "unknown" }
  }

  /// An answer and what the log says of it.
  struct Reply {
    var response: Response
    var facts: Logger.Metadata = [:]
  }

  func respond(to request: Request, context: Context) async throws -> Response {
    let start = ContinuousClock.now
    let reply: Reply
    do {
      reply = try await self.reply(to: request, context: context)
    } catch let refusal as Refusal {
      reply = Reply(response: refusal.response, facts: ["reason": .string(refusal.sentence)])
      if refusal.closesConnection { Self.close(context.channel) }
    } catch let fault as ConnectionFault {
      // The framework knows which faults of a connection deserve an answer.
      throw fault.error
    } catch {
      context.logger.error("a request failed", metadata: ["error": "\(error)"])
      let refusal = Refusal(.internalServerError, "the server failed; its log says why")
      reply = Reply(response: refusal.response)
    }
    let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
    context.logger.info(
      "request",
      metadata: reply.facts.merging([
        "method": "\(request.method)", "path": "\(request.uri.path.prefix(200))",
        "status": "\(reply.response.status.code)", "client": "\(context.client)",
        "milliseconds": "\((milliseconds * 100).rounded() / 100)",
      ]) { own, _ in own })
    return reply.response
  }

  private func reply(to request: Request, context: Context) async throws -> Reply {
    let endpoint = try Endpoint(path: request.uri.path, model: metadata.name)
    guard request.method == endpoint.method else {
      let method = endpoint.method.rawValue
      throw Refusal(.methodNotAllowed, "this path takes \(method) alone", allow: method)
    }
    switch endpoint {
    case .server: return Reply(response: Response(server))
    case .live: return Reply(response: Response(ServerLiveness(live: true)))
    case .ready: return Reply(response: Response(Readiness(ready: true)))
    case .model: return Reply(response: Response(metadata))
    case .modelReady:
      return Reply(response: Response(Readiness(name: metadata.name, ready: true)))
    case .infer:
      // The body of a client that may not ask is not read.
      if let seconds = rate?.wait(for: context.client) { throw Refusal.tooMany(after: seconds) }
      return try await inFlight.admitting {
        try await prediction(for: request, context: context)
      }
    }
  }

  private func prediction(for request: Request, context: Context) async throws -> Reply {
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
      throw Refusal(
        .unsupportedMediaType, "a body in the encoding \(encoding.quoted) is not read",
        closesConnection: true)
    }
    let bytes = try await BodyReader(
      maximum: maximumBody, timeout: timeout, eventLoop: context.channel.eventLoop
    ).body(of: request)
    let question: InferenceRequest
    do {
      let field = HTTPField.Name(MessageBody.headerLengthField).flatMap { request.headers[$0] }
      question = try InferenceRequest(
        decoding: MessageBody(bytes: bytes, headerLengthField: field), within: reader.limits)
    } catch {
      throw Refusal(error)
    }
    try policy.check(question)
    let pictures = try reader.pictures(of: question)
    if let seconds = rate?.take(pictures.count, from: context.client) {
      throw Refusal.tooMany(after: seconds)
    }
    let scores: ClassScores
    do {
      scores = try await model.scores(of: pictures)
    } catch is NoFiniteScores {
      throw Refusal(.internalServerError, "the model gives no finite scores for these pictures")
    }
    let answer = InferenceResponse(
      modelName: metadata.name, modelVersion: Endpoint.version, id: question.id,
      outputs: policy.tensors(of: scores, for: question))
    let body = try answer.encoded { question.wantsBinary($0.name) }
    return Reply(response: Response(body), facts: ["pictures": "\(pictures.count)"])
  }

  /// Ends a connection whose body is not worth reading, once the client has had time for the answer.
  private static func close(_ channel: any Channel) {
    channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
  }
}

extension Response {
  fileprivate init(_ message: some JSONMessage) {
    self.init(MessageBody(bytes: message.encoded()))
  }

  fileprivate init(_ body: MessageBody, status: HTTPResponse.Status = .ok) {
    var headers: HTTPFields = [.contentType: body.contentType]
    if let length = body.headerLength, let name = HTTPField.Name(MessageBody.headerLengthField) {
      headers[name] = "\(length)"
    }
    self.init(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.bytes)))
  }
}

extension Refusal {
  fileprivate var response: Response {
    var response = Response(
      MessageBody(bytes: ErrorMessage(error: sentence).encoded()), status: status)
    response.headers[.retryAfter] = retryAfter.map { "\($0)" }
    response.headers[.allow] = allow
    if closesConnection { response.headers[.connection] = "close" }
    return response
  }
}
