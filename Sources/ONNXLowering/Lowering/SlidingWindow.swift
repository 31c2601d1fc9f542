import TensorModule

/// A call that moves a window over pictures, a convolution or a pooling: how often, and how large it is.
///
/// Numbers are reals, so that no size that a file gives overflows them.
struct SlidingWindow {
  /// How many multiply-adds the call takes.
  let multiplyAdds: Double
  /// How many elements all windows have, laid out one beside the other.
  let elementsLaidOut: Double

  /// How many multiply-adds of a product take as long as looking at one element of a pooling.
  private static let workPerPooledElement = 64.0

  /// Nothing for calls of other kinds.
  init?(_ name: String, _ arguments: [Value]) {
    guard arguments.count > 3, let input = arguments[0].tensor?.shape, input.count > 2 else {
      return nil
    }
    if name.hasPrefix("aten::conv_transpose") {
      guard let weight = arguments[1].tensor?.shape else { return nil }
      let positions = Self.product(input) / Double(max(1, input[1]))
      multiplyAdds = positions * Self.product(weight)
      elementsLaidOut = positions * Self.product(weight.dropFirst())
    } else if name.hasPrefix("aten::conv") {
      guard arguments.count > 5, let weight = arguments[1].tensor?.shape else { return nil }
      let positions = Self.positions(
        in: input, of: Array(weight.dropFirst(2)), strides: arguments[3].list,
        pads: arguments[4].list, dilations: arguments[5].list)
      multiplyAdds = positions * Self.product(weight)
      elementsLaidOut = positions * Self.product(weight.dropFirst())
    } else if name.hasPrefix("aten::max_pool") || name.hasPrefix("aten::avg_pool") {
      let kernel = arguments[1].list
      let dilations = name.contains("max") && arguments.count > 4 ? arguments[4].list : []
      multiplyAdds =
        Self.workPerPooledElement * Self.product(kernel) * Double(input[1])
        * Self.positions(
          in: input, of: kernel, strides: arguments[2].list, pads: arguments[3].list,
          dilations: dilations)
      elementsLaidOut = 0
    } else {
      return nil
    }
  }

  /// At how many places of all pictures the window stops.
  private static func positions(
    in input: [Int], of kernel: [Int], strides: [Int], pads: [Int], dilations: [Int]
  ) -> Double {
    kernel.indices.reduce(Double(input[0])) { count, axis in
      func setting(_ list: [Int], _ usual: Double) -> Double {
        list.indices.contains(axis) ? Double(list[axis]) : usual
      }
      guard input.indices.contains(axis + 2) else { return count }
      let room =
        Double(input[axis + 2]) + 2 * setting(pads, 0)
        - setting(dilations, 1) * (Double(kernel[axis]) - 1) - 1
      return count * max(0, room / max(1, setting(strides, 1)) + 1)
    }
  }

  private static func product(_ sizes: some Sequence<Int>) -> Double {
    sizes.reduce(1) { $0 * Double($1) }
  }
}

extension Value {
  /// The integers of a list; none for another argument.
  fileprivate var list: [Int] { if case .integers(let list) = self { list } else { [] } }
}
