import Adversary

/// What lies between pixels in [0, 1] and the input of a file's model, and what its outputs are.
///
/// What is not said is recognised.
struct ModelUse: Hashable {
  /// How pictures lie in the model's input.
  enum Layout: String, CaseIterable {
    case channelsFirst = "channels-first"
    case channelsLast = "channels-last"
  }

  /// The numbers that stand for black and white.
  struct Range: Hashable {
    var black: Double
    var white: Double

    /// Pixels as most models take them.
    static let unit = Range(black: 0, white: 1)
    /// Pixels as files hold them.
    static let bytes = Range(black: 0, white: 255)
  }

  var layout: Layout?
  var range: Range?
  /// The shape of one picture, where the model leaves it open.
  var shape: ImageShape?
  var normalization: ProgramClassifier.Normalization?
  var outputs: ProgramClassifier.Outputs?
  /// The name of the result that holds the scores, where an ONNX model returns several.
  var scores: String?
  /// Whether steps such as rounding pass gradients on.
  var isStraightThrough = false
}

extension ModelUse {
  /// What files keep of it.
  var recorded: [String: String] {
    var words: [String: String] = [:]
    words["layout"] = layout?.rawValue
    words["range"] = range?.description
    words["shape"] = shape.map { "\($0.channels)x\($0.height)x\($0.width)" }
    words["outputs"] = outputs?.rawValue
    words["scores"] = scores
    if isStraightThrough { words["straight-through"] = "true" }
    if let normalization {
      words["mean"] = normalization.mean.map { "\($0)" }.joined(separator: " ")
      words["std"] = normalization.standardDeviation.map { "\($0)" }.joined(separator: " ")
    }
    return words
  }

  /// The options of a command line that say it.
  var words: [String] {
    var words = inputWords
    if let layout { words += ["--input-layout", layout.rawValue] }
    if let shape {
      words += ["--input-shape", "\(shape.channels)x\(shape.height)x\(shape.width)"]
    }
    if let scores { words += ["--scores-from", scores] }
    if outputs == .probabilities { words += ["--outputs", "probabilities"] }
    return isStraightThrough ? words + ["--straight-through"] : words
  }

  /// The same for what was trained from a model that needed them: that takes pictures with channels
  /// first and returns logits.
  var inputWords: [String] {
    var words: [String] = []
    if let normalization {
      words += ["--mean"] + normalization.mean.map { "\($0)" }
      words += ["--std"] + normalization.standardDeviation.map { "\($0)" }
    }
    // Joined, because the range may begin with a minus.
    if let range { words.append("--input-range=\(range)") }
    return words
  }

  /// The use that a file recorded.
  init(recorded words: [String: String]) {
    func numbers(_ key: String) -> [Double] {
      (words[key] ?? "").split(separator: " ").compactMap { Double($0) }
    }
    layout = words["layout"].flatMap(Layout.init(rawValue:))
    range = words["range"].flatMap { Range($0) }
    shape = words["shape"].flatMap(ImageShape.init(words:))
    outputs = words["outputs"].flatMap(ProgramClassifier.Outputs.init(rawValue:))
    scores = words["scores"]
    isStraightThrough = words["straight-through"] == "true"
    if words["mean"] != nil {
      normalization = .init(mean: numbers("mean"), standardDeviation: numbers("std"))
    }
  }
}

extension ModelUse.Range: CustomStringConvertible, LosslessStringConvertible {
  /// As people write it: `0..255`.
  var description: String { "\(black.shortest)..\(white.shortest)" }

  /// From `0..255`, `0..1` or `-1..1`.
  init?(_ text: String) {
    guard let dots = text.firstRange(of: ".."), !text[dots.upperBound...].hasPrefix(".") else {
      return nil
    }
    guard let black = Double(text[..<dots.lowerBound]),
      let white = Double(text[dots.upperBound...]),
      black.isFinite, white.isFinite, black != white
    else { return nil }
    self.init(black: black, white: white)
  }

  /// The normalisation of pixels in [0, 1] that comes to these numbers and then to another one.
  func normalization(
    before other: ProgramClassifier.Normalization?
  ) -> ProgramClassifier.Normalization? {
    if self == .unit { return other }
    let other = other ?? .init(mean: [0], standardDeviation: [1])
    let width = white - black
    return .init(
      mean: other.mean.map { ($0 - black) / width },
      standardDeviation: other.standardDeviation.map { $0 / width })
  }
}

extension Double {
  fileprivate var shortest: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}

extension ImageShape {
  /// From `3x224x224`, or `224x224` for three channels.
  init?(words text: String) {
    let parts = text.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }.filter { (1...1 << 16).contains($0) }
    guard numbers.count == parts.count, [2, 3].contains(numbers.count) else { return nil }
    self.init(
      channels: numbers.count == 3 ? numbers[0] : 3, height: numbers[numbers.count - 2],
      width: numbers[numbers.count - 1])
  }
}
