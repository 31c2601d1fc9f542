import ProgramIR

/// A proof that a program says of each picture the same whatever other pictures are in the batch.
///
/// Every value that depends on the pictures must have the batch as its first size and nowhere else, and
/// every call must be of an operator that treats the entries along its first dimension alike and apart,
/// with dimensions and pads that leave this one alone. What is not known here counts as not proven.
struct BatchIndependence {
  private let program: Program

  init(of program: Program) { self.program = program }

  /// - Throws: ``LoweringError`` that names the first call of which it is not known.
  func prove() throws(LoweringError) {
    var dependent = Set(program.userInputs.map(\.name))
    var sizes: Set<String> = []
    for node in program.nodes {
      if node.operation.name == "sym_size" || node.operation.namespace != "aten" {
        sizes.formUnion(node.valuesDefined)
        continue
      }
      let readsSizes = !sizes.isDisjoint(with: node.valuesRead)
      guard readsSizes || !dependent.isDisjoint(with: node.valuesRead) else { continue }
      guard keepsPicturesApart(node, readsSizes: readsSizes, among: dependent),
        node.valuesDefined.allSatisfy(isBatchFirst)
      else {
        let call = node.origin.map { "node \($0)" } ?? "the call \(node.name) of \(node.operation)"
        throw LoweringError("\(call) might mix the pictures of a batch")
      }
      dependent.formUnion(node.valuesDefined)
    }
    guard program.results.allSatisfy({ dependent.contains($0.name) && isBatchFirst($0.name) })
    else { throw LoweringError("the results are not one row for each picture") }
  }

  /// Whether the batch is the first size and no other.
  private func isBatchFirst(_ name: String) -> Bool {
    guard let sizes = program.types[name]?.sizes, sizes.first == .dynamic(Lowering.symbol) else {
      return false
    }
    return sizes.dropFirst().allSatisfy { $0.fixedSize != nil }
  }

  private func keepsPicturesApart(
    _ node: Node, readsSizes: Bool, among dependent: Set<String>
  ) -> Bool {
    let name = node.operation.name
    if readsSizes { return Self.shaping.contains(name) }
    guard Self.known.contains(name) else { return false }
    // The first size stays where it is, and pictures lie one after the other.
    if Self.shaping.contains(name) { return true }
    let rank = node.arguments.first.flatMap { argument -> Int? in
      argument.value.valuesRead.first.flatMap { program.types[$0]?.sizes.count }
    }
    // A row is picked for each picture from the table's row of the same number.
    if Self.rowwise.contains(name), !node.valuesRead.allSatisfy(dependent.contains) { return false }
    switch name {
    case "constant_pad_nd":
      // From the last dimension on, two numbers for each; the first one must not be among them.
      guard case .integers(let pads)? = node[argument: "pad"], let rank else { return false }
      return pads.dropFirst(2 * (rank - 1)).allSatisfy { $0 == .constant(0) }
    case "permute":
      guard case .integers(let order)? = node[argument: "dims"] else { return false }
      return order.first == .constant(0)
    case "layer_norm":
      guard case .integers(let sizes)? = node[argument: "normalized_shape"], let rank else {
        return false
      }
      return sizes.count < rank
    default:
      return node.arguments.filter { Self.namesOfDimensions.contains($0.name) }
        .flatMap { Self.dimensions($0.value) }
        .allSatisfy { dimension in
          guard let dimension, let rank else { return false }
          return dimension != 0 && dimension != -rank
        }
    }
  }

  /// The dimensions that a setting names; nothing for one that is not known.
  private static func dimensions(_ argument: Node.Argument) -> [Int?] {
    func known(_ integer: Node.Argument.Integer) -> Int? {
      if case .constant(let number) = integer { number } else { nil }
    }
    return switch argument {
    case .integer(let integer): [known(integer)]
    case .integers(let list): list.map(known)
    case .none: []
    default: [nil]
    }
  }

  /// Operators that read or write another tensor at the same places of the first dimension.
  private static let rowwise: Set = ["gather", "scatter", "scatter_reduce"]

  private static let namesOfDimensions: Set = ["dim", "dims", "dim0", "dim1", "start_dim"]

  /// Operators that make shapes of sizes, or numbers that are the same everywhere.
  private static let shaping: Set = [
    "expand", "full", "ones", "reshape", "view", "zeros",
  ]

  /// Operators that treat the entries along the first dimension alike and apart, unless a setting names
  /// this dimension.
  private static let known: Set = shaping.union([
    // Element by element.
    "abs", "acos", "acosh", "add", "asin", "asinh", "atan", "atanh", "bitwise_and",
    "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "bucketize", "ceil", "celu", "clamp", "copysign", "cos", "cosh", "detach", "div", "elu", "eq",
    "erf", "exp", "floor", "fmod", "full_like", "ge", "gelu", "gt", "hardsigmoid", "hardswish",
    "hardtanh", "isinf", "isnan", "isneginf", "isposinf", "le", "leaky_relu", "log", "logical_and",
    "logical_not", "logical_or", "logical_xor", "lt", "masked_fill", "maximum", "minimum", "mish",
    "mul", "ne", "neg", "ones_like", "pow", "prelu", "reciprocal", "relu", "remainder", "round",
    "rsqrt", "sigmoid", "sign", "silu", "sin", "sinh", "softplus", "sqrt", "square", "sub", "tan",
    "tanh", "threshold", "to", "trunc", "where", "zeros_like",
    // Along dimensions that a setting names.
    "amax", "amin", "argmax", "argmin", "cat", "cumsum", "cumprod", "flatten", "flip", "gather",
    "index_select", "linalg_vector_norm", "log_softmax", "logsumexp", "mean", "permute", "prod",
    "scatter", "scatter_reduce", "select", "slice", "softmax", "sort", "split_with_sizes",
    "squeeze", "stack", "sum", "transpose", "unflatten", "unsqueeze",
    // Layers.
    "adaptive_avg_pool2d", "avg_pool1d", "avg_pool2d", "avg_pool3d", "batch_norm",
    "constant_pad_nd",
    "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    "group_norm", "instance_norm", "layer_norm", "linear", "addmm", "matmul", "max_pool1d",
    "max_pool2d", "max_pool3d", "pixel_shuffle", "pixel_unshuffle", "repeat",
    "scaled_dot_product_attention", "upsample_bicubic2d", "upsample_bilinear2d",
    "upsample_linear1d", "upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d",
    "upsample_trilinear3d",
  ])
}
