/// Where the numbers of a tensor lie outside the model, as its entries say.
struct ONNXExternalRange: Hashable {
  /// The path of the file, relative to the model's folder.
  let location: String
  /// The first byte.
  let offset: Int
  /// How many bytes there are.
  let byteCount: Int

  /// What errors call the file.
  var title: String { "the file '\(location)' of external data" }

  /// Checks the entries of a tensor.
  ///
  /// - Parameters:
  ///   - entries: names and values.
  ///   - byteCount: how many bytes the tensor takes.
  ///   - place: what errors call the tensor.
  init(
    _ entries: [ONNXStringStringEntryProto], byteCount: Int, place: String
  ) throws(FormatError) {
    let values = Dictionary(entries.map { ($0.key, $0.value) }) { _, last in last }
    let location = values["location"] ?? ""
    guard !location.isEmpty, !location.hasPrefix("/"), !location.utf8.contains(0),
      !location.split(separator: "/").contains("..")
    else {
      throw FormatError(
        .malformed,
        "\(place) is in the file '\(location)', which is no place inside the model's folder; keep "
          + "external data beside the model")
    }
    guard let offset = Int(values["offset"] ?? "0"), offset >= 0,
      let length = Int(values["length"] ?? "\(byteCount)"),
      !offset.addingReportingOverflow(byteCount).overflow
    else {
      throw FormatError(
        .malformed,
        "\(place) says neither where in '\(location)' it is nor how long; export the model again")
    }
    guard length == byteCount else {
      throw FormatError(
        .malformed,
        "\(place) takes \(byteCount) bytes but is said to have \(length) in '\(location)'; export "
          + "the model again")
    }
    self.location = location
    self.offset = offset
    self.byteCount = byteCount
  }
}
