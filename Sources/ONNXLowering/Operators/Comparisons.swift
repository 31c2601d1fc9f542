import TensorModule

/// Comparisons and logic.
extension OperatorTable {
  static let comparisons: [String: OperatorLowering] = [
    "Equal": { lowering, call throws(LoweringError) in
      if let known = lowering.equality(try call.input(0), try call.input(1)) { return [known] }
      return [try lowering.combined("aten::eq.Tensor", call)]
    },
    "Greater": binary("aten::gt.Tensor"),
    "GreaterOrEqual": binary("aten::ge.Tensor"),
    "Less": binary("aten::lt.Tensor"),
    "LessOrEqual": binary("aten::le.Tensor"),
    "And": binary("aten::logical_and"),
    "Or": binary("aten::logical_or"),
    "Xor": binary("aten::logical_xor"),
    "Not": elementwise("aten::logical_not"),
    "Where": { lowering, call throws(LoweringError) in
      let (condition, yes, no) = (try call.input(0), try call.input(1), try call.input(2))
      if let sizes = lowering.choice(condition, yes, no) { return [sizes] }
      return [
        try lowering.call("aten::where.self", .tensor(condition), .tensor(yes), .tensor(no))
      ]
    },
  ]
}

extension Lowering {
  /// Which sizes are equal, where that is the same for every batch.
  fileprivate mutating func equality(
    _ left: LoweredValue, _ right: LoweredValue
  ) -> LoweredValue? {
    guard left.isSizes || right.isSizes, let first = sizeList(left), let second = sizeList(right)
    else { return nil }
    let count = max(first.elements.count, second.elements.count)
    guard [1, count].contains(first.elements.count), [1, count].contains(second.elements.count)
    else { return nil }
    var answers: [Bool] = []
    for index in 0..<count {
      let one = first.elements[first.elements.count == 1 ? 0 : index]
      let other = second.elements[second.elements.count == 1 ? 0 : index]
      guard let answer = BatchSize.areEqual(one, other) else { return nil }
      answers.append(answer)
    }
    let tensor = Tensor(answers)
    return constant(first.isScalar && second.isScalar ? tensor.reshaped([]) : tensor)
  }

  /// Sizes chosen by a condition that is known.
  fileprivate func choice(
    _ condition: LoweredValue, _ yes: LoweredValue, _ no: LoweredValue
  ) -> LoweredValue? {
    guard yes.isSizes || no.isSizes, let conditions = known(condition)?.truths(),
      let first = sizeList(yes), let second = sizeList(no)
    else { return nil }
    let count = max(conditions.count, first.elements.count, second.elements.count)
    let counts = [conditions.count, first.elements.count, second.elements.count]
    guard counts.allSatisfy([1, count].contains), condition.rank <= 1 else { return nil }
    let elements = (0..<count).map { index in
      let list = conditions[conditions.count == 1 ? 0 : index] ? first.elements : second.elements
      return list[list.count == 1 ? 0 : index]
    }
    let isScalar = first.isScalar && second.isScalar && condition.rank == 0
    return LoweredValue(.sizes(SizeList(elements: elements, isScalar: isScalar)))
  }
}

extension BatchSize {
  /// Whether two sizes are equal; `nil` if that depends on the batch.
  fileprivate static func areEqual(_ left: BatchSize, _ right: BatchSize) -> Bool? {
    if left == right { return true }
    guard let difference = difference(left, right) else { return nil }
    if difference.perPicture == 0 { return false }
    // The same sign for every batch of at least one picture.
    let first = difference.value(for: 1)
    return first != 0 && (first > 0) == (difference.perPicture > 0) ? false : nil
  }
}
