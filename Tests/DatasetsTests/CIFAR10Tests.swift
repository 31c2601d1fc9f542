import Datasets
import Imaging
import Testing

@Suite("CIFAR-10")
struct CIFAR10Tests {
  /// A record whose red, green and blue are ramps that differ.
  static func record(label: UInt8) -> [UInt8] {
    [label]
      + (0..<3).flatMap { channel in
        (0..<1024).map { UInt8(truncatingIfNeeded: $0 + 50 * channel) }
      }
  }

  @Test("planes become pixels, files follow one another")
  func opens() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.record(label: 3), to: "data_batch_1.bin")
    try folder.write(Self.record(label: 9) + Self.record(label: 0), to: "data_batch_2.bin")
    let data = try CIFAR10(folder: folder.path, split: .training)
    #expect(data.count == 3)
    let labels = try (0..<3).map { try data.sample(at: $0).label }
    #expect(labels == [3, 9, 0])
    let first = try data.sample(at: 0)
    #expect(first.name == "0000-cat")
    #expect(first.picture.width == 32 && first.picture.height == 32)
    #expect(first.picture.samples.prefix(6) == [0, 50, 100, 1, 51, 101])
    #expect(first.picture.samples.suffix(3) == [255, 49, 99])
    #expect(try CIFAR10(file: "\(folder.path)/data_batch_2.bin").count == 2)
    let path = folder.path
    #expect(throws: DatasetError.self) { try CIFAR10(folder: path, split: .test) }
  }

  @Test("names of classes come from the file beside")
  func names() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.record(label: 1), to: "test_batch.bin")
    #expect(try CIFAR10(folder: folder.path).classNames == ClassNames.cifar10)
    try folder.write("a\nb/b\nc\nd\ne\nf\ng\nh\ni\nj\n\n", to: "batches.meta.txt")
    let data = try CIFAR10(folder: folder.path)
    #expect(data.classNames?.first == "a")
    #expect(try data.sample(at: 0).name == "0000-b-b")
    try folder.write("a\nb\n", to: "batches.meta.txt")
    let path = folder.path
    let error = #expect(throws: DatasetError.self) { try CIFAR10(folder: path) }
    #expect(error?.description.contains("names 2 classes") == true)
  }

  @Test(
    "malformed files are refused with a reason",
    arguments: [
      ([], "has 0 bytes"),
      (record(label: 1).dropLast(), "has 3072 bytes"),
      (record(label: 9) + record(label: 10), "gives picture 1 the class 10"),
    ] as [([UInt8], String)])
  func refuses(file: [UInt8], says: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(file, to: "test_batch.bin")
    let error = #expect(throws: DatasetError.self) { try CIFAR10(file: path) }
    #expect(error?.path == path && error?.description.contains(says) == true)
  }
}
