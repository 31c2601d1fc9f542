import Foundation

/// A tensor of a request or a response, with its elements.
public struct InferenceTensor: Hashable, Sendable {
  /// The tensor's name.
  public var name: String
  /// Its sizes, outermost first.
  public var shape: [Int]
  /// What else the sender says of it.
  public var parameters: MessageParameters
  /// Its elements, as many as the shape has.
  public var contents: TensorContents

  /// The type of the elements.
  public var datatype: TensorDatatype { contents.datatype }

  /// A tensor.
  ///
  /// - Precondition: the shape has as many elements as the contents.
  public init(
    name: String, shape: [Int], contents: TensorContents, parameters: MessageParameters = [:]
  ) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == contents.count,
      "\(contents.count) elements for the shape \(shape)")
    self.name = name
    self.shape = shape
    self.contents = contents
    self.parameters = parameters
  }
}

/// The names of members of tensors and of parameters that the binary form uses.
enum BinaryName {
  /// Says of a tensor how many bytes it has after the header.
  static let size = "binary_data_size"
  /// Says of a requested output whether it shall come in binary form.
  static let output = "binary_data"
  /// Says of a request whether all outputs shall.
  static let allOutputs = "binary_data_output"
}

/// A tensor as its JSON says: with elements, or with the size of those that follow the header.
struct TensorHeader: Decodable {
  let name: String
  let shape: [Int]
  let datatype: TensorDatatype
  let parameters: MessageParameters
  let count: Int
  let contents: TensorContents?
  let binarySize: Int?

  enum CodingKeys: CodingKey { case name, shape, datatype, parameters, data }

  init(from decoder: any Decoder) throws {
    let given = CodingUserInfoKey.limits.flatMap { decoder.userInfo[$0] }
    let limits = given as? ProtocolLimits ?? ProtocolLimits()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    shape = try ProtocolError.naming(container.codingPath + [CodingKeys.shape]) {
      try container.decode([Int].self, forKey: .shape)
    }
    datatype = try container.decode(TensorDatatype.self, forKey: .datatype)
    var parameters =
      try container.decodeIfPresent(MessageParameters.self, forKey: .parameters)
      ?? MessageParameters()
    count = try limits.elementCount(of: shape, tensor: name)
    binarySize = try parameters[BinaryName.size].map { _ in
      guard let size = parameters.integer(BinaryName.size), size >= 0 else {
        throw ProtocolError.malformed("\(BinaryName.size) of the tensor “\(name)” is no size")
      }
      return size
    }
    parameters[BinaryName.size] = nil
    guard container.contains(.data) != (binarySize != nil) else {
      throw ProtocolError.malformed(
        "the tensor “\(name)” needs either data or \(BinaryName.size), and not both")
    }
    contents =
      binarySize != nil
      ? nil
      : try TensorContents(
        from: container.superDecoder(forKey: .data), as: datatype, shape: shape, count: count,
        tensor: name)
    self.name = name
    self.parameters = parameters
  }

  /// The tensor, with its elements taken from the bytes after the header if they are there.
  fileprivate func tensor(takingFrom rest: inout Data) throws(ProtocolError) -> InferenceTensor {
    let contents: TensorContents
    if let own = self.contents {
      contents = own
    } else {
      let size = binarySize ?? 0
      guard size <= rest.count else {
        throw .malformed(
          "the tensor “\(name)” should have \(size) bytes after the header, but \(rest.count) are "
            + "left (is the header Inference-Header-Content-Length right?)")
      }
      contents = try TensorContents(
        binary: rest.prefix(size), as: datatype, count: count, tensor: name)
      rest = rest.dropFirst(size)
    }
    return InferenceTensor(name: name, shape: shape, contents: contents, parameters: parameters)
  }
}

extension [TensorHeader] {
  /// The tensors, with all bytes after the header used up.
  ///
  /// - Throws: ``ProtocolError`` also for too many tensors and two of one name.
  func tensors(
    takingAllOf bytes: Data, of message: String, within limits: ProtocolLimits
  ) throws(ProtocolError) -> [InferenceTensor] {
    guard count <= limits.tensors else {
      throw ProtocolError(.tooLarge, "\(message) has more than \(limits.tensors) tensors")
    }
    guard Set(map(\.name)).count == count else {
      throw .malformed("\(message) has two tensors of one name")
    }
    var rest = bytes
    var tensors: [InferenceTensor] = []
    for header in self { tensors.append(try header.tensor(takingFrom: &rest)) }
    guard rest.isEmpty else {
      throw .malformed("\(message) has \(rest.count) bytes after its last tensor")
    }
    return tensors
  }
}

/// A tensor on its way into JSON.
struct OutgoingTensor: Encodable {
  let tensor: InferenceTensor
  /// The size of its bytes after the header; nothing if the elements are in the JSON.
  let binarySize: Int?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: TensorHeader.CodingKeys.self)
    try container.encode(tensor.name, forKey: .name)
    try container.encode(tensor.shape, forKey: .shape)
    try container.encode(tensor.datatype, forKey: .datatype)
    var parameters = tensor.parameters
    parameters[BinaryName.size] = binarySize.map { .integer(Int64($0)) }
    if !parameters.isEmpty { try container.encode(parameters, forKey: .parameters) }
    if binarySize == nil {
      try tensor.contents.encode(
        to: container.superEncoder(forKey: .data), tensor: tensor.name)
    }
  }
}

extension CodingUserInfoKey {
  /// Where decoders find the limits.
  static let limits = CodingUserInfoKey(rawValue: "limits")
}
