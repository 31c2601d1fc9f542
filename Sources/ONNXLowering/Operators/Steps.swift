import ProgramFormats
import ProgramIR

/// Functions whose gradient is zero nearly everywhere.
extension OperatorTable {
  static let steps: [String: OperatorLowering] = [
    "Round": step("aten::round"),
    "Floor": step("aten::floor"),
    "Ceil": step("aten::ceil"),
    "Sign": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let sign = try lowering.call("aten::sign", .tensor(x))
      guard lowering.noteStep(on: x, .ifAsked), lowering.isStraightThrough else { return [sign] }
      let ramp = try lowering.call("aten::clamp", .tensor(x), -1, 1)
      return [try lowering.straightThrough(sign, as: ramp)]
    },
  ]

  private static func step(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let result = try lowering.call(name, .tensor(x))
      guard lowering.noteStep(on: x, .ifAsked), lowering.isStraightThrough else {
        return [result]
      }
      return [try lowering.straightThrough(result, as: x)]
    }
  }
}

extension Lowering {
  /// Reports the node that is lowered now as one without a gradient, if there would be one.
  ///
  /// - Parameters:
  ///   - value: what the step is taken on; it is none if that is not real.
  ///   - passing: whether gradients pass it anyway.
  /// - Returns: whether the step is on the way from the picture to the results.
  @discardableResult
  mutating func noteStep(
    on value: LoweredValue, _ passing: LoweredModel.Step.Passing = .never
  ) -> Bool {
    guard value.dependsOnPicture, value.isReal, let current else { return false }
    if !isReported(current) { steps.append(NotedStep(node: current, passing: passing)) }
    return true
  }

  /// Whether a node, with all its calls, is the step that was reported last.
  private func isReported(_ node: ONNXNode) -> Bool {
    steps.last.map { $0.node.name == node.name && $0.calls == nil } ?? false
  }

  /// Keeps in mind what a call made integers or truth values of, and reports the last call where these
  /// become real without a gradient: thresholds, say, as numbers.
  mutating func followSteps(from arguments: [LoweredValue], to results: [LoweredValue]) {
    guard let current else { return }
    let sources = arguments.filter(\.seesPicture)
    let whole = sources.filter { !$0.isReal }
    let isUnreported =
      whole.isEmpty || whole.compactMap(\.name).contains(where: unreportedSteps.contains)
    guard isUnreported, !isReported(current) else { return }
    unreportedSteps.formUnion(results.filter { !$0.isReal }.compactMap(\.name))
    if whole.count == sources.count, results.contains(where: \.isReal) {
      let last = program.nodes.count - 1
      steps.append(NotedStep(node: current, passing: .never, calls: last..<last + 1))
    }
  }

  /// A value to the bit, with the gradient of another one.
  mutating func straightThrough(
    _ value: LoweredValue, as smooth: LoweredValue
  ) throws(LoweringError) -> LoweredValue {
    let constant = try call("aten::detach", .tensor(smooth))
    let zero = try call("aten::sub.Tensor", .tensor(smooth), .tensor(constant))
    let step = try call("aten::detach", .tensor(value))
    return try call("aten::add.Tensor", .tensor(step), .tensor(zero))
  }
}

extension LoweredValue {
  /// The name in the program, if it is a tensor that the program computes.
  fileprivate var name: String? {
    if case .traced(let traced) = content { traced.name } else { nil }
  }
}

/// A node through which no gradient passes, or only a made-up one.
struct NotedStep {
  let node: ONNXNode
  /// Whether gradients pass it anyway.
  var passing: LoweredModel.Step.Passing
  /// The calls that take the step; nothing while the node is lowered that is one as a whole.
  var calls: Range<Int>?
}
