import Foundation
import Logging

/// Writes each log entry as one line of JSON to standard error.
struct JSONLinesLog: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var members = metadata.merging(event.metadata ?? [:]) { _, own in own }
      .mapValues { "\($0)" }
    members["time"] = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    members["level"] = event.level.rawValue
    members["message"] = "\(event.message)"
    members["error"] = members["error"] ?? event.error.map { "\($0)" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(members) else { return }
    // One write, so that lines of several threads do not mix.
    FileHandle.standardError.write(line + Data("\n".utf8))
  }
}
