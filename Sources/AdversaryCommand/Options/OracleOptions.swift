public import Adversary
public import ArgumentParser

/// Which service is asked, how, and how often.
struct OracleOptions: ParsableArguments {
  /// What is so if nothing else is said.
  static let usual = (concurrency: 4, retries: 5, timeout: 60.0)

  @Option(
    help: ArgumentHelp(
      "The service that is asked: http://host/v2/models/NAME (Open Inference Protocol), "
        + "http://host/v1/models/NAME (TensorFlow Serving), or a YAML file that describes another; a "
        + ".pt2 or ONNX file plays the part of a service.",
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
  var concurrency = usual.concurrency

  @Option(help: "How many requests may be started in a second; any number if not said.")
  var rate: Double?

  @Option(help: "How often a request is repeated after a fault that may pass.")
  var retries = usual.retries

  @Option(help: "How long one request may take, in seconds.")
  var timeout = usual.timeout

  func validate() throws {
    guard oracle != nil else {
      if let stray = stray(among: Kind.allCases) {
        throw ValidationError("\(stray) goes with --oracle")
      }
      return
    }
    guard let budget, budget > 0 else {
      throw ValidationError("--oracle needs --budget: how many queries may be asked, at least 1")
    }
    if let price, !(price >= 0 && price.isFinite) {
      throw ValidationError("--price must not be negative")
    }
    guard (1...1000).contains(concurrency), timeout > 0, timeout <= 3600,
      (1e-4...1e6).contains(rate ?? 1), (0...100).contains(retries)
    else {
      throw ValidationError(
        "--concurrency must be between 1 and 1000, --retries up to 100, --timeout up to 3600 s, "
          + "--rate between 0.0001 and 1000000")
    }
    if let classCount, !(2...1_000_000).contains(classCount) {
      throw ValidationError("--class-count must be between 2 and 1000000")
    }
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
