import ProgramFormats
import ProgramRuntime
import TensorModule

/// Linear models, and what linear models, trees and support vectors make of their scores.
extension OperatorTable {
  static let linearModels: [String: OperatorLowering] = [
    "ai.onnx.ml::LinearClassifier": { lowering, call throws(LoweringError) in
      try lowering.linearClassifier(call)
    },
    "ai.onnx.ml::LinearRegressor": { lowering, call throws(LoweringError) in
      let x = try lowering.real(try lowering.atLeastMatrix(try call.input(0)))
      let count = try call.integer("targets", default: 1)
      let layer = try LinearLayer(of: call, over: x, lowering)
      guard layer.rows.count == count else {
        throw call.failure("its coefficients do not fit \(count) targets")
      }
      let result = try lowering.scores(x, layer)
      return [try lowering.transformed(result, try call.string("post_transform") ?? "NONE")]
    },
  ]
}

/// One row of coefficients for each score.
private struct LinearLayer {
  var rows: [[Float]]
  var bias: [Float]

  init(of call: Call, over x: LoweredValue, _ lowering: Lowering) throws(LoweringError) {
    let numbers = try call.reals("coefficients") ?? []
    guard let width = try lowering.sizes(of: x).last?.fixed, width > 0,
      !numbers.isEmpty, numbers.count.isMultiple(of: width)
    else { throw call.failure("its coefficients do not fit its input") }
    let floats = numbers.map { Float($0) }
    rows = stride(from: 0, to: floats.count, by: width).map { Array(floats[$0..<$0 + width]) }
    let intercepts = try call.reals("intercepts") ?? []
    bias =
      intercepts.isEmpty ? [Float](repeating: 0, count: rows.count) : intercepts.map { Float($0) }
    guard bias.count == rows.count else {
      throw call.failure("\(bias.count) intercepts do not fit \(rows.count) rows of coefficients")
    }
  }

  /// Whether there are two rows, each the other's negative.
  var isMirrored: Bool {
    rows.count == 2 && bias[0] == -bias[1]
      && zip(rows[0], rows[1]).allSatisfy { $0 == -$1 }
  }

  /// The same with zeros for the first of two rows.
  var sparingFirst: LinearLayer {
    var layer = self
    layer.rows = [rows[0].map { _ in 0 }, rows[rows.count - 1]]
    layer.bias = [0, bias[bias.count - 1]]
    return layer
  }

  /// Scores 1 − s and s from a single s.
  var complemented: LinearLayer {
    var layer = self
    layer.rows = [rows[0].map { -$0 }, rows[0]]
    layer.bias = [1 - bias[0], bias[0]]
    return layer
  }
}

extension Lowering {
  fileprivate mutating func scores(
    _ x: LoweredValue, _ layer: LinearLayer
  ) throws(LoweringError) -> LoweredValue {
    let weight = Tensor(
      layer.rows.flatMap(\.self), shape: [layer.rows.count, layer.rows[0].count])
    return try call(
      "aten::linear", .tensor(x), .tensor(constant(weight)),
      .tensor(constant(Tensor(layer.bias, shape: [layer.bias.count]))))
  }

  fileprivate mutating func linearClassifier(
    _ call: Call
  ) throws(LoweringError) -> [LoweredValue] {
    let x = try real(try atLeastMatrix(try call.input(0)))
    let layer = try LinearLayer(of: call, over: x, self)
    let labels = try ClassLabels(of: call, integers: "classlabels_ints")
    let transform = try call.string("post_transform") ?? "NONE"
    let isSingle = layer.rows.count == 1 && labels.count == 2
    guard isSingle || layer.rows.count == labels.count else {
      throw failure("\(layer.rows.count) rows of coefficients do not fit \(labels.count) classes")
    }
    // Two classes whose probabilities are σ(s) and 1 − σ(s) are the softmax of s and 0.
    if transform == "LOGISTIC", isSingle || layer.isMirrored {
      let scores = try scores(x, layer.sparingFirst)
      return [
        try label(self.call("aten::argmax", .tensor(scores), 1), labels),
        try transformed(scores, "SOFTMAX"),
      ]
    }
    guard isSingle else {
      let scores = try scores(x, layer)
      return [
        try label(self.call("aten::argmax", .tensor(scores), 1), labels),
        try transformed(scores, transform),
      ]
    }
    let scores = try scores(x, layer.complemented)
    let single = try self.call("aten::select.int", .tensor(scores), 1, 1)
    let isSecond = try self.call("aten::gt.Scalar", .tensor(single), 0)
    return [try label(isSecond, labels), scores]
  }
}

// MARK: Classes

/// The classes of a classifier.
struct ClassLabels {
  /// How many there are.
  let count: Int
  /// Their numbers; nothing if they are named by text, and then their positions stand for them.
  let numbers: [Int]?

  /// - Parameters:
  ///   - call: the node.
  ///   - integers: the setting that holds numbers.
  init(of call: Call, integers: String) throws(LoweringError) {
    if case .strings(let names)? = call.node.attributes["classlabels_strings"], !names.isEmpty {
      (count, numbers) = (names.count, nil)
    } else {
      let list = try call.integers(integers) ?? []
      (count, numbers) = (list.count, list)
    }
    guard count > 0 else { throw call.failure("it names no classes") }
  }
}

extension Lowering {
  /// The classes at positions, which may be truth values.
  mutating func label(
    _ positions: LoweredValue, _ labels: ClassLabels
  ) throws(LoweringError) -> LoweredValue {
    let positions = try converted(positions, to: .int64)
    guard let numbers = labels.numbers else { return positions }
    return try call("aten::take", .tensor(constant(Tensor(numbers))), .tensor(positions))
  }

  /// What a model of `ai.onnx.ml` makes of its scores, [N, K].
  mutating func transformed(
    _ scores: LoweredValue, _ transform: String
  ) throws(LoweringError) -> LoweredValue {
    switch transform {
    case "NONE": return scores
    case "SOFTMAX": return try call("aten::softmax.int", .tensor(scores), -1)
    case "LOGISTIC": return try call("aten::sigmoid", .tensor(scores))
    case "SOFTMAX_ZERO":
      // Scores of zero get no probability.
      let size = try call("aten::abs", .tensor(scores))
      let isZero = try call("aten::le.Scalar", .tensor(size), 1e-7)
      let probabilities = try call("aten::softmax.int", .tensor(scores), -1)
      let masked = try call("aten::masked_fill.Scalar", .tensor(probabilities), .tensor(isZero), 0)
      let sum = try call("aten::sum.dim_IntList", .tensor(masked), [-1], true)
      return try call(
        "aten::div.Tensor", .tensor(masked),
        .tensor(try call("aten::clamp", .tensor(sum), .real(1e-30), .none)))
    default: throw failure("the transformation \(transform) of scores is not supported")
    }
  }
}
