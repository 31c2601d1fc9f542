import Adversary
import Foundation

extension Encodable {
  /// The value as JSON for programs that read standard output.
  func printAsJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}

/// Says something to the person who runs the command, not to the program that reads its results.
func remark(_ text: String) {
  FileHandle.standardError.write(Data("\(text)\n".utf8))
}

extension ResultsTable {
  /// The width of the terminal, or a width that suits a log.
  static var terminalWidth: Int {
    ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init).map { max(80, $0) } ?? 110
  }
}
