import Imaging

/// Files of pictures that are decoded when they are asked for.
struct PictureFileList: Sendable {
  /// A file with what is known of it.
  struct Entry {
    /// Where the file is.
    var path: String
    /// Its class, if known.
    var label: Int?
    /// What its name is made of.
    var title: String
  }

  private let entries: [Entry]
  private let names: [String]

  /// How many files there are.
  var count: Int { entries.count }

  init(_ entries: [Entry]) {
    self.entries = entries
    names = SampleName.unique(for: entries.map(\.title))
  }

  /// Decodes one file.
  func sample(at index: Int) throws(DatasetError) -> LabelledPicture {
    precondition((0..<count).contains(index), "picture \(index) of \(count)")
    let entry = entries[index]
    return LabelledPicture(
      picture: try DatasetError.picture(inFileAt: entry.path), label: entry.label,
      name: names[index])
  }
}
