import Datasets
import Imaging
import Testing

@Suite("MNIST")
struct MNISTTests {
  /// Three pictures of 2×1 and their labels.
  static let images: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2] + [10, 11, 20, 21, 30, 31]
  static let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3] + [7, 0, 9]

  @Test("plain and compressed files, with either name", arguments: [false, true], ["-", "."])
  func opens(compressed: Bool, separator: String) throws {
    let folder = try TemporaryFolder()
    let ending = compressed ? ".gz" : ""
    try folder.write(
      compressed ? gzipped(Self.images) : Self.images,
      to: "train-images\(separator)idx3-ubyte\(ending)")
    try folder.write(
      compressed ? gzipped(Self.labels) : Self.labels,
      to: "train-labels\(separator)idx1-ubyte\(ending)")
    let data = try MNIST(folder: folder.path, split: .training)
    #expect(data.count == 3)
    let last = try data.sample(at: 2)
    #expect(last.picture == Picture(width: 2, height: 1, channels: 1, samples: [30, 31]))
    #expect(last.label == 9 && last.name == "0002-9")
    #expect(throws: DatasetError(.missing, path: "\(folder.path)/t10k-images-idx3-ubyte")) {
      try MNIST(folder: folder.path, split: .test)
    }
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var images = MNISTTests.images
    var labels = MNISTTests.labels
    /// Part of the error's text.
    var says: String
  }

  static let malformed = [
    Malformed(testDescription: "an empty file", images: [], says: "not an IDX file"),
    Malformed(
      testDescription: "labels in place of pictures", images: labels, says: "not an IDX file"),
    Malformed(
      testDescription: "floats", images: [0, 0, 13] + images.dropFirst(3), says: "not an IDX file"),
    Malformed(testDescription: "a header alone", images: Array(images.prefix(16)), says: "cannot"),
    Malformed(testDescription: "a byte too few", images: images.dropLast(), says: "cannot"),
    Malformed(testDescription: "a byte too many", images: images + [1], says: "7 bytes"),
    Malformed(
      testDescription: "sizes whose product overflows",
      images: Array(images.prefix(4)) + [UInt8](repeating: 255, count: 12), says: "cannot"),
    Malformed(
      testDescription: "no pictures",
      images: [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1], says: "cannot"),
    Malformed(
      testDescription: "a compressed header that promises too much",
      images: gzipped([0, 0, 8, 3] + [UInt8](repeating: 127, count: 12)), says: "cannot"),
    Malformed(
      testDescription: "a compressed file that was cut",
      images: gzipped(images).dropLast(), says: "ends too early"),
    Malformed(
      testDescription: "a compressed file cut in its header",
      images: Array(gzipped(images).prefix(12)), says: "not an IDX file"),
    Malformed(
      testDescription: "a compressed file with a wrong checksum",
      images: gzipped(images).dropLast(5) + [0xAA, 6, 0, 0, 0], says: "damaged gzip"),
    Malformed(
      testDescription: "more compressed data than the header says",
      images: gzipped(images + [1]), says: "more data"),
    Malformed(
      testDescription: "fewer labels than pictures",
      labels: [0, 0, 8, 1, 0, 0, 0, 2, 7, 0], says: "2 labels for 3 pictures"),
    Malformed(
      testDescription: "a label out of range",
      labels: labels.dropLast() + [10], says: "gives picture 2 the class 10"),
  ]

  @Test("malformed files are refused with a reason", arguments: malformed)
  func refuses(_ row: Malformed) throws {
    let folder = try TemporaryFolder()
    let isCompressed = row.images.starts(with: [0x1F, 0x8B])
    try folder.write(row.images, to: "t10k-images-idx3-ubyte\(isCompressed ? ".gz" : "")")
    try folder.write(row.labels, to: "t10k-labels-idx1-ubyte")
    let path = folder.path
    let error = #expect(throws: DatasetError.self) { try MNIST(folder: path) }
    #expect(error?.description.contains(row.says) == true, "\(error?.description ?? "nothing")")
  }

  @Test("any cut of a compressed file is refused")
  func cuts() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let file = gzipped(Self.images)
    try folder.write(Self.labels, to: "t10k-labels-idx1-ubyte")
    for count in 0..<file.count {
      try folder.write(Array(file.prefix(count)), to: "t10k-images-idx3-ubyte.gz")
      #expect(throws: DatasetError.self) { try MNIST(folder: path) }
    }
  }
}
