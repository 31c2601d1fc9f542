import Foundation
import Testing

@Suite(
  "Tracked files",
  .enabled(if: Checkout.isTracked, "only a git checkout knows which files are tracked"))
struct TrackedFilesTests {
  @Test("None is large")
  func areSmall() throws {
    let large = try Checkout.trackedFiles().filter { path in
      let file = Checkout.root.appending(path: path)
      return try (file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
        > Architecture.largestFile
    }
    #expect(large == [])
  }

  @Test("None names a path of one machine")
  func namesNoMachinePath() throws {
    let found = try Checkout.trackedFiles().flatMap { path in
      guard let text = try? String(contentsOf: Checkout.root.appending(path: path), encoding: .utf8)
      else { return [String]() }
      return machinePaths(in: text).map { "\(path): \($0)" }
    }
    #expect(found == [])
  }

  @Test("A machine's path is seen", arguments: ["work", "root", "tmp", "home", "Users", "opt"])
  func seesMachinePath(folder: String) {
    #expect(machinePaths(in: "see '/\(folder)/somewhere/file'.") == ["/\(folder)/somewhere"])
    #expect(machinePaths(in: "\n/\(folder)/somewhere").count == 1)
    #expect(machinePaths(in: "https://example.org/\(folder)/somewhere ./\(folder)/x") == [])
  }

  /// Absolute paths in folders that differ from machine to machine.
  private func machinePaths(in text: String) -> [String] {
    text.matches(of: /(?:^|[^A-Za-z0-9_.\/])(\/(?:work|root|tmp|home|Users|opt)\/\w+)/)
      .map { String($0.1) }
  }
}
