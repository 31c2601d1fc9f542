import ProgramFormats
import TensorModule

/// Numbers that a call needs to know when the model is loaded.
extension Lowering {
  /// Integers, such as axes.
  func integers(_ value: LoweredValue, _ what: String) throws(LoweringError) -> [Int] {
    try list(value, what).integers()
  }

  /// One integer.
  func integer(_ value: LoweredValue, _ what: String) throws(LoweringError) -> Int {
    let list = try integers(value, what)
    guard list.count == 1 else { throw failure("\(what) must be one number") }
    return list[0]
  }

  /// Real numbers, such as scales.
  func reals(_ value: LoweredValue, _ what: String) throws(LoweringError) -> [Double] {
    try list(value, what).doubles()
  }

  /// One real number.
  func real(_ value: LoweredValue, _ what: String) throws(LoweringError) -> Double {
    let list = try reals(value, what)
    guard list.count == 1 else { throw failure("\(what) must be one number") }
    return list[0]
  }

  /// Integers that may depend on the batch, such as the sizes of a reshape.
  func sizes(_ value: LoweredValue, _ what: String) throws(LoweringError) -> [BatchSize] {
    if case .sizes(let list) = value.content { return list.elements }
    return try integers(value, what).map { BatchSize($0) }
  }

  /// Integers that old versions of an operator give as a setting and new ones as an input.
  func integers(
    _ call: Call, setting: String, input: Int, _ what: String
  ) throws(LoweringError) -> [Int]? {
    if let given = try call.integers(setting) { return given }
    guard let value = call.optional(input) else { return nil }
    return try integers(value, what)
  }

  /// The same for sizes, which there must be.
  func sizes(
    _ call: Call, setting: String, input: Int, _ what: String
  ) throws(LoweringError) -> [BatchSize] {
    if let given = try call.integers(setting) { return given.map { BatchSize($0) } }
    return try sizes(try call.input(input), what)
  }

  /// A tensor of as many numbers as a person could mean.
  private func list(_ value: LoweredValue, _ what: String) throws(LoweringError) -> Tensor {
    guard let tensor = known(value) else {
      throw failure(
        "\(what) must be known when the model is loaded, and here it depends on the picture")
    }
    guard tensor.elementCount <= Self.longestList else {
      throw failure("\(what) must be few numbers, and here there are \(tensor.elementCount)")
    }
    return tensor
  }

  private static let longestList = 1 << 20

  /// The size of a value along an axis.
  func size(of value: LoweredValue, along axis: Int) throws(LoweringError) -> BatchSize {
    let sizes = try sizes(of: value)
    guard sizes.indices.contains(axis) else {
      throw failure("a tensor without dimensions has no size along an axis")
    }
    return sizes[axis]
  }

  /// The axes behind batch and channels.
  func spatialAxes(of value: LoweredValue) throws(LoweringError) -> [Int] {
    guard value.rank > 2 else {
      throw failure("a tensor of \(value.rank) dimensions is no picture")
    }
    return Array(2..<value.rank)
  }

  /// An axis counted from the front.
  func axis(_ axis: Int, rank: Int) throws(LoweringError) -> Int {
    let fromFront = axis < 0 ? axis + rank : axis
    guard (0..<max(rank, 1)).contains(fromFront) else {
      throw failure("there is no axis \(axis) among \(rank) dimensions")
    }
    return fromFront
  }

  /// Axes counted from the front, each once.
  func axes(_ list: [Int], rank: Int) throws(LoweringError) -> [Int] {
    let axes = try list.map { axis throws(LoweringError) in try self.axis(axis, rank: rank) }
    guard Set(axes).count == axes.count else { throw failure("an axis occurs twice in \(list)") }
    return axes
  }
}
