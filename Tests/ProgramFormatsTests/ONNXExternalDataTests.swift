import Foundation
import ProgramIR
import Testing

@testable import ProgramFormats

/// Weights in files beside the model.
@Suite struct ONNXExternalDataTests {
  private let folder: TemporaryFolder
  private let numbers: [Float] = [1, 2, 3, 4]

  init() throws {
    folder = try TemporaryFolder()
    try folder.write([UInt8](ONNXFixture.raw(numbers)), to: "weights.bin")
  }

  private func read(_ tensors: ONNXTensorProto...) throws -> [String: ONNXTensor] {
    let model = ONNXFixture.model(
      [ONNXFixture.node("Relu", ["x"], ["y"])], initializers: tensors)
    return try ONNXModel.read(from: folder.write(model.bytes, to: "model.onnx")).graph.initializers
  }

  private func refusal(_ tensor: ONNXTensorProto) throws -> FormatError {
    try #require(throws: FormatError.self) { try read(tensor) }
  }

  @Test func partsOfAFile() throws {
    let tensors = try read(
      ONNXFixture.external("all", in: "weights.bin", sizes: [4]),
      ONNXFixture.external("empty", in: "weights.bin", offset: "16", length: "0", sizes: [0]))
    #expect(tensors["all"]?.weight.float32Elements == numbers)
    #expect(tensors["empty"]?.weight.elementCount == 0)
    let parts = try read(
      ONNXFixture.external("start", in: "weights.bin", length: "8"),
      ONNXFixture.external("end", in: "./weights.bin", offset: "8", length: "8"))
    #expect(parts["start"]?.weight.float32Elements == [1, 2])
    #expect(parts["end"]?.weight.float32Elements == [3, 4])
  }

  @Test func theFilesAreNamed() throws {
    try folder.write([0, 0, 0, 0], to: "more.bin")
    let inner = ONNXFixture.attribute("value", .tensor) {
      $0.t = ONNXFixture.external("c", in: "more.bin", sizes: [1])
    }
    let model = ONNXFixture.model(
      [
        ONNXFixture.node("Relu", ["x"], ["y"]), ONNXFixture.node("Constant", [], ["c"], [inner]),
      ],
      initializers: [
        ONNXFixture.external("a", in: "weights.bin", sizes: [2]), ONNXFixture.floats("b", [1]),
        ONNXFixture.external("d", in: "./weights.bin", offset: "8"),
      ])
    let path = try folder.write(model.bytes, to: "model.onnx")
    let names = try ONNXModel.weightFiles(ofModelAt: path).map {
      URL(filePath: $0).lastPathComponent
    }
    #expect(names == ["weights.bin", "more.bin"])
    let alone = try folder.write(ONNXFixture.linear.bytes, to: "alone.onnx")
    #expect(try ONNXModel.weightFiles(ofModelAt: alone).isEmpty)
    let outside = ONNXFixture.model(
      [ONNXFixture.node("Relu", ["x"], ["y"])],
      initializers: [ONNXFixture.external("a", in: "../model.onnx")])
    let stray = try folder.write(outside.bytes, to: "stray.onnx")
    #expect(throws: FormatError.self) { try ONNXModel.weightFiles(ofModelAt: stray) }
  }

  @Test func tiedWeightsShareOneStorage() throws {
    let tensors = try read(
      ONNXFixture.external("a", in: "weights.bin", sizes: [4]),
      ONNXFixture.external("b", in: "weights.bin", sizes: [4]))
    #expect(tensors["a"]?.weight.storage == tensors["b"]?.weight.storage)
  }

