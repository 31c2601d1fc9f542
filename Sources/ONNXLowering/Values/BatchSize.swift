/// A size or an index that may depend on how many pictures there are: a · N + b.
struct BatchSize: Hashable, Sendable {
  /// What each picture adds.
  var perPicture: Int
  /// What is there anyway.
  var constant: Int

  /// A number that does not depend on the batch.
  init(_ constant: Int) {
    perPicture = 0
    self.constant = constant
  }

  init(perPicture: Int, constant: Int) {
    self.perPicture = perPicture
    self.constant = constant
  }

  /// The sizes that were seen for some batches, as one; `nil` if they do not lie on a line of integers.
  init?(seen sizes: [Int], for batches: [Int]) {
    guard let first = sizes.first, let firstBatch = batches.first else { return nil }
    guard let index = sizes.firstIndex(where: { $0 != first }) else {
      self.init(first)
      return
    }
    let (rise, run) = (sizes[index] - first, batches[index] - firstBatch)
    guard rise.isMultiple(of: run) else { return nil }
    let slope = rise / run
    self.init(perPicture: slope, constant: first - slope * firstBatch)
    guard zip(sizes, batches).allSatisfy({ value(for: $1) == $0 }) else { return nil }
  }

  /// The number itself, unless it depends on the batch.
  var fixed: Int? { perPicture == 0 ? constant : nil }

  /// The number for a batch; the largest there is where it becomes too large.
  func value(for batch: Int) -> Int {
    let (product, isTooLarge) = perPicture.multipliedReportingOverflow(by: batch)
    let (sum, overflows) = product.addingReportingOverflow(constant)
    return isTooLarge || overflows ? .max : sum
  }

  /// The expression that exported programs write for it.
  func expression(of symbol: String) -> String {
    let product = perPicture == 1 ? symbol : "\(perPicture)*\(symbol)"
    if perPicture == 0 { return "\(constant)" }
    if constant == 0 { return product }
    return constant > 0 ? "\(product) + \(constant)" : "\(product) - \(constant.magnitude)"
  }
}

extension BatchSize: ExpressibleByIntegerLiteral {
  init(integerLiteral value: Int) { self.init(value) }
}

extension BatchSize {
  /// The sum; `nil` where numbers become too large.
  static func sum(_ left: BatchSize, _ right: BatchSize) -> BatchSize? {
    let slope = left.perPicture.addingReportingOverflow(right.perPicture)
    let constant = left.constant.addingReportingOverflow(right.constant)
    guard !slope.overflow, !constant.overflow else { return nil }
    return BatchSize(perPicture: slope.partialValue, constant: constant.partialValue)
  }

  /// The product; `nil` if both depend on the batch or numbers become too large.
  static func product(_ left: BatchSize, _ right: BatchSize) -> BatchSize? {
    guard let factor = left.fixed else { return right.fixed == nil ? nil : product(right, left) }
    let slope = right.perPicture.multipliedReportingOverflow(by: factor)
    let constant = right.constant.multipliedReportingOverflow(by: factor)
    guard !slope.overflow, !constant.overflow else { return nil }
    return BatchSize(perPicture: slope.partialValue, constant: constant.partialValue)
  }

  /// The difference; `nil` where numbers become too large.
  static func difference(_ left: BatchSize, _ right: BatchSize) -> BatchSize? {
    product(right, -1).flatMap { sum(left, $0) }
  }

  /// The quotient, rounded towards zero as ONNX's division of integers does; `nil` if that is no size.
  static func quotient(_ left: BatchSize, _ right: BatchSize) -> BatchSize? {
    if let above = left.fixed, let below = right.fixed {
      return below == 0 || (above == .min && below == -1) ? nil : BatchSize(above / below)
    }
    if left == right { return 1 }
    guard let below = right.fixed, below != 0, left.perPicture.isMultiple(of: below),
      left.constant.isMultiple(of: below)
    else { return nil }
    return BatchSize(perPicture: left.perPicture / below, constant: left.constant / below)
  }
}
