internal import CTorch

/// An array of numbers with a shape, held by the engine.
///
/// Copies share their elements, and no public method changes them. Methods trap on mistakes that
/// only our own code can make, such as shapes that do not match; whatever runs something from
/// outside goes through ``Operator/callAsFunction(_:)``, which throws.
///
/// Not Sendable: what crosses threads is ``floats()`` and its like.
public struct Tensor {
  private let owner: Owner

  /// Owns one reference of the engine and gives it back.
  private final class Owner {
    let handle: ct_tensor
    init(_ handle: ct_tensor) { self.handle = handle }
    deinit { ct_tensor_free(handle) }
  }

  /// Takes over a reference from the engine.
  init(owning handle: ct_tensor) { owner = Owner(handle) }

  /// Gives the raw handle to a closure and keeps the tensor alive meanwhile.
  func withHandle<R, E: Error>(_ body: (ct_tensor) throws(E) -> R) throws(E) -> R {
    defer { withExtendedLifetime(owner) {} }
    return try body(owner.handle)
  }

  /// The tensor that a function of the border returns through its last parameter.
  static func made(
    during operation: String, by body: (inout ct_tensor?) throws(EngineError) -> ct_status
  ) throws(EngineError) -> Tensor {
    var handle: ct_tensor?
    try check(body(&handle), during: operation)
    guard let handle else {
      throw EngineError(.refused, during: operation, message: "no tensor came back")
    }
    return Tensor(owning: handle)
  }
}

extension Tensor {
  /// The sizes, outermost first; empty for a scalar.
  public var shape: [Int] { perDimension(ct_tensor_sizes) }

  /// The distance, in elements, between neighbours along each dimension.
  public var strides: [Int] { perDimension(ct_tensor_strides) }

  private func perDimension(_ read: (ct_tensor, UnsafeMutablePointer<Int64>) -> Void) -> [Int] {
    withHandle { handle in
      let rank = ct_tensor_rank(handle)
      let numbers = [Int64](unsafeUninitializedCapacity: rank) { buffer, count in
        if let base = buffer.baseAddress { read(handle, base) }
        count = rank
      }
      return numbers.map(Int.init)
    }
  }

  /// The number of dimensions.
  public var rank: Int { withHandle { Int(ct_tensor_rank($0)) } }

  /// The number of elements.
  public var elementCount: Int { shape.reduce(1, *) }

  /// The first size: the number of samples of a batch.
  ///
  /// - Precondition: the tensor is not a scalar.
  public var count: Int { shape[0] }

  /// The type of the elements.
  public var elementType: ElementType {
    let raw = withHandle { ct_tensor_type($0) }
    guard let type = ElementType(rawValue: raw) else {
      fatalError("the engine uses an element type that this version does not know: \(raw)")
    }
    return type
  }

  /// Where the elements are, by the engine's name.
  public var deviceName: String {
    let name = withHandle { ct_tensor_device($0) }
    defer { ct_string_free(name) }
    return String(cString: name)
  }

  /// Whether the engine records what happens to the tensor.
  public var requiresGradient: Bool { withHandle { ct_tensor_requires_gradient($0) } }
}

extension Tensor: CustomStringConvertible {
  /// Type and shape, without computing anything.
  public var description: String { "\(elementType)\(shape)" }
}
