import Foundation
import ProgramFormats
import ProgramIR
import TestKit

/// One run of libFuzzer: whatever the bytes are, reading them must end in a program or an error.
///
/// Bytes that start with `G` stand for the graph of an otherwise sound archive, with `W` for the
/// description of its weights, so that checksums do not stop every change; all others are a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
  let file =
    switch input.first {
    case UInt8(ascii: "G"): soundArchive.replacing("models/model.json", by: input.dropFirst())
    case UInt8(ascii: "W"): soundArchive.replacing("weights_config.json", by: input.dropFirst())
    default: input
    }
  if let program = try? Program.read(file, named: "input") {
    _ = program.inEvaluationMode().foldingBatchNorm()
  }
  return 0
}

private let soundArchive = Archive()

/// An archive whose entries can be exchanged.
private struct Archive {
  private let builder: ZipBuilder

  /// The archive in the folder that `ADVERSARY_FUZZ` names.
  init() {
    let folder = ProcessInfo.processInfo.environment["ADVERSARY_FUZZ"] ?? "."
    let paths = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    builder = ZipBuilder(
      paths.sorted().compactMap { path in
        FileManager.default.contents(atPath: "\(folder)/\(path)").map {
          ZipBuilder.Entry("archive/\(path)", [UInt8]($0))
        }
      })
    precondition(!builder.entries.isEmpty, "'\(folder)' holds no unpacked archive")
  }

  func replacing(_ ending: String, by content: ArraySlice<UInt8>) -> [UInt8] {
    var builder = builder
    for index in builder.entries.indices where builder.entries[index].name.hasSuffix(ending) {
      builder.entries[index].content = Array(content)
    }
    return builder.bytes
  }
}
