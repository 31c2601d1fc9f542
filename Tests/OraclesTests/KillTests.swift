import Foundation
import Synchronization
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension EngineTests {
  /// A process that is killed while it asks, and what the next one finds.
  @Suite struct KillTests {
    private static func labels(
      from address: String, journal: String
    ) throws -> (labels: [Int], asked: Int) {
      // A header tells the server whom to kill.
      let endpoint = try DescribedEndpoint(
        "headers: {X-Process: '${ME}'}\n" + brightDescription(address), named: "o.yaml",
        environment: ["ME": "\(getpid())"])
      var settings = HTTPSettings.quick
      settings.concurrency = 1
      let model = DescribedOracle(endpoint, settings: settings)
      let oracle = BudgetedOracle(
        model, budget: QueryBudget(limit: 30),
        journal: try QueryJournal(continuing: journal, with: QuerySetup(of: model)))
      let labels = try oracle.labels(of: BrightModel.pictures(12).images).integers()
      return (labels, oracle.statistics.asked)
    }

    /// The server kills the process that asks, instead of answering its request of some number.
    @Test(arguments: [0, 1, 5, 11]) func nothingIsLostOrAskedAgain(moment: Int) async throws {
      let answered = Mutex<[Data]>([])
      let server = try FaultyServer { request, number in
        if number == moment, let process = request.headers["x-process"].flatMap({ Int32($0) }) {
          kill(process, SIGKILL)
          return .silence
        }
        answered.withLock { $0.append(request.body) }
        return .json(brightAnswer(to: request.body))
      }
      defer { server.end() }
      let file = TemporaryFile()
      let (address, path) = (server.address, file.path)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [address = address as String, path = path as String] in
        _ = try Self.labels(from: address, journal: path)
      }
      let (labels, asked) = try Self.labels(from: address, journal: path)
      #expect(labels == BrightModel.pictures(12).labels)
      let bodies = answered.withLock(\.self)
      #expect(bodies.count == 12 && Set(bodies).count == 12)
      // The question that was on its way may have to be paid for, so it counts twice.
      #expect(asked == 13)
    }
  }
}
