public import ProgramIR
public import TensorModule

/// The weights that a program runs with: an explicit value that travels with each call.
///
/// A second set of batch-norm weights over shared others, or weights after a training step, are
/// other values of this type; nothing in the program changes.
public struct Parameters {
  private var tensors: [String: Tensor]

  /// The weights that a program carries, without copying them.
  ///
  /// They look into the program's storage and must not be written to in place.
  ///
  /// - Throws: ``ProgramError`` when a weight does not fit its storage.
  public init(of program: Program) throws(ProgramError) {
    tensors = [:]
    for (name, weight) in program.weights {
      do {
        tensors[name] = try Tensor(weight)
      } catch {
        throw ProgramError("weight \(name): \(error.message)")
      }
    }
  }

  /// The weight of a full name, such as `layer1.0.conv1.weight`.
  public subscript(name: String) -> Tensor? {
    get { tensors[name] }
    set { tensors[name] = newValue }
  }

  /// All full names, in no order.
  public var names: some Collection<String> { tensors.keys }

  /// These weights with some of them replaced.
  public func overlaid(with others: Parameters) -> Parameters {
    var result = self
    result.tensors.merge(others.tensors) { _, new in new }
    return result
  }

  /// These weights with the kernels of two-dimensional convolutions laid out in another order.
  func laidOut(in format: MemoryFormat) -> Parameters {
    var result = self
    result.tensors = tensors.mapValues { $0.rank == 4 ? $0.copied(in: format) : $0 }
    return result
  }
}

extension Tensor {
  /// A tensor that looks into a weight's storage.
  package init(_ weight: Weight) throws(EngineError) {
    self = try weight.storage.withBytes { bytes throws(EngineError) in
      try Tensor(
        borrowing: bytes, ownedBy: weight.storage, as: ElementType(weight.dataType),
        shape: weight.sizes, strides: weight.strides, offset: weight.offset)
    }
  }
}
