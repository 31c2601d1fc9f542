/// What `GET /v2` answers.
public struct ServerMetadata: Hashable, Codable, Sendable {
  /// The server's name.
  public var name: String
  /// The server's version.
  public var version: String
  /// Extensions of the protocol, such as `binary_tensor_data`.
  public var extensions: [String]

  /// Metadata.
  public init(name: String, version: String, extensions: [String]) {
    self.name = name
    self.version = version
    self.extensions = extensions
  }

  /// The name under which a server says that it speaks the binary form of tensors.
  public static let binaryTensorData = "binary_tensor_data"
}

/// What `GET /v2/models/MODEL` answers.
public struct ModelMetadata: Hashable, Codable, Sendable {
  /// The model's name.
  public var name: String
  /// The versions that may be asked for, if the server tells.
  public var versions: [String]?
  /// The framework, such as `pytorch_torchexport`.
  public var platform: String
  /// What the model takes.
  public var inputs: [TensorMetadata]
  /// What the model gives.
  public var outputs: [TensorMetadata]

  /// Metadata.
  public init(
    name: String, versions: [String]? = nil, platform: String, inputs: [TensorMetadata],
    outputs: [TensorMetadata]
  ) {
    self.name = name
    self.versions = versions
    self.platform = platform
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Reads metadata; a server that tells no platform, inputs or outputs is taken to have none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    versions = try container.decodeIfPresent([String].self, forKey: .versions)
    platform = try container.decodeIfPresent(String.self, forKey: .platform) ?? ""
    inputs = try container.decodeIfPresent([TensorMetadata].self, forKey: .inputs) ?? []
    outputs = try container.decodeIfPresent([TensorMetadata].self, forKey: .outputs) ?? []
  }
}

/// What a model's metadata say of one tensor.
public struct TensorMetadata: Hashable, Codable, Sendable {
  /// The tensor's name.
  public var name: String
  /// The type of its elements.
  public var datatype: TensorDatatype
  /// Its sizes, outermost first; −1 where any size will do.
  public var shape: [Int]
  /// What else there is to know of it.
  public var parameters: MessageParameters?

  /// Metadata.
  public init(
    name: String, datatype: TensorDatatype, shape: [Int], parameters: MessageParameters? = nil
  ) {
    self.name = name
    self.datatype = datatype
    self.shape = shape
    self.parameters = parameters
  }
}

/// What `GET /v2/health/live` answers.
public struct ServerLiveness: Hashable, Codable, Sendable {
  /// Whether the server runs.
  public var live: Bool

  /// An answer.
  public init(live: Bool) { self.live = live }
}

/// What `GET /v2/health/ready` and `GET /v2/models/MODEL/ready` answer.
public struct Readiness: Hashable, Codable, Sendable {
  /// The model's name, if one model was asked about.
  public var name: String?
  /// Whether inference can be asked for.
  public var ready: Bool

  /// An answer.
  public init(name: String? = nil, ready: Bool) {
    self.name = name
    self.ready = ready
  }
}

/// What a server answers when it does not do what it was asked.
public struct ErrorMessage: Hashable, Codable, Sendable {
  /// Why, in words.
  public var error: String

  /// A message.
  public init(error: String) { self.error = error }
}
