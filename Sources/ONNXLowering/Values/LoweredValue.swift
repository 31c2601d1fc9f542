import ProgramFormats
import ProgramIR
import TensorModule

/// A value of an ONNX graph while the graph is lowered.
///
/// Each value is known by example: what it is for some sizes of batch. Types, sizes and what can be
/// folded follow from the examples, so that no operator needs rules of its own for them.
struct LoweredValue {
  /// Where the value comes from.
  enum Content {
    /// Known when the model is loaded.
    case constant(LoweredConstant)
    /// Computed by calls of the program.
    case traced(TracedTensor)
    /// Integers that may depend on the batch: what `Shape` gives, and arithmetic on it.
    case sizes(SizeList)
    /// A list of tensors.
    case sequence([LoweredValue])
  }

  /// Where the value comes from.
  var content: Content
  /// The integer type that the elements stand for while they are kept as reals or as wider integers.
  var standsFor: ONNXDataType?

  init(_ content: Content, standingFor type: ONNXDataType? = nil) {
    self.content = content
    standsFor = type
  }
}

/// A tensor that is known when the model is loaded.
struct LoweredConstant {
  /// The initialiser that it is.
  struct Origin: Hashable {
    let name: String
    /// Whether training may change it: reals, and more than one.
    let isTrainable: Bool
  }

  /// Tells constants apart.
  let identity: Int
  let tensor: Tensor
  /// The initialiser that it is; nothing if it was computed.
  let origin: Origin?
  /// What it takes of the memory that a model may.
  var memory: MemoryAccount.Entry?
}

/// A tensor that the program computes, with an example for each size of batch.
struct TracedTensor {
  /// The name in the program.
  let name: String
  /// One tensor for each size of batch.
  let samples: [Tensor]
  /// Whether it depends on nothing but weights.
  let isKnown: Bool
  /// Whether it depends on a picture, and not only on how many there are.
  let seesPicture: Bool
  /// Whether it is the picture itself, perhaps prepared; see ``OperatorTable/preparing``.
  var isPicture = false
  /// What it takes of the memory that a model may.
  var memory: MemoryAccount.Entry?
}

/// A list of sizes, or a single one.
struct SizeList {
  var elements: [BatchSize]
  /// Whether it is a tensor without dimensions.
  var isScalar = false
}

extension LoweredValue {
  /// An example of the value, if it is one tensor.
  var example: Tensor? {
    switch content {
    case .constant(let constant): constant.tensor
    case .traced(let traced): traced.samples[0]
    case .sizes, .sequence: nil
    }
  }

  /// How many dimensions there are.
  var rank: Int {
    switch content {
    case .sizes(let list): list.isScalar ? 0 : 1
    case .sequence: 0
    case .constant, .traced: example?.rank ?? 0
    }
  }

  /// The type of the elements as the engine keeps them.
  var elementType: ElementType { example?.elementType ?? .int64 }

  /// Whether the elements are real numbers to the engine.
  var isReal: Bool { elementType.isReal }

  /// Whether the elements are real numbers to the graph.
  var isRealInGraph: Bool { isReal && (standsFor?.isReal ?? true) }

  /// Whether the value depends on the picture.
  var dependsOnPicture: Bool {
    switch content {
    case .constant: false
    case .traced(let traced): !traced.isKnown
    case .sizes: false
    case .sequence(let values): values.contains(where: \.dependsOnPicture)
    }
  }

  /// Whether the value depends on what is in the picture, and not only on how many pictures there are.
  var seesPicture: Bool {
    switch content {
    case .constant, .sizes: false
    case .traced(let traced): traced.seesPicture
    case .sequence(let values): values.contains(where: \.seesPicture)
    }
  }

  /// Whether the value is the picture itself, perhaps prepared.
  var isPicture: Bool { if case .traced(let traced) = content { traced.isPicture } else { false } }

  /// The same value as one whose elements stand for a type.
  func standing(for type: ONNXDataType?) -> LoweredValue {
    LoweredValue(content, standingFor: type)
  }
}

extension ElementType {
  /// Whether the elements are real numbers.
  var isReal: Bool {
    switch self {
    case .float16, .float32, .float64, .bfloat16, .float8e5m2, .float8e4m3fn, .float8e5m2fnuz,
      .float8e4m3fnuz, .float8e8m0fnu:
      true
    default: false
    }
  }
}

extension ONNXDataType {
  /// Whether the elements are real numbers.
  var isReal: Bool { dataType?.isFloatingPoint ?? false }
}
