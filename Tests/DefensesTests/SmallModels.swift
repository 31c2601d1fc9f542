import Foundation
import ProgramIR
import TensorModule

/// Programs that are small enough to train in a test.
enum SmallModels {
  /// Convolution, batch norm, rectifier and a linear layer: [N, 1, side, side] → [N, classes].
  static func convolutional(side: Int, classCount: Int, seed: UInt64 = 1) -> Program {
    let (channels, kernel) = (4, 3)
    let width = channels * side * side
    func weight(_ name: String, _ sizes: [Int], scale: Double) -> (String, Weight) {
      let numbers = Tensor.normal(
        sizes, standardDeviation: scale,
        using: RandomKey(seed: seed).part(name).makeGenerator())
      return (name, Weight(float32: numbers.floats(), sizes: sizes))
    }
    func same(_ name: String, _ number: Float) -> (String, Weight) {
      (name, Weight(float32: [Float](repeating: number, count: channels), sizes: [channels]))
    }
    func call(
      _ output: String, _ name: String, overload: String = "",
      _ arguments: (String, Node.Argument)...
    ) -> Node {
      Node(
        name: output, operation: OperatorName(name, overload: overload),
        arguments: arguments.map { .init($0.0, $0.1) }, outputs: [.tensor(output)])
    }
    func pair(_ number: Int) -> Node.Argument { .integers([.constant(number), .constant(number)]) }
    let batch = TensorType.Dimension.dynamic("batch")
    return Program(
      inputs: [
        .init(name: "kernel", source: .parameter("conv.weight")),
        .init(name: "scale", source: .parameter("norm.weight")),
        .init(name: "shift", source: .parameter("norm.bias")),
        .init(name: "matrix", source: .parameter("linear.weight")),
        .init(name: "mean", source: .buffer("norm.running_mean")),
        .init(name: "variance", source: .buffer("norm.running_var")),
        .init(name: "x", source: .user),
      ],
      nodes: [
        call(
          "seen", "conv2d", ("input", .tensor("x")), ("weight", .tensor("kernel")), ("bias", .none),
          ("stride", pair(1)), ("padding", pair(1)), ("dilation", pair(1)),
          ("groups", .integer(.constant(1)))),
        call(
          "normed", "batch_norm", ("input", .tensor("seen")), ("weight", .tensor("scale")),
          ("bias", .tensor("shift")), ("running_mean", .tensor("mean")),
          ("running_var", .tensor("variance")), ("training", .truth(.constant(false))),
          ("momentum", .real(.constant(0.1))), ("eps", .real(.constant(1e-5))),
          ("cudnn_enabled", .truth(.constant(true)))),
        call("bent", "relu", ("self", .tensor("normed"))),
        call(
          "flat", "flatten", overload: "using_ints", ("self", .tensor("bent")),
          ("start_dim", .integer(.constant(1)))),
        call("logits", "linear", ("input", .tensor("flat")), ("weight", .tensor("matrix"))),
      ],
      outputs: [.init(name: "logits", purpose: .result)],
      weights: Dictionary(
        uniqueKeysWithValues: [
          weight("conv.weight", [channels, 1, kernel, kernel], scale: 0.4),
          same("norm.weight", 1), same("norm.bias", 0),
          same("norm.running_mean", 0), same("norm.running_var", 1),
          weight("linear.weight", [classCount, width], scale: 0.1),
        ]),
      types: [
        "x": TensorType(
          dataType: .float32, sizes: [batch, .fixed(1), .fixed(side), .fixed(side)])
      ], producer: "test")
  }

  /// A softmax regression that has learned nothing.
  static func linear(side: Int, classCount: Int) -> Program {
    .softmaxRegression(
      weight: [Float](repeating: 0, count: classCount * side * side),
      bias: [Float](repeating: 0, count: classCount), channels: 1, height: side, width: side)
  }
}
