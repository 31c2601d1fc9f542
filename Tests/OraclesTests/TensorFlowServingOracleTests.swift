import Foundation
import TensorModule
import TestKit
import Testing
import ThreatModels

@testable import Oracles

extension EngineTests {
  @Suite struct TensorFlowServingOracleTests {
    private func oracle(
      _ address: String, change: (inout TensorFlowServingOracle.Model) -> Void = { _ in }
    ) throws -> BudgetedOracle {
      var known = TensorFlowServingOracle.Model(
        address: address + "/v1/models/signs", imageShape: BrightModel.shape, classCount: 3)
      known.scoreKind = .logits
      change(&known)
      let model = try TensorFlowServingOracle(known, batchSize: 4, settings: .quick)
      return BudgetedOracle(
        model, budget: QueryBudget(),
        journal: try QueryJournal(continuing: nil, with: QuerySetup(of: model)))
    }

    /// The means of channels times four, as the tests' model gives them, from pixels in rows.
    private static func logits(_ body: Data) -> [[Double]] {
      let json = try? JSONSerialization.jsonObject(with: body) as? [String: [[[[Double]]]]]
      return (json?["instances"] ?? []).map { rows in
        let pixels = rows.flatMap(\.self)
        return (0..<3).map { channel in pixels.reduce(0) { $0 + $1[channel] } / 16 * 4 }
      }
    }

    @Test func asksInRowsAndReadsScores() throws {
      let server = try FaultyServer { request, _ in
        guard request.path == "/v1/models/signs:predict" else { return .answer(404, Data()) }
        return .json("{\"predictions\": \(Self.logits(request.body))}")
      }
      defer { server.end() }
      let (images, labels) = BrightModel.pictures(10)
      let oracle = try oracle(server.address)
      #expect(try oracle.labels(of: images).integers() == labels)
      let found = try oracle.scores(of: images).floats()
      let wanted = try BrightModel().logits(of: images).floats()
      #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(server.requestCount == 3)
    }

    /// Of requests with four, four and two pictures two are refused and asked again in halves; afterwards
    /// the service is asked as it likes.
    @Test func asksInPartsWhatTheServiceFindsTooLarge() throws {
      let server = try FaultyServer { request, _ in
        let logits = Self.logits(request.body)
        if logits.count > 2 { return .answer(413, Data("at most 2".utf8)) }
        return .json("{\"predictions\": \(logits)}")
      }
      defer { server.end() }
      let (images, labels) = BrightModel.pictures(10)
      let oracle = try oracle(server.address)
      #expect(try oracle.labels(of: images).integers() == labels)
      #expect(oracle.statistics.asked == 10)
      #expect(server.requestCount == 3 + 4)
      let (others, otherLabels) = BrightModel.pictures(14)
      #expect(try oracle.labels(of: others).integers() == otherLabels)
      #expect(server.requestCount == 3 + 4 + 2)
    }

    @Test func onePictureThatIsTooLargeIsRefused() throws {
      let server = try FaultyServer { _, _ in .answer(413, Data("at most 1 KiB".utf8)) }
      defer { server.end() }
      let oracle = try oracle(server.address)
      let error = #expect(throws: OracleError.self) {
        try oracle.labels(of: BrightModel.pictures(3).0)
      }
      #expect(error?.description.contains("413") == true)
      // Three pictures, then two and one, then one by one.
      #expect(server.requestCount <= 1 + 2 + 2)
      #expect(oracle.statistics.asked == 0)
    }

    @Test func theQueryStringStaysBehindThePath() throws {
      let server = try FaultyServer { request, _ in
        guard request.path == "/v1/models/m:predict?key=abc" else { return .answer(404, Data()) }
        return .json("{\"predictions\": \(Self.logits(request.body))}")
      }
      defer { server.end() }
      let (images, labels) = BrightModel.pictures(2)
      let oracle = try oracle("") { $0.address = server.address + "/v1/models/m?key=abc" }
      #expect(try oracle.labels(of: images).integers() == labels)
    }

    @Test func readsOneOutputOfSeveral() throws {
      let server = try FaultyServer { request, _ in
        let rows = Self.logits(request.body).map { "{\"classes\": [\(1)], \"p\": \($0)}" }
        return .json("{\"predictions\": [\(rows.joined(separator: ","))]}")
      }
      defer { server.end() }
      let (images, labels) = BrightModel.pictures(3)
      #expect(
        try oracle(server.address) { $0.output = "p" }.labels(of: images).integers() == labels)
      let ones = try oracle(server.address) { ($0.output, $0.scoreKind) = ("classes", nil) }
      #expect(try ones.labels(of: images).integers() == [1, 1, 1])
      for output in [nil, "q"] {
        #expect(throws: OracleError.self) {
          try oracle(server.address) { $0.output = output }.labels(of: images)
        }
      }
    }

    @Test(arguments: [
      "{}", "[]", "{\"predictions\": 1}", "{\"predictions\": [[1, 2, 3]]}",
      "{\"predictions\": [[1, 2], [1, 2]]}", "{\"predictions\": [[1, 2, 3], [1, 2, \"a\"]]}",
    ])
    func wrongAnswersAreRefused(answer: String) throws {
      let server = try FaultyServer { _, _ in .json(answer) }
      defer { server.end() }
      let error = #expect(throws: OracleError.self) {
        try oracle(server.address).labels(of: BrightModel.pictures(2).images)
      }
      guard case .malformed? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }
}
