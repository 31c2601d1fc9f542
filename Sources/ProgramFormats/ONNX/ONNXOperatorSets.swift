/// The versions of the operator sets that a model or a function is written in.
struct ONNXOperatorSets {
  /// The set of scikit-learn-like models.
  static let machineLearning = "ai.onnx.ml"
  /// The versions of that set that are read.
  static let machineLearningVersions = 1...5
  /// The versions of the standard set that are read.
  static let standardVersions = ONNXModel.oldestOperatorSet...ONNXModel.newestOperatorSet

  /// The versions by domain; the standard domain is empty.
  let versions: [String: Int]

  /// Checks what a file says.
  ///
  /// - Parameter place: who says it, such as "the model".
  init(_ imports: [ONNXOperatorSetIdProto], place: String) throws(FormatError) {
    guard !imports.isEmpty else {
      throw FormatError(
        .malformed, "\(place) does not say which operator sets it uses; export the model again")
    }
    var versions: [String: Int] = [:]
    for entry in imports {
      let domain = Self.canonical(entry.domain)
      let version = Int(entry.version)
      if let other = versions.updateValue(version, forKey: domain), other != version {
        throw FormatError(
          .malformed,
          "\(place) uses versions \(other) and \(version) of the operator set "
            + "'\(Self.title(domain))' at once; export the model again")
      }
      try Self.check(version, of: domain, place: place)
    }
    self.versions = versions
  }

  private static func check(
    _ version: Int, of domain: String, place: String
  ) throws(FormatError) {
    let known =
      switch domain {
      case "": standardVersions
      case machineLearning: machineLearningVersions
      // What other sets hold is not known here, so their versions say nothing.
      default: version...version
      }
    guard known.contains(version) else {
      throw FormatError(
        .unsupported,
        "\(place) uses version \(version) of the operator set '\(title(domain))', and versions "
          + "\(known.lowerBound) to \(known.upperBound) are read; export or convert it to one of "
          + "those")
    }
  }

  /// The name of a domain by which it is looked up: the standard one has two.
  static func canonical(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }

  /// The name of a domain for people.
  static func title(_ domain: String) -> String { domain.isEmpty ? "ai.onnx" : domain }
}
