public import Adversary
public import ArgumentParser
import Foundation

/// Which service is asked, how, and how often.
struct OracleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Attack a service instead of a model file: http://host/v2/models/NAME (Open Inference Protocol), "
        + "http://host/v1/models/NAME (TensorFlow Serving), or a YAML file that describes another; a "
        + ".pt2 file plays the part of a service.",
      valueName: "address"))
  var oracle: String?

  @Option(help: "How many queries may be asked; one is one picture. Needed with --oracle.")
  var budget: Int?

  @Option(
    help: ArgumentHelp(
      "A file that keeps every answer, so that nothing is paid for twice.", valueName: "file"))
  var journal: String?

  @Option(help: "What one query costs, for the estimate and the running total.")
  var price: Double?

  @Option(
    help: ArgumentHelp(
      "A header for every request; ${NAME} stands for a variable of the environment.",
      valueName: "name: value"))
  var header: [String] = []

  @Option(
    help: ArgumentHelp(
      "A PEM file of certificates to trust besides the system's, for an https address.",
      valueName: "file"))
  var ca: String?

  @Option(help: "The shape of pictures, such as 3x32x32, where the service does not tell.")
  var shape: String?

  @Option(
    help: ArgumentHelp(
      "How numbers of a picture stand in the input, where the service does not tell: channels-first, "
        + "channels-last, or flat (one row of numbers).", valueName: "layout"))
  var layout: OpenInferenceOptions.Layout?

  @Option(help: "The number of classes, where the service does not tell.")
  var classCount: Int?

  @Option(
    help: ArgumentHelp(
      "How pictures are sent: png, jpeg:90, bytes (whole numbers) or floats (not rounded).",
      valueName: "encoding"))
  var send: PictureEncoding?

  @Option(help: "What the service's scores are, where it is not plain: logits or probabilities.")
  var scores: ScoreKind?

  @Option(help: "The output that holds scores or classes, where there are several.")
  var serviceOutput: String?

  @Flag(help: "Use the service's labels alone, though it gives scores.")
  var labelsOnly = false

  @Option(help: "How many requests may be on their way at once.")
  var concurrency = 4

  @Option(help: "How many requests may be started in a second; any number if not said.")
  var rate: Double?

  @Option(help: "How often a request is repeated after a fault that may pass.")
  var retries = 5

  @Option(help: "How long one request may take, in seconds.")
  var timeout = 60.0

  func validate() throws {
    guard oracle != nil else {
      let others: [(String, Bool)] = [
        ("--budget", budget != nil), ("--journal", journal != nil), ("--price", price != nil),
        ("--header", !header.isEmpty), ("--ca", ca != nil), ("--send", send != nil),
        ("--labels-only", labelsOnly),
      ]
      if let stray = others.first(where: \.1) {
        throw ValidationError("\(stray.0) goes with --oracle")
      }
      return
    }
    guard let budget, budget > 0 else {
      throw ValidationError("--oracle needs --budget: how many queries may be asked, at least 1")
    }
    if let price, !(price >= 0 && price.isFinite) {
      throw ValidationError("--price must not be negative")
    }
    guard (1...1000).contains(concurrency), timeout > 0, timeout <= 3600, (rate ?? 1) > 0,
      (0...100).contains(retries)
    else {
      throw ValidationError(
        "--concurrency must be between 1 and 1000, --retries up to 100, --timeout up to 3600 s, "
          + "--rate above 0")
    }
    if let classCount, classCount < 2 { throw ValidationError("--class-count must be at least 2") }
  }
}

extension OracleOptions {
  /// The service, once it has told what can be learnt without a query.
  func model(classNames: [String]?, seed: UInt64) throws -> any QueriedModel {
    let oracle = oracle ?? ""
    if oracle.hasSuffix(".pt2") { return try localModel(oracle) }
    var settings = HTTPSettings(key: RandomKey(seed: seed))
    settings.concurrency = concurrency
    settings.requestsPerSecond = rate
    settings.requestTimeout = timeout
    settings.retries = retries
    if let ca {
      guard FileManager.default.fileExists(atPath: ca) else {
        throw CommandFailure(.missingInput, "\(ca): there is no such file")
      }
      try settings.trust(certificatesIn: ca)
    }
    guard oracle.contains("://") else {
      let endpoint = try DescribedEndpoint(
        contentsOf: oracle, environment: ProcessInfo.processInfo.environment)
      return DescribedOracle(endpoint, settings: settings)
    }
    if oracle.contains("/v1/models/") {
      guard let shape = try imageShape(), let count = classCount ?? classNames?.count else {
        throw CommandFailure(
          .usage,
          "TensorFlow Serving tells neither the shape of pictures nor the number of classes: "
            + "give --shape and --class-count")
      }
      var model = TensorFlowServingOracle.Model(
        address: oracle, imageShape: shape, classCount: count)
      if let send { model.encoding = send }
      model.scoreKind = labelsOnly ? nil : scores ?? .probabilities
      model.output = serviceOutput
      return try TensorFlowServingOracle(model, headers: try headers(), settings: settings)
    }
    var options = OpenInferenceOptions()
    options.imageShape = try imageShape()
    options.layout = layout
    options.classCount = classCount
    options.classNames = classNames
    options.encoding = send
    options.scoreKind = scores
    options.output = serviceOutput
    options.labelsOnly = labelsOnly
    return try OpenInferenceOracle(
      oracle, options: options, headers: try headers(), settings: settings)
  }

  /// A model of a file that plays the part of a service.
  private func localModel(_ path: String) throws -> LocalOracle {
    if let send, send != .bytes && send != .floats {
      throw CommandFailure(.usage, "a model file is shown bytes or floats, not \(send)")
    }
    let model = try LoadedModel(path: path)
    return LocalOracle(
      model.classifier, named: try model.digest(), sendsFloats: send == .floats,
      labelsOnly: labelsOnly)
  }

  private func imageShape() throws -> ImageShape? {
    guard let shape else { return nil }
    let sizes = shape.split(whereSeparator: { $0 == "x" || $0 == "×" }).compactMap { Int($0) }
    guard sizes.count == 3, sizes.allSatisfy({ (1...65_535).contains($0) }) else {
      throw CommandFailure(
        .usage, "--shape is channels, rows and columns, such as 3x32x32, and not “\(shape)”")
    }
    return ImageShape(channels: sizes[0], height: sizes[1], width: sizes[2])
  }

  private func headers() throws -> [String: String] {
    var variables = EnvironmentVariables(ProcessInfo.processInfo.environment)
    var headers: [String: String] = [:]
    for line in header {
      guard let colon = line.firstIndex(of: ":") else {
        throw CommandFailure(.usage, "--header is a name, a colon and a value")
      }
      let name = line[..<colon].trimmingCharacters(in: .whitespaces)
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      headers[name] = try variables.header(name, value)
    }
    return headers
  }
}

extension ScoreKind: ExpressibleByArgument {}

extension OpenInferenceOptions.Layout: ExpressibleByArgument {}

extension PictureEncoding: ExpressibleByArgument {
  /// `png`, `jpeg`, `jpeg:75`, `bytes` or `floats`.
  public init?(argument: String) {
    switch argument {
    case "png": self = .png
    case "bytes": self = .bytes
    case "floats": self = .floats
    case "jpeg": self = .jpeg(quality: 90)
    default:
      guard argument.hasPrefix("jpeg:"), let quality = Int(argument.dropFirst(5)),
        (1...100).contains(quality)
      else { return nil }
      self = .jpeg(quality: quality)
    }
  }
}
