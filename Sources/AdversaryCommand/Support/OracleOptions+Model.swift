import Adversary
import Foundation

extension OracleOptions {
  /// The service, once it has told what can be learnt without a query.
  ///
  /// - Parameters:
  ///   - classNames: what classes are called, if that is known.
  ///   - seed: of the waits between requests.
  ///   - prefersLabels: whether scores are of no use where the service offers labels.
  func model(
    classNames: [String]?, seed: UInt64, prefersLabels: Bool = false
  ) throws -> any QueriedModel {
    let oracle = oracle ?? ""
    guard oracle.contains("://") else {
      // Without its scheme an address may still hold a password.
      guard !oracle.contains("@") || FileManager.default.fileExists(atPath: oracle) else {
        throw CommandFailure(
          .missingInput,
          "what --oracle names is no file, and no address, which begins with http:// or https://")
      }
      return try isModelFile(oracle) ? localModel(oracle) : described(oracle, seed: seed)
    }
    try requireUseOfCertificates(isProtected: oracle.lowercased().hasPrefix("https:"))
    let (headers, settings) = try requests(seed: seed)
    if oracle.contains("/v1/models/") {
      return try tensorFlowModel(oracle, classNames: classNames, headers, settings)
    }
    var options = OpenInferenceOptions()
    options.imageShape = try imageShape()
    options.layout = layout
    options.classCount = classCount
    options.classNames = classNames
    options.encoding = send
    options.scoreKind = scores
    options.output = serviceOutput
    options.labelsOnly = labelsOnly || prefersLabels
    return try OpenInferenceOracle(
      oracle, options: options, headers: headers, settings: settings)
  }

  /// Refuses certificates that nobody would look at.
  private func requireUseOfCertificates(isProtected: Bool) throws {
    guard ca != nil, !isProtected else { return }
    throw CommandFailure(.usage, "--ca goes with an https address: over http nothing is certified")
  }

  /// Headers of all requests, and how patiently and fast they are made.
  private func requests(seed: UInt64) throws -> ([String: String], HTTPSettings) {
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
    var variables = EnvironmentVariables(ProcessInfo.processInfo.environment)
    var headers: [String: String] = [:]
    for line in header {
      guard let colon = line.firstIndex(of: ":") else {
        throw CommandFailure(.usage, "--header is a name, a colon and a value")
      }
      let name = line[..<colon].trimmingCharacters(in: .whitespaces)
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      guard !headers.keys.contains(where: { $0.lowercased() == name.lowercased() }) else {
        throw CommandFailure(.usage, "--header \(name) is there twice")
      }
      headers[name] = try variables.header(name, value)
    }
    settings.secrets = variables.used
    return (headers, settings)
  }

  /// A service that a file describes.
  private func described(_ path: String, seed: UInt64) throws -> DescribedOracle {
    if let stray = stray(among: Kind.ofServices) {
      throw CommandFailure(
        .usage, "\(stray) does not go with \(path): what is sent and answered is said in that file")
    }
    let endpoint = try DescribedEndpoint(
      contentsOf: path, environment: ProcessInfo.processInfo.environment)
    try requireUseOfCertificates(isProtected: endpoint.isProtected)
    let (headers, settings) = try requests(seed: seed)
    return DescribedOracle(
      endpoint, headers: headers, labelsOnly: labelsOnly, settings: settings)
  }

  private func tensorFlowModel(
    _ address: String, classNames: [String]?, _ headers: [String: String], _ settings: HTTPSettings
  ) throws -> TensorFlowServingOracle {
    if let stray = stray(among: [.layout]) {
      throw CommandFailure(
        .usage, "\(stray) does not go with TensorFlow Serving, whose pictures have channels last")
    }
    guard let shape = try imageShape(), let count = classCount ?? classNames?.count else {
      throw CommandFailure(
        .usage,
        "TensorFlow Serving tells neither the shape of pictures nor the number of classes: "
          + "give --shape and --class-count")
    }
    var model = TensorFlowServingOracle.Model(
      address: address, imageShape: shape, classCount: count)
    if let send { model.encoding = send }
    model.scoreKind = labelsOnly ? nil : scores ?? .probabilities
    model.output = serviceOutput
    return try TensorFlowServingOracle(model, headers: headers, settings: settings)
  }

  /// Whether a path is that of a model, and not of a description.
  private func isModelFile(_ path: String) throws -> Bool {
    if [".pt2", ".onnx"].contains(where: path.lowercased().hasSuffix) { return true }
    return (try? ONNXModel.recognizes(fileAt: path)) ?? false
  }

  /// A model of a file that plays the part of a service.
  private func localModel(_ path: String) throws -> LocalOracle {
    let others = Kind.ofServices.filter { $0 != .send } + Kind.ofRequests
    if let stray = stray(among: others) {
      throw CommandFailure(.usage, "\(stray) does not go with a model file, which is asked here")
    }
    if let send, send != .bytes && send != .floats {
      throw CommandFailure(.usage, "a model file is shown bytes or floats, not \(send)")
    }
    let model = try Self.servedModel(path)
    return LocalOracle(
      model.classifier, named: try model.digest(), sendsFloats: send == .floats,
      labelsOnly: labelsOnly)
  }

  private static func servedModel(_ path: String) throws -> LoadedModel {
    do {
      return try LoadedModel(path: path)
    } catch var failure as CommandFailure {
      if let advice = failure.advice {
        failure.advice =
          "\(advice), to adversary serve, and ask that, because --oracle takes a file without options"
      }
      throw failure
    }
  }

  private func imageShape() throws -> ImageShape? {
    guard let shape else { return nil }
    guard let parsed = ImageShape(ofService: shape) else {
      throw CommandFailure(
        .usage, "--shape is channels, rows and columns, such as 3x32x32, and not “\(shape)”")
    }
    return parsed
  }
}

extension OracleOptions {
  /// What is of use with a service alone.
  enum Kind: String, CaseIterable {
    case budget, journal, price, header, ca, shape, layout, classCount = "class-count", send, scores
    case serviceOutput = "service-output"
    case labelsOnly = "labels-only"
    case concurrency, rate, retries, timeout

    /// What a service takes and gives.
    static let ofServices: [Kind] = [.shape, .layout, .classCount, .send, .scores, .serviceOutput]
    /// How requests are made.
    static let ofRequests: [Kind] = [.header, .ca, .concurrency, .rate, .retries, .timeout]
  }

  /// The first of some options that was given another value than the usual one, as it is written.
  func stray(among options: [Kind]) -> String? {
    options.first { option in
      switch option {
      case .budget: budget != nil
      case .journal: journal != nil
      case .price: price != nil
      case .header: !header.isEmpty
      case .ca: ca != nil
      case .shape: shape != nil
      case .layout: layout != nil
      case .classCount: classCount != nil
      case .send: send != nil
      case .scores: scores != nil
      case .serviceOutput: serviceOutput != nil
      case .labelsOnly: labelsOnly
      case .concurrency: concurrency != Self.usual.concurrency
      case .rate: rate != nil
      case .retries: retries != Self.usual.retries
      case .timeout: timeout != Self.usual.timeout
      }
    }.map { "--\($0.rawValue)" }
  }
}
