import ProgramFormats

/// Functions whose gradient is zero nearly everywhere.
extension OperatorTable {
  static let steps: [String: OperatorLowering] = [
    "Round": step("aten::round"),
    "Floor": step("aten::floor"),
    "Ceil": step("aten::ceil"),
    "Sign": { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let sign = try lowering.call("aten::sign", .tensor(x))
      guard lowering.noteStep(on: x), lowering.isStraightThrough else { return [sign] }
      let ramp = try lowering.call("aten::clamp", .tensor(x), -1, 1)
      return [try lowering.straightThrough(sign, as: ramp)]
    },
  ]

  private static func step(_ name: String) -> OperatorLowering {
    { lowering, call throws(LoweringError) in
      let x = try call.input(0)
      let result = try lowering.call(name, .tensor(x))
      guard lowering.noteStep(on: x), lowering.isStraightThrough else { return [result] }
      return [try lowering.straightThrough(result, as: x)]
    }
  }
}

extension Lowering {
  /// Reports the node that is lowered now as one without a gradient, if there would be one.
  ///
  /// - Parameters:
  ///   - value: what the step is taken on.
  ///   - isStep: whether it is one: unless told, if the value is real.
  /// - Returns: whether the step is on the way from the picture to the results.
  @discardableResult
  mutating func noteStep(on value: LoweredValue, ifOne isStep: Bool? = nil) -> Bool {
    guard value.dependsOnPicture, isStep ?? value.isReal, let current else { return false }
    if steps.last?.node.name != current.name { steps.append(NotedStep(node: current)) }
    return true
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

/// A node through which no gradient passes, or only a made-up one.
struct NotedStep {
  let node: ONNXNode
  /// The calls that the node became.
  var calls = 0..<0
}
