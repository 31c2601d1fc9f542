import Foundation
import TestKit
import Testing
import TrafficSigns

/// `adversary reproduce goodfellow2015` as people run it.
@Suite final class ReproduceGoodfellow2015Tests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func arguments(_ data: String, _ more: String...) -> [String] {
    ["reproduce", "goodfellow2015", "--data", data, "--quick", "--threads", "1", "-o", folder.path]
      + more
  }

  private func results() throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: "results.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func worksOnAnyPicturesAndTakesWhatIsTrained() throws {
    let arguments = arguments(ShippedSigns.directory.path, "--epochs", "1", "--units", "4")
    let first = try Command(arguments)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.errors.contains("adversarial-maxout, epoch 1 of 1"))
    for figure in ["network", "paper", "99.90 %", "79.30 %", "40.90 %", "This was --quick"] {
      #expect(first.output.contains(figure), "\(figure)")
    }
    #expect((try results()["nets"] as? [Any])?.count == 6)
    let page = try String(contentsOf: folder.appending(path: "results.md"), encoding: .utf8)
    #expect(page.contains("| adversarial-maxout → maxout | transfer error | 40.90 % |"))
    let again = try Command(arguments)
    #expect(again.exitCode == 0 && again.output == first.output)
    #expect(!again.errors.contains("epoch 1 of 1"))
    let other = try Command(arguments + ["--seed", "1"])
    #expect(other.exitCode == 64 && other.errors.contains("--replace"))
  }

  @Test func whatCannotBeRepeatedIsOneSentence() throws {
    #expect(try Command(arguments("/nowhere")).exitCode == 66)
    #expect(try Command(arguments(ShippedSigns.directory.path, "--epochs", "0")).exitCode == 64)
  }

  /// A thousand real digits are enough to see how linear models fall.
  @Test(.needs("data/mnist")) func digitsFoolLinearModels() throws {
    let run = try Command(
      arguments(
        SharedFolder.path("data/mnist"), "--epochs", "3", "--units", "8", "--first", "1000"))
    #expect(run.exitCode == 0, "\(run.errors)")
    let nets = try #require(try results()["nets"] as? [[String: Any]])
    for (net, cleanLimit) in zip(nets.prefix(2), [0.35, 0.1]) {
      func error(_ tally: Any?) throws -> Double {
        let tally = try #require(tally as? [String: Any])
        let (wrong, count) = (tally["wrongCount"] as? Int, tally["count"] as? Int)
        return Double(try #require(wrong)) / Double(try #require(count))
      }
      let attacked = try #require(net["attacked"] as? [String: Any])
      #expect(try error(net["clean"]) < cleanLimit)
      #expect(try error(attacked["clipped"]) > 0.8)
    }
  }
}
