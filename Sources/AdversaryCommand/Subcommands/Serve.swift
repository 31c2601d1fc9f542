import Adversary
public import ArgumentParser
import Foundation
public import Logging

/// `adversary serve`.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a model behind HTTP, to rehearse attacks on a model that only answers.",
    discussion: """
      Speaks the Open Inference Protocol v2 of KServe, Triton and MLServer, with tensors in JSON or \
      in binary form. The model takes “input”: FP32 or FP64 [N, C, H, W] in [0, 1], UINT8 \
      [N, C, H, W], or BYTES [N] that hold PNG or JPEG files (in JSON as base64, with the \
      parameter content_type). It gives “scores” (logits), “probabilities”, “label”, and “name” if \
      names are known.

      Examples:
        adversary serve model.pt2
        adversary serve model.pt2 --port 9000 --labels-only --rate 50
        curl http://127.0.0.1:8000/v2/models/model

      Ctrl-C finishes the requests under way; a second one ends at once. There is no TLS and no \
      password: to be reached from other machines, put it behind a proxy that has both.
      """)

  @OptionGroup var modelOptions: ModelOptions

  @Option(help: "The model's name in paths; the file's name if not said.")
  var name: String?

  @Option(help: "The address to listen at; 0.0.0.0 for every network.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 for any free one, which is printed.")
  var port = 8000

  @Flag(help: "Answer with the class alone, without scores and probabilities.")
  var labelsOnly = false

  @Option(
    help: ArgumentHelp(
      "Round probabilities to so many decimals, and show no logits.", valueName: "digits"))
  var roundScores: Int?

  @Option(help: "The most pictures of one request, and of one pass through the model.")
  var maxBatch = 64

  @Option(
    help: ArgumentHelp(
      "How long a request waits for others to share its pass.", valueName: "milliseconds"))
  var batchWindow = 2.0

  @Option(help: ArgumentHelp("The largest body of a request.", valueName: "MiB"))
  var maxBody = 16

  @Option(
    help: ArgumentHelp(
      "How many predictions a second each address may ask for, one a picture; any number if not said.",
      valueName: "pictures"))
  var rate: Double?

  @Option(help: "The most predictions under way at once; others are refused.")
  var maxRequests = 32

  @Option(help: "The most open connections; others wait.")
  var maxConnections = 256

  @Option(
    help: ArgumentHelp(
      "How long a client may take to send a request, or do nothing.", valueName: "seconds"))
  var timeout = 30.0

  @Option(help: "What is logged: trace, debug, info, notice, warning, error or critical.")
  var logLevel: Logger.Level = .info

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be between 0 and 65535")
    }
    for (option, value, range) in [
      ("max-batch", maxBatch, 1...4096), ("max-body", maxBody, 1...1024),
      ("max-requests", maxRequests, 1...4096), ("max-connections", maxConnections, 1...65_536),
      ("round-scores", roundScores ?? 0, 0...9),
    ] where !range.contains(value) {
      throw ValidationError(
        "--\(option) must be between \(range.lowerBound) and \(range.upperBound)")
    }
    guard (0...1_000).contains(batchWindow) else {
      throw ValidationError("--batch-window must be between 0 and 1000 milliseconds")
    }
    guard (0.1...3_600).contains(timeout) else {
      throw ValidationError("--timeout must be between 0.1 and 3600 seconds")
    }
    if let rate, !(1e-4...1e6).contains(rate) {
      throw ValidationError("--rate must be between 0.0001 and 1000000")
    }
    if name?.isEmpty == true || name?.contains("/") == true {
      throw ValidationError("--name must be a word without slashes")
    }
    if labelsOnly && roundScores != nil {
      throw ValidationError("--labels-only shows no scores that --round-scores could round")
    }
  }

  func run() throws {
    modelOptions.settings.engine.prepare()
    let (path, namesFile) = (modelOptions.model, modelOptions.settings.labels)
    let use = modelOptions.settings.use
    let settings = settings
    var logger = Logger(label: "adversary") { _ in JSONLinesLog() }
    logger.logLevel = logLevel
    let work = BlockingWork { [logger] in
      let server = try await PredictionServer(
        settings, version: AdversaryCommand.configuration.version, logger: logger
      ) { port in
        Self.announce(settings, port: port)
      } makeModel: {
        let model = try LoadedModel(path: path, namesFile: namesFile, use: use)
        return ServedClassifier(
          model.classifier, classNames: model.classNames,
          platform: model.lowered == nil ? ServedClassifier.exportedPlatform : "onnx_onnxv1")
      }
      let interruption = StopRequest().watch(saying: "finishing the requests under way") {
        Task { await server.stop() }
      }
      defer { interruption.end() }
      try await server.run()
    }
    try work.wait()
  }

  private var settings: ServerSettings {
    let file = URL(filePath: modelOptions.model).deletingPathExtension().lastPathComponent
    var settings = ServerSettings(modelName: name ?? file)
    settings.host = host
    settings.port = port
    settings.isLabelsOnly = labelsOnly
    settings.decimals = roundScores
    settings.maximumBatch = maxBatch
    settings.batchWindow = .seconds(batchWindow / 1_000)
    settings.maximumBody = maxBody << 20
    settings.predictionsPerSecond = rate
    settings.maximumInFlight = maxRequests
    settings.maximumConnections = maxConnections
    settings.timeout = .seconds(timeout)
    return settings
  }

  private static func announce(_ settings: ServerSettings, port: Int) {
    let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
    let name =
      settings.modelName.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
      ?? settings.modelName
    // Not print: a program that reads the address from a pipe waits for it.
    FileHandle.standardOutput.write(
      Data("http://\(host):\(port)/v2/models/\(name)\n".utf8))
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
