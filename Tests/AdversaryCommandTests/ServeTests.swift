import Foundation
import TestKit
import Testing
import TrafficSigns

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension EngineTests {
  @Suite("adversary serve", .timeLimit(.minutes(10))) struct ServeTests {
    /// The command while it runs.
    private struct Serving {
      let process = Process()
      let errors = Pipe()
      let model: URL

      init(_ options: String..., file: String = ShippedSigns.model.path) throws {
        process.executableURL = Command.executable
        process.arguments = ["serve", file, "--threads", "1"] + options
        let output = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        model = try #require(URL(string: line.trimmingCharacters(in: .newlines)))
      }

      /// Asks the process to end, and returns its exit code and its log.
      func end(with signal: Int32) -> (status: Int32, log: String) {
        kill(process.processIdentifier, signal)
        let log = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: log, as: UTF8.self))
      }
    }

    @Test(
      "A free port is printed, requests are logged as JSON, and a signal ends it well",
      arguments: [SIGINT, SIGTERM])
    func serving(signal: Int32) async throws {
      let serving = try Serving("--port", "0", "--name", "stop signs")
      #expect(serving.model.absoluteString.hasSuffix("/v2/models/stop%20signs"))
      let (data, _) = try await URLSession.shared.data(from: serving.model)
      #expect(String(decoding: data, as: UTF8.self).contains(#""name":"stop signs""#))
      // The port is taken now.
      let port = try #require(serving.model.port)
      let second = try Command("serve", ShippedSigns.model.path, "--port", "\(port)")
      #expect(second.exitCode == 69)
      #expect(second.errors.contains("port \(port) of 127.0.0.1 is taken"))
      let nowhere = try Command("serve", ShippedSigns.model.path, "--host", "nosuch.invalid")
      #expect(nowhere.exitCode == 69)
      #expect(
        nowhere.errors.contains(
          "cannot listen at nosuch.invalid, port 8000: there is no such host"),
        "\(nowhere.errors)")
      let (status, log) = serving.end(with: signal)
      #expect(status == 0)
      let entries = try log.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
        try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
      }
      #expect(entries.contains { $0["message"] == "request" && $0["status"] == "200" })
      #expect(log.contains("finishing the requests under way"))
    }

    @Test(
      "Options that make no sense are wrong usage", .releaseOnly,
      arguments: [
        ["--port", "70000"], ["--max-batch", "0"], ["--rate", "0"], ["--rate", "1e-300"],
        ["--timeout", "0"],
        ["--name", "a/b"], ["--round-scores", "10"], ["--log-level", "loud"],
        ["--labels-only", "--round-scores", "2"],
      ])
    func usage(options: [String]) throws {
      #expect(try Command(["serve", ShippedSigns.model.path] + options).exitCode == 64)
    }

    @Test("The address is no longer than it need be, and an ONNX model is called one")
    func addressAndPlatform() async throws {
      let serving = try Serving(
        "--port", "0", "--name", "a-b_1.x", file: ONNXFile.fixture("cnn-batch-1"))
      #expect(serving.model.absoluteString.hasSuffix("/v2/models/a-b_1.x"))
      let (data, _) = try await URLSession.shared.data(from: serving.model)
      #expect(String(decoding: data, as: UTF8.self).contains("onnx_onnxv1"))
      #expect(serving.end(with: SIGTERM).status == 0)
    }

    @Test("A missing model is said before anything listens")
    func missingModel() throws {
      #expect(try Command("serve", "nowhere.pt2", "--port", "0").exitCode == 66)
    }
  }
}
