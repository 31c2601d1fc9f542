import ProgramIR

/// A two-class model: class 1 wins only where nearly every pixel has moved by ε along a pattern.
///
/// Logit 1 is mean(tanh(pattern · (x − origin) / ε)) − 0.7; logit 0 is 0. The largest value within
/// the ball is tanh(1) − 0.7 ≈ 0.06, at the planted corner.
enum PlantedModel {
  static func program(
    origin: [Float], pattern: [Float], side: Int, epsilon: Double
  ) -> Program {
    let sizes = [1, 3, side, side]
    let batch = TensorType.Dimension.dynamic("batch")
    func call(
      _ output: String, _ name: String, overload: String = "",
      _ arguments: (String, Node.Argument)...
    ) -> Node {
      Node(
        name: output, operation: OperatorName(name, overload: overload),
        arguments: arguments.map { .init($0.0, $0.1) }, outputs: [.tensor(output)])
    }
    return Program(
      inputs: [
        .init(name: "origin", source: .buffer("origin")),
        .init(name: "pattern", source: .buffer("pattern")), .init(name: "x", source: .user),
      ],
      nodes: [
        call(
          "moved", "sub", overload: "Tensor", ("self", .tensor("x")), ("other", .tensor("origin"))),
        call(
          "along", "mul", overload: "Tensor", ("self", .tensor("moved")),
          ("other", .tensor("pattern"))),
        call("bent", "tanh", ("self", .tensor("along"))),
        call(
          "mean", "mean", overload: "dim", ("self", .tensor("bent")),
          ("dim", .integers([.constant(1), .constant(2), .constant(3)]))),
        call(
          "score", "sub", overload: "Scalar", ("self", .tensor("mean")),
          ("other", .real(.constant(0.7)))),
        call("zero", "zeros_like", ("self", .tensor("score"))),
        call(
          "logits", "stack", ("tensors", .tensors(["zero", "score"])),
          ("dim", .integer(.constant(1)))),
      ],
      outputs: [.init(name: "logits", purpose: .result)],
      weights: [
        "origin": Weight(float32: origin, sizes: sizes),
        "pattern": Weight(float32: pattern.map { $0 / Float(epsilon) }, sizes: sizes),
      ],
      types: [
        "x": TensorType(dataType: .float32, sizes: [batch, .fixed(3), .fixed(side), .fixed(side)])
      ], producer: "test")
  }
}
