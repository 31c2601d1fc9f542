/// Watches the pictures that are sent, as a service would: it remembers the last few and nothing else.
struct QueryPatternCollector {
  /// What was seen so far.
  private(set) var pattern: QueryPattern
  /// The last pictures, one after the other; the oldest is written over.
  private var recent: [UInt8] = []
  private var burst = 0

  /// A collector that has seen nothing.
  init(_ pattern: QueryPattern) {
    self.pattern = pattern
  }

  /// Takes note of a picture that is sent.
  ///
  /// - Parameter picture: its values in 0…255, as many as each time.
  mutating func note(_ picture: ArraySlice<UInt8>) {
    defer { remember(picture) }
    pattern.queries += 1
    guard let nearest = meanSquareOfNearest(to: picture) else { return }
    let steps = nearest.squareRoot()
    if let bin = pattern.bins.firstIndex(where: { steps <= $0.steps }) {
      pattern.bins[bin].queries += 1
    }
    // A little more than the limit, because distances on the grid may be equal to it.
    let isClose = steps <= pattern.radius * 255 * (1 + 1e-9)
    if steps <= QueryPattern.duplicateDistance * 255 * (1 + 1e-9) { pattern.nearDuplicates += 1 }
    burst = isClose ? burst + 1 : 0
    if isClose { pattern.close += 1 }
    pattern.longestBurst = max(pattern.longestBurst, burst)
    if burst == QueryPattern.burstLength, pattern.firstBurst == nil {
      pattern.firstBurst = pattern.queries
    }
  }

  private mutating func remember(_ picture: ArraySlice<UInt8>) {
    let place = (pattern.queries - 1) % pattern.window * picture.count
    if place == recent.count {
      recent.append(contentsOf: picture)
    } else {
      recent.replaceSubrange(place..<(place + picture.count), with: picture)
    }
  }

  /// The mean square of the differences from the nearest of the last pictures; nothing if there is none.
  private func meanSquareOfNearest(to picture: ArraySlice<UInt8>) -> Double? {
    let size = picture.count
    guard size > 0, !recent.isEmpty else { return nil }
    let least = picture.withUnsafeBufferPointer { picture in
      recent.withUnsafeBufferPointer { recent in
        var least = Int.max
        for start in stride(from: 0, to: recent.count, by: size) {
          let other = UnsafeBufferPointer(rebasing: recent[start..<(start + size)])
          least = min(least, Self.square(picture, other, upTo: least))
        }
        return least
      }
    }
    return Double(least) / Double(size)
  }

  /// The sum of the squared differences of two pictures, or of so many that it exceeds a limit.
  private static func square(
    _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>, upTo limit: Int
  ) -> Int {
    var total = 0
    // 256 squares of bytes fit into 32 bits.
    for start in stride(from: 0, to: one.count, by: 256) {
      var part: Int32 = 0
      for index in start..<min(start + 256, one.count) {
        let difference = Int32(one[index]) - Int32(other[index])
        part &+= difference &* difference
      }
      total += Int(part)
      if total > limit { break }
    }
    return total
  }
}