  @Test func smallElementsAreUnpacked() throws {
    try folder.write([0xE1, 0x03], to: "small.bin")
    let tensor = try #require(
      read(ONNXFixture.external("t", in: "small.bin", length: "2", type: .int4, sizes: [3]))["t"])
    #expect(tensor.weight.storage.withBytes { Array($0) } == [1, 0xFE, 3])
  }

  @Test func foldersAndLinksInside() throws {
    let manager = FileManager.default
    try manager.createDirectory(
      at: folder.url.appending(path: "sub"), withIntermediateDirectories: true)
    try folder.write([UInt8](ONNXFixture.raw([5, 6] as [Float])), to: "sub/data")
    try manager.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "sub/../sub/data")
    #expect(
      try read(ONNXFixture.external("t", in: "sub/data"))["t"]?.weight.float32Elements == [5, 6])
    #expect(try read(ONNXFixture.external("t", in: "link"))["t"]?.weight.float32Elements == [5, 6])
  }

  @Test func modelInAFolderThatIsALink() throws {
    let other = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: other.path("models"), withDestinationPath: folder.url.path)
    _ = try read(ONNXFixture.external("t", in: "weights.bin"))
    let model = try ONNXModel.read(from: other.path("models/model.onnx"))
    #expect(model.graph.initializers["t"]?.weight.float32Elements == [1, 2])
  }

  @Test(arguments: [
    "/etc/passwd", "../weights.bin", "sub/../../weights.bin", "", "..", "a\0b",
  ])
  func placesOutside(location: String) throws {
    let error = try refusal(ONNXFixture.external("t", in: location))
    #expect(error.description.contains("no place inside the model's folder"), "\(error)")
    #expect(error.reason == .malformed)
  }

  @Test func linksThatLeadOutside() throws {
    let other = try TemporaryFolder()
    let target = try other.write([UInt8](repeating: 0, count: 8), to: "secret")
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: target)
    try manager.createSymbolicLink(
      atPath: folder.path("folder"), withDestinationPath: other.url.path)
    for location in ["link", "folder/secret"] {
      let error = try refusal(ONNXFixture.external("t", in: location))
      #expect(error.description.contains("leads out of the model's folder"), "\(error)")
    }
  }

  /// The name of a folder beside may start like the model's own.
  @Test func foldersWithTheSameBeginning() throws {
    let twin = URL(filePath: folder.url.path + "-twin")
    try FileManager.default.createDirectory(at: twin, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: twin) }
    try Data(count: 8).write(to: twin.appending(path: "data"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: twin.appending(path: "data").path)
    let error = try refusal(ONNXFixture.external("t", in: "link"))
    #expect(error.description.contains("leads out of the model's folder"), "\(error)")
  }

  @Test func missingFile() throws {
    let error = try refusal(ONNXFixture.external("t", in: "absent.bin"))
    #expect(error.reason == .missing)
    #expect(
      error.description.hasSuffix(
        "initialiser 't' is in the file 'absent.bin' of external data, which is not beside the "
          + "model; copy it there under that name"))
  }

  @Test func notAFile() throws {
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "sub"), withIntermediateDirectories: true)
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    for location in ["sub", "pipe", "."] {
      let error = try refusal(ONNXFixture.external("t", in: location))
      #expect(error.reason != .missing)
    }
  }

  @Test(arguments: [
    ("0", "8", [4] as [Int64], "takes 16 bytes but is said to have 8"),
    ("12", nil, [2], "ends at byte 20"),
    ("12", "8", [2], "ends at byte 20"),
    ("0", nil, [1 << 29], "ends at byte 2147483648"),
    ("9223372036854775807", nil, [2], "says neither where"),
    ("-8", nil, [2], "says neither where"),
    ("x", nil, [2], "says neither where"),
    ("0", "many", [2], "says neither where"),
  ])
  func beyondTheFile(_ offset: String, _ length: String?, _ sizes: [Int64], words: String) throws {
    let error = try refusal(
      ONNXFixture.external("t", in: "weights.bin", offset: offset, length: length, sizes: sizes))
    #expect(error.description.contains(words), "\(error)")
    #expect(error.reason == .malformed)
  }

  /// Otherwise a small file could fill any memory.
  @Test func overlappingTensors() throws {
    let error = try #require(throws: FormatError.self) {
      try read(
        ONNXFixture.external("a", in: "weights.bin", offset: "0", sizes: [3]),
        ONNXFixture.external("b", in: "./weights.bin", offset: "4", sizes: [3]))
    }
    #expect(error.description.contains("overlaps other tensors"), "\(error)")
  }

  @Test func modelInMemory() throws {
    let model = ONNXFixture.model(
      [ONNXFixture.node("Relu", ["x"], ["y"])],
      initializers: [ONNXFixture.external("t", in: "weights.bin")])
    let error = try #require(throws: FormatError.self) { try model.read() }
    #expect(error.description.contains("read the model by its path"), "\(error)")
    #expect(error.reason == .unsupported)
  }
}
