public import Imaging

/// Tells successes on the same picture under several names apart from successes on several pictures.
///
/// Data sets may hold a picture twice, so that this is nothing wrong by itself; but it counts once.
public struct CopiedSuccesses {
  /// The first name of each picture.
  private var names: [Picture: String] = [:]
  /// A clause for each copy.
  private var copies: [String] = []

  /// Nothing so far.
  public init() {}

  /// Takes note of a success.
  ///
  /// - Parameters:
  ///   - name: of the picture.
  ///   - original: the picture as it was.
  /// - Returns: whether it was there under another name.
  public mutating func note(_ name: String, _ original: Picture) -> Bool {
    guard let first = names[original] else {
      names[original] = name
      return false
    }
    copies.append("\(name) is the same picture as \(first)")
    return true
  }

  /// What is to be said of them: nothing if there are none.
  public var remarks: [String] {
    if copies.isEmpty { return [] }
    let shown = copies.prefix(3).joined(separator: ", ")
    let more = copies.count > 3 ? " and \(copies.count - 3) more are such copies" : ""
    return ["\(shown)\(more): each picture counts once as confirmed"]
  }
}
