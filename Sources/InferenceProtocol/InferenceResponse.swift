/// What a server answers to an ``InferenceRequest``.
public struct InferenceResponse: Hashable, Sendable {
  /// The model that answers.
  public var modelName: String
  /// Its version, if the server tells.
  public var modelVersion: String?
  /// The name of the request, if it had one.
  public var id: String?
  /// What holds for the answer as a whole.
  public var parameters: MessageParameters
  /// The tensors that came out of the model.
  public var outputs: [InferenceTensor]

  /// An answer.
  public init(
    modelName: String, modelVersion: String? = nil, id: String? = nil,
    outputs: [InferenceTensor], parameters: MessageParameters = [:]
  ) {
    self.modelName = modelName
    self.modelVersion = modelVersion
    self.id = id
    self.outputs = outputs
    self.parameters = parameters
  }

  /// The output of a name.
  public subscript(output name: String) -> InferenceTensor? {
    outputs.first { $0.name == name }
  }

  /// Reads an answer that came from outside, with the same care as a request.
  ///
  /// - Throws: ``ProtocolError`` with a sentence that says what is wrong with the answer.
  public init(
    decoding body: MessageBody, within limits: ProtocolLimits = ProtocolLimits()
  ) throws(ProtocolError) {
    let (header, rest) = try body.decode(Incoming.self, within: limits, reading: "the answer")
    outputs = try header.outputs.tensors(takingAllOf: rest, of: "the answer", within: limits)
    modelName = header.model_name
    modelVersion = header.model_version
    id = header.id
    parameters = header.parameters ?? [:]
  }

  /// The answer as HTTP carries it.
  ///
  /// - Parameter isBinary: which outputs follow the JSON in binary form; none if not said.
  /// - Throws: ``ProtocolError`` for what JSON cannot hold, such as NaN.
  public func encoded(
    binary isBinary: (InferenceTensor) -> Bool = { _ in false }
  ) throws(ProtocolError) -> MessageBody {
    try .encoding(outputs, binary: isBinary) { outputs in
      Outgoing(
        model_name: modelName, model_version: modelVersion, id: id,
        parameters: parameters.isEmpty ? nil : parameters, outputs: outputs)
    }
  }

  // The names of members are the protocol's.
  private struct Incoming: Decodable {
    let model_name: String
    let model_version: String?
    let id: String?
    let parameters: MessageParameters?
    let outputs: [TensorHeader]
  }

  private struct Outgoing: Encodable {
    let model_name: String
    let model_version: String?
    let id: String?
    let parameters: MessageParameters?
    let outputs: [OutgoingTensor]
  }
}
