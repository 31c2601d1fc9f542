import TensorModule

/// The optimiser Adam for each number of a tensor on its own.
///
/// Kingma and Ba 2015, “Adam: a method for stochastic optimization”.
struct Adam {
  let learningRate: Double
  private var mean: Tensor
  private var square: Tensor
  /// What is left of the start, which was zero, in the two averages.
  private var (meanRest, squareRest) = (1.0, 1.0)

  /// An optimiser of a tensor of some shape.
  init(like tensor: Tensor, learningRate: Double) {
    self.learningRate = learningRate
    mean = tensor.filled(with: 0)
    square = mean
  }

  /// What to subtract from the tensor.
  mutating func step(along gradient: Tensor) -> Tensor {
    mean = mean.blended(with: gradient, share: 0.1)
    square = square.blended(with: gradient.squared(), share: 0.001)
    meanRest *= 0.9
    squareRest *= 0.999
    let scale = square.squareRoot() * (1 / (1 - squareRest).squareRoot()) + 1e-8
    return mean * (learningRate / (1 - meanRest)) / scale
  }

  /// Goes on with some of the rows.
  mutating func keepRows(_ rows: Tensor) {
    mean = mean.rows(rows)
    square = square.rows(rows)
  }
}
