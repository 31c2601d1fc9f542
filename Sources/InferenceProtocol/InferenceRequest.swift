/// What `POST /v2/models/MODEL/infer` is sent.
public struct InferenceRequest: Hashable, Sendable {
  /// A name for the request that the answer repeats.
  public var id: String?
  /// What holds for the request as a whole.
  public var parameters: MessageParameters
  /// The tensors that go into the model.
  public var inputs: [InferenceTensor]
  /// The outputs that are wanted; nothing for all of them.
  public var outputs: [RequestedOutput]?

  /// A request.
  public init(
    id: String? = nil, inputs: [InferenceTensor], outputs: [RequestedOutput]? = nil,
    parameters: MessageParameters = [:]
  ) {
    self.id = id
    self.inputs = inputs
    self.outputs = outputs
    self.parameters = parameters
  }

  /// Whether an output shall come in binary form: as it says itself, or else as the request says.
  public func wantsBinary(_ output: String) -> Bool {
    let own = outputs?.first { $0.name == output }?.parameters.truth(BinaryName.output)
    return own ?? parameters.truth(BinaryName.allOutputs) ?? false
  }

  /// Asks for all outputs in binary form, or for none, unless one says otherwise itself.
  public var wantsBinaryOutputs: Bool {
    get { parameters.truth(BinaryName.allOutputs) ?? false }
    set { parameters[BinaryName.allOutputs] = .truth(newValue) }
  }
}

/// An output that a request asks for.
public struct RequestedOutput: Hashable, Codable, Sendable {
  /// The output's name.
  public var name: String
  /// How it shall come.
  public var parameters: MessageParameters

  /// A wish.
  ///
  /// - Parameter binary: whether it shall come in binary form; as the request says if nothing.
  public init(name: String, binary: Bool? = nil) {
    self.name = name
    parameters = MessageParameters()
    parameters[BinaryName.output] = binary.map { .truth($0) }
  }

  /// Reads a wish; parameters may be left out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    parameters = try container.decodeIfPresent(MessageParameters.self, forKey: .parameters) ?? [:]
  }
}

extension InferenceRequest {
  /// Reads a request that came from outside.
  ///
  /// Elements are counted against shapes, and shapes against the limits, before memory is taken.
  /// Binary floating point numbers may be NaN; whoever uses them decides.
  ///
  /// - Throws: ``ProtocolError`` with the sentence for the sender.
  public init(
    decoding body: MessageBody, within limits: ProtocolLimits = ProtocolLimits()
  ) throws(ProtocolError) {
    let (header, rest) = try body.decode(Incoming.self, within: limits, reading: "the request")
    inputs = try header.inputs.tensors(takingAllOf: rest, of: "the request", within: limits)
    guard (header.outputs ?? []).count <= limits.tensors else {
      throw ProtocolError(.tooLarge, "the request asks for more than \(limits.tensors) outputs")
    }
    id = header.id
    parameters = header.parameters ?? [:]
    outputs = header.outputs
  }

  /// The request as HTTP carries it.
  ///
  /// - Parameter isBinary: which inputs follow the JSON in binary form; none if not said.
  /// - Throws: ``ProtocolError`` for what JSON cannot hold, such as NaN.
  public func encoded(
    binary isBinary: (InferenceTensor) -> Bool = { _ in false }
  ) throws(ProtocolError) -> MessageBody {
    try .encoding(inputs, binary: isBinary) { inputs in
      Outgoing(
        id: id, parameters: parameters.isEmpty ? nil : parameters, inputs: inputs,
        outputs: outputs)
    }
  }

  private struct Incoming: Decodable {
    let id: String?
    let parameters: MessageParameters?
    let inputs: [TensorHeader]
    let outputs: [RequestedOutput]?
  }

  private struct Outgoing: Encodable {
    let id: String?
    let parameters: MessageParameters?
    let inputs: [OutgoingTensor]
    let outputs: [RequestedOutput]?
  }
}
