import Foundation
import Hummingbird
import HummingbirdCore
public import InferenceProtocol
public import Logging
import NIOCore
import ServiceLifecycle

/// A model behind HTTP, by the Open Inference Protocol v2.
///
/// One thread of its own uses the model; requests that come together share a pass. Everything that
/// arrives is checked before memory or the model is spent on it.
public struct PredictionServer: Sendable {
  /// What the server says of the model.
  public let metadata: ModelMetadata

  private let settings: ServerSettings
  private let model: BatchingModel
  private let group: ServiceGroup

  /// Makes the model and everything around it; nothing listens yet.
  ///
  /// - Parameters:
  ///   - settings: what is shown and how much is taken on.
  ///   - version: the version that the server says it has.
  ///   - logger: gets one entry for each request, and what goes wrong.
  ///   - onStart: told the port once the server listens.
  ///   - makeModel: makes the model, on the thread that will use it.
  /// - Throws: what `makeModel` throws.
  public init(
    _ settings: ServerSettings, version: String, logger: Logger,
    onStart: @escaping @Sendable (Int) -> Void = { _ in },
    makeModel: @escaping @Sendable () throws -> ServedClassifier
  ) async throws {
    self.settings = settings
    model = BatchingModel(
      maximumBatch: settings.maximumBatch, window: settings.batchWindow)
    let facts = try await model.load(makeModel)
    let reader = PictureReader(
      shape: facts.imageShape, maximumPictures: settings.maximumBatch,
      maximumPixels: settings.maximumPixels)
    let policy = OutputPolicy(
      classCount: facts.classCount, classNames: facts.classNames,
      isLabelsOnly: settings.isLabelsOnly, decimals: settings.decimals)
    metadata = ModelMetadata(
      name: settings.modelName, versions: [Endpoint.version], platform: facts.platform,
      inputs: [reader.metadata], outputs: policy.metadata)
    let responder = PredictionResponder(
      model: model, metadata: metadata,
      server: ServerMetadata(
        name: "adversary", version: version, extensions: [ServerMetadata.binaryTensorData]),
      reader: reader, policy: policy, maximumBody: settings.maximumBody, timeout: settings.timeout,
      rate: settings.predictionsPerSecond.map { RateLimiter(predictionsPerSecond: $0) },
      inFlight: RequestsInFlight(maximum: settings.maximumInFlight))
    let application = Application(
      responder: responder,
      // A moment more than a body may take, so that a slow one gets an answer.
      server: .http1(
        configuration: .init(idleTimeout: TimeAmount(settings.timeout + .seconds(1)))),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        availableConnectionsDelegate: MaximumAvailableConnections(
          settings.maximumConnections, logger: logger)),
      onServerRunning: { onStart($0.localAddress?.port ?? settings.port) }, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    // No client can hold up the end for longer than its request may take.
    configuration.maximumGracefulShutdownDuration = settings.timeout + .seconds(10)
    group = ServiceGroup(configuration: configuration)
  }

  /// Listens and answers until ``stop()``.
  ///
  /// - Throws: ``ServerError`` if the server cannot listen.
  public func run() async throws(ServerError) {
    do {
      try await group.run()
    } catch let error as IOError {
      throw .cannotListen(
        host: settings.host, port: settings.port,
        isTaken: error.errnoCode == EADDRINUSE, reason: "\(error)")
    } catch is SocketAddressError.UnknownHost {
      throw .cannotListen(
        host: settings.host, port: settings.port, isTaken: false, reason: "there is no such host")
    } catch {
      throw .cannotListen(
        host: settings.host, port: settings.port, isTaken: false, reason: "\(error)")
    }
  }

  /// Takes no more connections, finishes the requests under way, and lets ``run()`` return.
  public func stop() async { await group.triggerGracefulShutdown() }

  /// How many passes through the model there were, for tests of batching.
  package var passes: Int {
    get async { await model.passes }
  }
}
