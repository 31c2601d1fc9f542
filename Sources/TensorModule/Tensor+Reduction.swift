extension Tensor {
  /// The sum of all elements, as a scalar tensor.
  public func sum() -> Tensor { ATen.sum.tensor(.tensor(self)) }

  /// Sums along dimensions.
  public func sum(along dimensions: [Int], keepingDimensions keeps: Bool = false) -> Tensor {
    ATen.sumAlong.tensor(.tensor(self), .integers(dimensions), .truth(keeps))
  }

  /// The mean of all elements, as a scalar tensor.
  public func mean() -> Tensor { ATen.mean.tensor(.tensor(self)) }

  /// Means along dimensions.
  public func mean(along dimensions: [Int], keepingDimensions keeps: Bool = false) -> Tensor {
    ATen.meanAlong.tensor(.tensor(self), .integers(dimensions), .truth(keeps))
  }

  /// The greatest element, as a scalar tensor.
  public func max() -> Tensor { ATen.max.tensor(.tensor(self)) }

  /// The greatest elements along dimensions; ties share the gradient.
  public func max(along dimensions: [Int], keepingDimensions keeps: Bool = false) -> Tensor {
    ATen.amax.tensor(.tensor(self), .integers(dimensions), .truth(keeps))
  }

  /// The least element, as a scalar tensor.
  public func min() -> Tensor { ATen.min.tensor(.tensor(self)) }

  /// The least elements along dimensions; ties share the gradient.
  public func min(along dimensions: [Int], keepingDimensions keeps: Bool = false) -> Tensor {
    ATen.amin.tensor(.tensor(self), .integers(dimensions), .truth(keeps))
  }

  /// The index of the greatest element along a dimension; the first one where several are equal.
  public func argmax(along dimension: Int) -> Tensor {
    ATen.argmax.tensor(.tensor(self), .integer(dimension))
  }

  /// The index of the least element along a dimension; the first one where several are equal.
  public func argmin(along dimension: Int) -> Tensor {
    ATen.argmin.tensor(.tensor(self), .integer(dimension))
  }

  /// The vector norm of an order along dimensions; the order may be infinite.
  public func norm(
    order: Double, along dimensions: [Int], keepingDimensions keeps: Bool = false
  ) -> Tensor {
    ATen.vectorNorm.tensor(
      .tensor(self), .real(order), .integers(dimensions), .truth(keeps))
  }

  /// Where all elements along a dimension are true.
  public func all(along dimension: Int) -> Tensor {
    ATen.allAlong.tensor(.tensor(self), .integer(dimension))
  }

  /// Where any element along a dimension is true.
  public func any(along dimension: Int) -> Tensor {
    ATen.anyAlong.tensor(.tensor(self), .integer(dimension))
  }

  /// Running sums along a dimension.
  public func cumulativeSum(along dimension: Int) -> Tensor {
    ATen.cumsum.tensor(.tensor(self), .integer(dimension))
  }

  /// The elements in order along a dimension, with the index that each had.
  public func sorted(
    along dimension: Int, descending: Bool = false
  ) -> (values: Tensor, indices: Tensor) {
    let results = ATen.sort.tensors([.tensor(self), .integer(dimension), .truth(descending)])
    return (results[0], results[1])
  }

  /// The greatest elements along a dimension in descending order, with their indices.
  public func top(_ count: Int, along dimension: Int) -> (values: Tensor, indices: Tensor) {
    let results = ATen.topk.tensors([.tensor(self), .integer(count), .integer(dimension)])
    return (results[0], results[1])
  }
}

extension Tensor {
  /// The indices that put a dimension in ascending order.
  public func argsorted(along dimension: Int) -> Tensor {
    ATen.argsort.tensor(.tensor(self), .integer(dimension))
  }
}
