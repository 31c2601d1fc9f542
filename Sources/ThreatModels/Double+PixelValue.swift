extension Double {
  /// A length in pixel values as people write it: `0.03`, `8/255`, or `8px`, which is 8/255.
  package init?(pixelValue text: String) {
    let trimmed = text.filter { !$0.isWhitespace }
    if trimmed.hasSuffix("px") {
      guard let pixels = Double(trimmed.dropLast(2)) else { return nil }
      self = pixels / 255
      return
    }
    let parts = trimmed.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let numerator = Double(parts[0]) else { return nil }
    guard parts.count == 2 else {
      self = numerator
      return
    }
    guard let denominator = Double(parts[1]) else { return nil }
    self = numerator / denominator
  }
}
