/// All architectures by the names that people write.
public enum ArchitectureCatalogue {
  /// One line of the catalogue: a family of networks.
  public struct Entry: Sendable {
    /// How names of the family look, such as `mlp-HIDDEN-HIDDEN…`.
    public let pattern: String
    /// One of them, such as `mlp-200-200`.
    public let example: String
    /// What it is, in a few words.
    public let summary: String
    /// The first part of the name.
    fileprivate let stem: String
    /// The network for the numbers in a name; nothing if they do not fit.
    fileprivate let make: @Sendable (_ numbers: [Int], _ pieces: Int?) -> (any Architecture)?

    fileprivate init(
      _ stem: String, _ numbers: String, example: String? = nil, _ summary: String,
      make: @escaping @Sendable ([Int], Int?) -> (any Architecture)?
    ) {
      pattern = stem + numbers
      self.example = example ?? stem
      self.summary = summary
      self.stem = stem
      self.make = make
    }

    /// A family of one.
    fileprivate init(_ stem: String, _ architecture: any Architecture, _ summary: String) {
      self.init(stem, "", summary) { numbers, pieces in
        numbers.isEmpty && pieces == nil ? architecture : nil
      }
    }
  }

  /// All families: linear models, fully connected networks, convolutions, residual networks.
  public static let entries: [Entry] = [
    Entry("softmax", SoftmaxRegression(), "softmax regression: one linear layer"),
    Entry("logistic", LogisticRegression(), "logistic regression for two classes"),
    Entry("mlp", "-HIDDEN-HIDDEN…", example: "mlp-200-200", "fully connected layers with ReLU") {
      numbers, pieces in
      isSound(numbers, pieces) && pieces == nil ? MLP(hidden: numbers) : nil
    },
    Entry(
      "maxout", "-UNITS-UNITS…:pieces=P", example: "maxout-240-240",
      "maxout units with dropout (Goodfellow et al. 2013); five pieces each"
    ) { numbers, pieces in
      isSound(numbers, pieces)
        ? Maxout(hidden: numbers, pieces: pieces ?? Maxout.usualPieces) : nil
    },
    Entry("lenet", LeNet(), "like LeNet-5, with ReLU and the largest of each 2 × 2"),
    Entry("small-cnn", SmallCNN(), "the MNIST network of Madry et al. 2018"),
    Entry(
      "strided-cnn", "-WIDTH", example: "strided-cnn-16",
      "four convolutions with batch norm that halve the picture"
    ) { numbers, pieces in
      guard numbers.count == 1, pieces == nil, (1...1 << 12).contains(numbers[0]) else {
        return nil
      }
      return StridedCNN(width: numbers[0])
    },
    Entry("resnet20", ResNet20(), "the CIFAR network of He et al. 2016, without projections"),
    Entry("preactresnet18", PreActResNet(), "ResNet-18 with activation first, for small pictures"),
    Entry(
      "wideresnet", "-DEPTH-WIDTH", example: "wideresnet-28-10",
      "wide residual networks (Zagoruyko and Komodakis 2016)"
    ) { numbers, pieces in
      guard numbers.count == 2, pieces == nil else { return nil }
      return WideResNet(depth: numbers[0], widening: numbers[1])
    },
  ]

  /// The architecture that a text asks for.
  ///
  /// - Parameter text: a name with its numbers, such as `mlp-200-200` or `maxout-240-240:pieces=5`.
  /// - Throws: ``ArchitectureError`` when there is no such architecture.
  public static func architecture(
    _ text: String
  ) throws(ArchitectureError) -> any Architecture {
    let sides = text.lowercased().split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = sides[0]
    let entry =
      entries.first { $0.stem == name }
      ?? entries.first { name.hasPrefix("\($0.stem)-") }
    guard let entry else { throw .unknown(text, known: entries.map(\.pattern)) }
    let wanted = ArchitectureError.unsuitableNumbers(
      text,
      wanted: entry.pattern == entry.example
        ? "\(entry.stem) stands alone" : "write \(entry.pattern), as in \(entry.example)")
    let rest = name.dropFirst(entry.stem.count)
    let parts = rest.split(separator: "-", omittingEmptySubsequences: false).dropFirst()
    let numbers = parts.compactMap { Int($0) }
    var pieces: Int?
    if sides.count == 2 {
      guard sides[1].hasPrefix("pieces="), let count = Int(sides[1].dropFirst(7)) else {
        throw wanted
      }
      pieces = count
    }
    guard numbers.count == parts.count, let architecture = entry.make(numbers, pieces) else {
      throw wanted
    }
    return architecture
  }

  /// Whether layers of these sizes can be built at all.
  private static func isSound(_ units: [Int], _ pieces: Int?) -> Bool {
    (1...32).contains(units.count) && units.allSatisfy((1...1 << 16).contains)
      && (1...64).contains(pieces ?? 1)
  }
}
