extension Program {
  /// How a model wants its pictures to lie in memory.
  public enum InputForm: Hashable, Sendable {
    /// [N, C, H, W], as PyTorch has it.
    case channelsFirst
    /// [N, H, W, C], as TensorFlow has it.
    case channelsLast
    /// [N, n]: a list of numbers, row by row.
    case flat(Int)
  }

  /// The numbers of channels that pictures have: grey, colour, and colour with transparency.
  public static let usualChannelCounts: Set = [1, 3, 4]

  /// The form of the input, judged by its sizes; `nil` if it is no batch of pictures.
  ///
  /// Four sizes are taken for channels last if the last could be a number of channels (1, 3 or 4) and
  /// the second could not.
  public var inputForm: InputForm? {
    guard userInputs.count == 1, let sizes = types[userInputs[0].name]?.sizes else { return nil }
    func isUsual(_ size: TensorType.Dimension) -> Bool {
      size.fixedSize.map(Self.usualChannelCounts.contains) ?? false
    }
    switch sizes.count {
    case 2: return sizes[1].fixedSize.map { .flat($0) }
    case 4:
      return isUsual(sizes[3]) && !isUsual(sizes[1]) ? .channelsLast : .channelsFirst
    default: return nil
    }
  }

  /// The program for pictures [N, C, H, W] where it wants [N, H, W, C].
  ///
  /// - Precondition: the input has four sizes.
  public func takingChannelsFirst() -> Program {
    transformingInput(OperatorName("permute")) { sizes in
      precondition(sizes.count == 4, "pictures have four sizes, not \(sizes.count)")
      return (
        [sizes[0], sizes[3], sizes[1], sizes[2]],
        .init("dims", .integers([0, 2, 3, 1].map { .constant($0) }))
      )
    }
  }

  /// The program for pictures [N, C, H, W] where it wants a list of C · H · W numbers for each.
  ///
  /// - Precondition: the input has two sizes, and the second is that product.
  public func takingPictures(channels: Int, height: Int, width: Int) -> Program {
    transformingInput(OperatorName("flatten", overload: "using_ints")) { sizes in
      precondition(sizes.count == 2 && sizes[1].fixedSize == channels * height * width)
      return (
        [sizes[0], .fixed(channels), .fixed(height), .fixed(width)],
        .init("start_dim", .integer(.constant(1)))
      )
    }
  }

  /// Puts a call between a new input and what was the input.
  private func transformingInput(
    _ operation: OperatorName,
    _ make: ([TensorType.Dimension]) -> ([TensorType.Dimension], Node.NamedArgument)
  ) -> Program {
    guard let index = inputs.firstIndex(where: { $0.source == .user }),
      let type = types[inputs[index].name]
    else { return self }
    let (sizes, argument) = make(type.sizes)
    let old = inputs[index].name
    let taken = Set(inputs.map(\.name) + nodes.flatMap(\.valuesDefined) + nodes.map(\.name))
    var new = "pictures"
    while taken.contains(new) { new += "_" }
    var program = self
    program.inputs[index].name = new
    program.types[new] = TensorType(dataType: type.dataType, sizes: sizes)
    program.nodes.insert(
      Node(
        name: "\(new)_\(operation.name)", operation: operation,
        arguments: [.init("self", .tensor(new)), argument], outputs: [.tensor(old)]),
      at: 0)
    return program
  }
}
