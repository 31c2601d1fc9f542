import Adversary
import ArgumentParser
import Foundation
import Logging
import Synchronization

/// A model of a file behind HTTP in this process, for this machine alone, that shows labels alone.
///
/// It ends with the process, or before.
final class LoopbackService {
  /// The model as a client sees it, under the identity of its file, whatever port the server got.
  let model: any QueriedModel
  private let server: PredictionServer
  private let work: BlockingWork

  /// Starts the server and waits until it listens.
  ///
  /// - Parameters:
  ///   - path: the model's file.
  ///   - classCount: how many classes it has, which labels alone do not tell.
  /// - Throws: ``CommandFailure`` when it cannot.
  init(modelPath path: String, classCount: Int) throws {
    var settings = ServerSettings(modelName: "model")
    settings.port = 0
    settings.isLabelsOnly = true
    let (listening, place) = (DispatchSemaphore(value: 0), Place())
    var logger = Logger(label: "adversary") { _ in JSONLinesLog() }
    logger.logLevel = .error
    let work = BlockingWork { [logger, settings] in
      do {
        let server = try await PredictionServer(
          settings, version: AdversaryCommand.configuration.version, logger: logger
        ) { port in
          place.port.withLock { $0 = port }
          listening.signal()
        } makeModel: {
          ServedClassifier(try LoadedModel(path: path).classifier, classNames: nil)
        }
        place.server.withLock { $0 = server }
        try await server.run()
      } catch {
        listening.signal()
        throw error
      }
    }
    listening.wait()
    guard let port = place.port.withLock(\.self), let server = place.server.withLock(\.self) else {
      try work.wait()
      throw CommandFailure(.unavailable, "a server on this machine did not start")
    }
    self.server = server
    self.work = work
    var options = OpenInferenceOptions()
    options.labelsOnly = true
    options.classCount = classCount
    model = NamedService(
      try OpenInferenceOracle(
        "http://127.0.0.1:\(port)/v2/models/model", options: options, headers: [:],
        settings: HTTPSettings(key: RandomKey(seed: 0))),
      identity: OracleIdentity(
        interface: "adversary serve --labels-only", address: try LoadedModel.digest(ofFile: path)))
  }

  /// Finishes the requests under way and ends the server.
  func stop() throws {
    let server = server
    Task.detached { await server.stop() }
    try work.wait()
  }

  /// What the server's task tells the thread that waits for it.
  private final class Place: Sendable {
    let port = Mutex<Int?>(nil)
    let server = Mutex<PredictionServer?>(nil)
  }
}

/// A service under another identity.
private struct NamedService: QueriedModel {
  private let service: any QueriedModel
  let identity: OracleIdentity

  init(_ service: any QueriedModel, identity: OracleIdentity) {
    self.service = service
    self.identity = identity
  }

  var imageShape: ImageShape { service.imageShape }
  var classCount: Int { service.classCount }
  var encoding: PictureEncoding { service.encoding }
  var scoreKind: ScoreKind? { service.scoreKind }
  var retryCount: Int { service.retryCount }

  func ask(
    about pictures: [EncodedPicture], send: QuestionSender, receive: AnswerReceiver
  ) throws(OracleError) {
    try service.ask(about: pictures, send: send, receive: receive)
  }
}
