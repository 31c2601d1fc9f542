import Foundation
public import ThreatModels

/// Any prediction service that answers with JSON, as a small YAML file describes it.
///
/// The article “Describing a service” of `Adversary` shows the keys and two examples. `${NAME}` in the
/// address and in headers is replaced by a variable of the environment; what it holds is sent, and neither
/// printed nor kept.
public struct DescribedEndpoint: Sendable {
  /// The longest description, in bytes.
  static let maximumBytes = 1 << 20
  /// The most classes that a service is believed to have.
  static let mostClasses = 1_000_000

  /// The shape of one picture.
  public let imageShape: ImageShape
  /// The names of the classes, in the order of their numbers; numbers if the file gives none.
  public let classNames: [String]
  /// Whether the service is asked through TLS.
  public var isProtected: Bool { url.scheme?.lowercased() == "https" }
  /// Whether the file gives names.
  let hasNames: Bool
  let url: URL
  let method: String
  let headers: [(name: String, value: String)]
  let body: BodyTemplate
  /// How many pictures go into a request.
  let batchSize: Int
  let answer: AnswerDescription
  /// What variables of the environment gave, and values of headers: nothing to be shown.
  let secrets: [String]
  let identity: OracleIdentity

  /// Reads a description.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - environment: variables by name.
  /// - Throws: ``DescriptionError`` that names the key.
  public init(
    contentsOf path: String, environment: [String: String]
  ) throws(DescriptionError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .missing(path) }
    guard data.count <= Self.maximumBytes, let text = String(data: data, encoding: .utf8) else {
      throw .malformed(path, "this is no description: it is too long, or not text")
    }
    try self.init(text, named: path, environment: environment)
  }

  /// Reads a description that is at hand.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - name: the name for sentences.
  ///   - environment: variables by name.
  public init(
    _ text: String, named name: String, environment: [String: String]
  ) throws(DescriptionError) {
    var reader = try DescriptionReader(text, file: name)
    var variables = EnvironmentVariables(environment)
    let address = try reader.requiredText("url")
    do {
      url = try URL(ofService: try variables.filled(address))
    } catch {
      throw reader.failure("url", error.description)
    }
    method = try reader.text("method") ?? "POST"
    guard ["POST", "PUT"].contains(method) else {
      throw reader.failure("method", "POST or PUT is wanted")
    }
    var headers: [(name: String, value: String)] = []
    for (name, text) in try reader.pairs("headers") {
      do {
        headers.append((name, try variables.header(name, text)))
      } catch {
        throw reader.failure("headers.\(name)", error.description)
      }
    }
    self.headers = headers
    secrets = variables.used + headers.map(\.value) + Secrets.parts(of: url)
    imageShape = try Self.shape(&reader)
    hasNames = reader.has("classes")
    classNames = try Self.classNames(&reader)
    (body, batchSize) = try Self.body(&reader, shape: imageShape)
    answer = try AnswerDescription(&reader, classNames: classNames)
    try reader.finish()
    if batchSize > 1, answer.items == nil {
      throw reader.failure("batch", "with several pictures in a request, answer.items is needed")
    }
    // Secrets may stand in the file itself, so no header is kept, and of the body a digest.
    identity = OracleIdentity(
      interface: "described service", address: Secrets(variables.used).shown(url),
      details: [
        "method": method, "arrays": body.layout.rawValue,
        "body": OracleIdentity.fingerprint(of: "\(body.form)"),
        OracleIdentity.classesDetail: OracleIdentity.fingerprint(of: "\(classNames)"),
        "answer": answer.description,
      ])
  }

  private static func shape(
    _ reader: inout DescriptionReader
  ) throws(DescriptionError) -> ImageShape {
    let text = try reader.requiredText("shape")
    guard let shape = ImageShape(ofService: text), [1, 3].contains(shape.channels) else {
      throw reader.failure("shape", "channels, rows and columns are wanted, such as 3x32x32")
    }
    return shape
  }

  private static func classNames(
    _ reader: inout DescriptionReader
  ) throws(DescriptionError) -> [String] {
    if let names = try reader.texts("classes") {
      guard names.count >= 2, Set(names).count == names.count else {
        throw reader.failure("classes", "at least two different names are wanted")
      }
      return names
    }
    guard let count = try reader.number("classCount", in: 2...mostClasses) else {
      throw reader.failure("classes", "this key is missing (or classCount, if they have no names)")
    }
    return (0..<count).map(String.init)
  }

  private static func body(
    _ reader: inout DescriptionReader, shape: ImageShape
  ) throws(DescriptionError) -> (BodyTemplate, batchSize: Int) {
    let quality = try reader.number("quality", in: 1...100) ?? 90
    let layoutName = try reader.text("layout") ?? BodyTemplate.Layout.chw.rawValue
    guard let layout = BodyTemplate.Layout(rawValue: layoutName) else {
      throw reader.failure("layout", "chw or hwc is wanted")
    }
    let parts = try reader.pairs("multipart").map {
      BodyTemplate.Part(name: $0.name, text: $0.text)
    }
    let json = try reader.text("json")
    let item = try reader.text("item")
    let batchSize = try reader.number("batch", in: 1...10_000)
    guard parts.isEmpty != (json == nil) else {
      throw reader.failure("json", "either this key is wanted or multipart")
    }
    guard parts.allSatisfy({ !$0.name.contains { "\"\r\n".contains($0) } }) else {
      throw reader.failure("multipart", "a name holds quotation marks or line breaks")
    }
    if batchSize != nil, item == nil {
      throw reader.failure("batch", "with several pictures in a request, item is needed")
    }
    if item != nil, json == nil { throw reader.failure("item", "this goes with json alone") }
    let pieces =
      parts.flatMap { [("multipart", $0.name), ("multipart", $0.text)] }
      + [("json", json ?? ""), ("item", item ?? "")]
    for (key, text) in pieces where text.contains(/\$\{[A-Za-z_][A-Za-z0-9_]*\}/) {
      throw reader.failure(
        key,
        "a variable of the environment has its place in url and headers, and is not put in here")
    }
    let form: BodyTemplate.Form = json.map { .json($0, item: item) } ?? .multipart(parts)
    guard let body = BodyTemplate(form, quality: quality, layout: layout, shape: shape) else {
      throw reader.failure(
        json == nil ? "multipart" : "json",
        json == nil
          ? "one part must be {{png}} or {{jpeg}}"
          : "this must be JSON with one of {{png_base64}}, {{jpeg_base64}}, {{array}} and "
            + "{{byte_array}}, or with {{items}} if there is an item")
    }
    return (body, batchSize ?? 1)
  }
}
