/// How much of a message is believed before memory is taken for it.
public struct ProtocolLimits: Hashable, Sendable {
  /// The most elements that one tensor may have, and about the most that a message may list in JSON.
  public var elements: Int
  /// The most tensors that one message may carry.
  public var tensors: Int
  /// The most dimensions that one tensor may have.
  public var rank: Int

  /// Limits; 64 million elements, 64 tensors and 16 dimensions if not said otherwise.
  public init(elements: Int = 64 << 20, tensors: Int = 64, rank: Int = 16) {
    self.elements = elements
    self.tensors = tensors
    self.rank = rank
  }

  /// The number of elements of a shape that came from outside.
  ///
  /// A size must not be negative, and the product must neither overflow nor exceed ``elements``.
  ///
  /// - Throws: ``ProtocolError`` that names the tensor.
  public func elementCount(
    of shape: [Int], tensor name: String
  ) throws(ProtocolError) -> Int {
    guard shape.count <= rank else {
      throw ProtocolError(
        .tooLarge, "the tensor “\(name)” has \(shape.count) dimensions; at most \(rank) are read")
    }
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw .malformed("the tensor “\(name)” has the shape \(shape); no size may be negative")
    }
    // One size of 0 makes the tensor empty, whatever the others are.
    if shape.contains(0) { return 0 }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= elements else {
        throw ProtocolError(
          .tooLarge,
          "the tensor “\(name)” of shape \(shape) has more than \(elements) elements")
      }
      count = product
    }
    return count
  }
}
