import ProgramFormats
import ProgramRuntime
import TensorModule

/// What the caller of a lowered program provides.
struct LoweringInput {
  /// One input of the graph.
  struct Value {
    let name: String
    /// The type of the elements as the graph wants them.
    let graphType: ElementType
    /// The type of the elements as the caller provides them: Float32 for what a classifier is shown.
    let elementType: ElementType
    /// The sizes, outermost first; nothing for the batch.
    let sizes: [Int?]

    /// Random numbers in [0, 1], the first pictures of each batch the same; zeros if they are integers.
    func samples(for batches: [Int]) -> [Tensor] {
      batches.map { batch in
        let shape = sizes.map { $0 ?? batch }
        guard elementType.isReal else { return Tensor.zeros(shape, type: elementType) }
        return Tensor.uniform(shape, using: Generator(seed: 0)).converted(to: elementType)
      }
    }
  }

  /// The inputs in the graph's order.
  let values: [Value]
  /// The size of batch that the model insists on, if it does.
  let fixedBatch: Int?

  /// The sizes of batch that a program for any size is tried with.
  static let batches = [2, 3]

  /// - Throws: ``LoweringError`` where the sizes are not known.
  init(of graph: ONNXGraph, _ options: LoweringOptions) throws(LoweringError) {
    var values: [Value] = []
    var fixedBatch: Int? = 1
    for input in graph.inputs {
      guard let type = input.dataType?.dataType, let sizes = input.sizes else {
        throw LoweringError(
          "the input \(input.name) is no tensor of known type and number of dimensions")
      }
      var concrete: [Int?] = []
      for (dimension, size) in sizes.enumerated() {
        if case .fixed(let size) = size {
          guard size >= 0 else {
            throw LoweringError("the input \(input.name) has a negative size")
          }
          guard size > 0 || dimension > 0 || options.results == .all else {
            throw LoweringError("the input \(input.name) is declared as a batch of no pictures")
          }
          concrete.append(size)
        } else if dimension == 0 {
          concrete.append(nil)
        } else if let open = options.openSizes, open.indices.contains(dimension - 1) {
          concrete.append(open[dimension - 1])
        } else {
          throw LoweringError(
            "the input \(input.name) has sizes that the model leaves open", untold: .pictureSizes)
        }
      }
      try Self.check(concrete, of: input.name)
      fixedBatch = concrete.first ?? fixedBatch
      let graphType = ElementType(type)
      values.append(
        Value(
          name: input.name, graphType: graphType,
          elementType: options.results == .scores ? .float32 : graphType, sizes: concrete))
    }
    self.init(values: values, fixedBatch: fixedBatch)
  }

  /// Refuses inputs of which not even a few examples fit into memory.
  private static func check(_ sizes: [Int?], of name: String) throws(LoweringError) {
    var count = batches.max() ?? 1
    for size in sizes {
      let (product, overflows) = count.multipliedReportingOverflow(by: max(1, size ?? 1))
      guard !overflows, product <= Lowering.largestElementCount else {
        throw LoweringError("the input \(name) is declared larger than pictures are")
      }
      count = product
    }
  }

  private init(values: [Value], fixedBatch: Int?) {
    self.values = values
    self.fixedBatch = fixedBatch
  }

  /// The same inputs with batches of any size.
  var freed: LoweringInput { batched(by: nil) }

  /// The same inputs for one picture at a time.
  var single: LoweringInput { batched(by: 1) }

  private func batched(by size: Int?) -> LoweringInput {
    let values = values.map { value in
      Value(
        name: value.name, graphType: value.graphType, elementType: value.elementType,
        sizes: [size] + value.sizes.dropFirst())
    }
    return LoweringInput(values: values, fixedBatch: size)
  }
}
