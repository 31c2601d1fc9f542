import Adversary
import ArgumentParser
import Foundation

/// What all reproductions are told, and what they share: they stop cleanly, and leave files and a table.
struct ReproductionOptions: ParsableArguments {
  @OptionGroup var engine: EngineOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder for the networks, results.json and results.md; named after the paper if not said.",
      valueName: "folder"))
  var output: String?

  @Flag(help: "Train anew what is in that folder.")
  var replace = false

  @Flag(help: "Print the results as JSON.")
  var json = false

  /// Works until there are results or somebody wants it to stop.
  ///
  /// - Parameters:
  ///   - folder: where the results go.
  ///   - work: told how to find out whether it shall stop; returns nothing if it did.
  ///   - markdown: the results for people who read files.
  ///   - table: the results for the terminal.
  func finish<Results: Encodable>(
    in folder: String, _ work: (_ isStopWanted: () -> Bool) throws -> Results?,
    markdown: (Results) -> String, table: (Results) -> String
  ) throws {
    let stop = StopRequest()
    let interruption = stop.watch(saying: "stopping after this batch; once more stops at once")
    defer { interruption.end() }
    guard let results = try work({ stop.signal != nil }) else {
      remark("stopped; the same command goes on")
      throw ExitCode(128 + (stop.signal ?? SIGINT))
    }
    try write(results, markdown: markdown(results), to: folder)
    if json {
      try results.printAsJSON()
    } else {
      print(table(results))
    }
  }

  private func write(
    _ results: some Encodable, markdown: String, to folder: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let url = URL(filePath: folder)
    do {
      try encoder.encode(results).write(
        to: url.appending(path: "results.json"), options: .atomic)
      try Data(markdown.utf8).write(to: url.appending(path: "results.md"), options: .atomic)
    } catch {
      throw RunFolderError.unwritable(folder, because: error)
    }
    remark("results: \(folder)/results.md")
  }

  /// Refuses numbers that are out of range.
  static func require(_ limits: [(name: String, value: Int?, range: ClosedRange<Int>)]) throws {
    for (name, value, range) in limits {
      if let value, !range.contains(value) {
        throw ValidationError("\(name) must be between \(range.lowerBound) and \(range.upperBound)")
      }
    }
  }
}
