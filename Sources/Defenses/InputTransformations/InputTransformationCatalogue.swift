/// All input transformations by the names that people write.
public enum InputTransformationCatalogue {
  /// One line of the catalogue.
  public struct Entry: Sendable {
    /// What people write, such as `jpeg`.
    public let name: String
    /// The name of its setting.
    public let setting: String
    /// The setting's usual value.
    public let usual: Double
    /// What it is, in a few words.
    public let summary: String

    /// Values that make sense; whole numbers if `isWhole`.
    let range: ClosedRange<Double>
    let isWhole: Bool
    let make: @Sendable (Double) -> any InputTransformation

    fileprivate init(
      _ name: String, _ setting: String, usual: Int, in range: ClosedRange<Int>, _ summary: String,
      make: @escaping @Sendable (Int) -> any InputTransformation
    ) {
      self.name = name
      self.setting = setting
      self.usual = Double(usual)
      self.summary = summary
      self.range = Double(range.lowerBound)...Double(range.upperBound)
      isWhole = true
      self.make = { make(Int($0)) }
    }

    fileprivate init(
      _ name: String, _ setting: String, usual: Double, in range: ClosedRange<Double>,
      _ summary: String, make: @escaping @Sendable (Double) -> any InputTransformation
    ) {
      self.name = name
      self.setting = setting
      self.usual = usual
      self.summary = summary
      self.range = range
      isWhole = false
      self.make = make
    }
  }

  /// All transformations.
  public static let entries: [Entry] = [
    Entry(
      BitDepthReduction.name, "bits", usual: 4, in: BitDepthReduction.bitCounts,
      "fewer levels for each channel"
    ) { BitDepthReduction(bits: $0) },
    Entry(
      JPEGCompression.name, "quality", usual: 75, in: JPEGCompression.qualities,
      "pictures as they come back from a JPEG file"
    ) { JPEGCompression(quality: $0) },
    Entry(
      MedianFilter.name, "size", usual: 3, in: MedianFilter.sizes,
      "each pixel the median of those around it"
    ) { MedianFilter(size: $0) },
    Entry(
      RandomResizeAndPad.name, "smallest", usual: 0.9, in: RandomResizeAndPad.shares,
      "made smaller and put somewhere on black, by chance"
    ) { RandomResizeAndPad(smallest: $0) },
  ]

  /// The transformation that a text asks for.
  ///
  /// - Parameter text: a name, or a name with its setting, such as `jpeg:quality=75`.
  /// - Throws: ``InputTransformationError``.
  public static func transformation(
    _ text: String
  ) throws(InputTransformationError) -> any InputTransformation {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].lowercased()
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .unknown(name, known: entries.map(\.name))
    }
    guard parts.count == 2 else { return entry.make(entry.usual) }
    let sides = parts[1].split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2, sides[0] == entry.setting else {
      throw .unreadableSetting(String(parts[1]), of: name, known: entry.setting)
    }
    guard let value = Double(sides[1]), entry.range.contains(value),
      !entry.isWhole || value == value.rounded()
    else {
      throw .unsuitableValue(String(sides[1]), setting: entry.setting, of: name, entry.rangeWords)
    }
    return entry.make(value)
  }
}

extension InputTransformationCatalogue.Entry {
  /// The setting with its usual value, such as `quality=75`.
  public var usualSetting: String { "\(setting)=\(words(usual))" }

  /// The values that make sense, for people.
  fileprivate var rangeWords: String {
    "\(isWhole ? "a whole number " : "")from \(words(range.lowerBound)) to \(words(range.upperBound))"
  }

  private func words(_ value: Double) -> String { isWhole ? "\(Int(value))" : "\(value)" }
}
