import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads the body of a request, neither endlessly much nor endlessly long.
struct BodyReader: Sendable {
  /// The most bytes.
  let maximum: Int
  /// How long the client may take.
  let timeout: Duration
  /// Where the connection lives; it keeps the time.
  let eventLoop: any EventLoop

  /// The body.
  ///
  /// - Throws: ``Refusal`` with status 413 or 408, or ``ConnectionFault``.
  func body(of request: Request) async throws -> Data {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > maximum {
      throw tooLarge
    }
    // Not Task.sleep: when cancelled, it keeps its memory until the time is over.
    let reading = Task { try await collected(request.body) }
    let timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) { reading.cancel() }
    defer { timer.cancel() }
    let result = await withTaskCancellationHandler {
      await reading.result
    } onCancel: {
      reading.cancel()
    }
    guard !reading.isCancelled else {
      throw Refusal(
        .requestTimeout, "the body did not arrive within \(timeout)", closesConnection: true)
    }
    return try result.get()
  }

  private func collected(_ body: RequestBody) async throws -> Data {
    var data = Data()
    do {
      for try await part in body {
        guard data.count + part.readableBytes <= maximum else { throw tooLarge }
        data.append(contentsOf: part.readableBytesView)
      }
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw ConnectionFault(error: error)
    }
    return data
  }

  private var tooLarge: Refusal {
    Refusal(
      .contentTooLarge, "the body has more than \(maximum) bytes", closesConnection: true)
  }
}

/// A connection broke, or what came over it was no HTTP.
struct ConnectionFault: Error {
  let error: any Error
}
