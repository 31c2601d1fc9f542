extension Tensor {
  /// One element of the first dimension, which disappears.
  public subscript(index: Int) -> Tensor {
    ATen.select.tensor(.tensor(self), .integer(0), .integer(index))
  }

  /// A range of the first dimension, without copying.
  public subscript(range: Range<Int>) -> Tensor {
    ATen.narrow.tensor(
      .tensor(self), .integer(0), .integer(range.lowerBound), .integer(range.count))
  }

  /// A range of a dimension, without copying.
  public func narrowed(to range: Range<Int>, along dimension: Int) -> Tensor {
    ATen.narrow.tensor(
      .tensor(self), .integer(dimension), .integer(range.lowerBound), .integer(range.count))
  }

  /// The rows with the given indices, copied.
  ///
  /// - Parameter indices: int64, each inside the first dimension.
  public func rows(_ indices: Tensor) -> Tensor {
    ATen.indexSelect.tensor(.tensor(self), .integer(0), .tensor(indices))
  }

  /// The elements of a dimension with the given indices, copied; an index may come more than once.
  public func selected(_ indices: [Int], along dimension: Int) -> Tensor {
    ATen.indexSelect.tensor(.tensor(self), .integer(dimension), .tensor(Tensor(indices)))
  }

  /// The rows with the given indices, copied.
  public func rows(_ indices: [Int]) -> Tensor { rows(Tensor(indices)) }

  /// A copy in which some rows are replaced.
  ///
  /// - Parameters:
  ///   - indices: which rows, each at most once.
  ///   - rows: their new contents, in the same order.
  public func replacingRows(_ indices: [Int], with rows: Tensor) -> Tensor {
    ATen.indexCopy.tensor(
      .tensor(self), .integer(0), .tensor(Tensor(indices)), .tensor(rows))
  }

  /// Elements picked along a dimension by index.
  ///
  /// - Parameters:
  ///   - dimension: along which elements are picked.
  ///   - indices: int64 of the result's shape.
  public func gathered(along dimension: Int, at indices: Tensor) -> Tensor {
    ATen.gather.tensor(.tensor(self), .integer(dimension), .tensor(indices))
  }

  /// A copy in which the elements at the indices along a dimension are one number.
  public func filled(along dimension: Int, at indices: Tensor, with value: Double) -> Tensor {
    ATen.scatterValue.tensor(.tensor(self), .integer(dimension), .tensor(indices), .real(value))
  }

  /// A copy in which the elements at the indices along a dimension are those of another tensor.
  ///
  /// - Parameters:
  ///   - elements: of the indices' shape.
  ///   - dimension: along which elements are replaced.
  ///   - indices: int64, each at most once along the dimension.
  public func placing(_ elements: Tensor, along dimension: Int, at indices: Tensor) -> Tensor {
    ATen.scatter.tensor(
      .tensor(self), .integer(dimension), .tensor(indices), .tensor(elements))
  }
}
