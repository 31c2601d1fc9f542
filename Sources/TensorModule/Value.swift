/// What goes into an operator and what comes out.
public enum Value {
  /// The schema's default; only as an argument.
  case absent
  /// Python's `None`.
  case none
  case tensor(Tensor)
  /// A list of tensors; `nil` elements only where the schema says `Tensor?[]`.
  case tensors([Tensor?])
  case integer(Int)
  case real(Double)
  case truth(Bool)
  case string(String)
  case device(Device)
  case generator(Generator)
  case integers([Int])
  case reals([Double])
  case truths([Bool])

  /// The tensor, if the value is one.
  public var tensor: Tensor? { if case .tensor(let tensor) = self { tensor } else { nil } }

  /// An element type as operators take it.
  public static func elementType(_ type: ElementType) -> Value { .integer(Int(type.rawValue)) }

  /// A memory format as operators take it.
  public static func memoryFormat(_ format: MemoryFormat) -> Value { .integer(format.rawValue) }
}

/// The order in which the dimensions of a batch of pictures lie in memory, in libtorch's numbering.
public enum MemoryFormat: Int, Hashable, Sendable {
  /// Pictures, then channels, rows, columns.
  case contiguous = 0
  /// Whatever the input has.
  case preserve = 1
  /// Pictures, then rows, columns, channels: what convolutions on processors like best.
  case channelsLast = 2
  /// The same for volumes.
  case channelsLast3d = 3
}
