import Foundation
import TestKit
import Testing

extension OracleAttackTests {
  private func attack(_ service: String, _ more: [String]) throws -> Command {
    try Command(
      [
        "attack", path("pictures"), "--oracle", service, "--method", "rays", "--budget", "12",
        "--epsilon", "16/255",
      ] + more)
  }

  /// No option is taken and not heeded.
  @Test func optionsWithoutAMeaningAreRefused() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let service = try describe(server.address)
    for options in [
      ["--shape", "1x2x2"], ["--layout", "flat"], ["--class-count", "7"], ["--send", "floats"],
      ["--scores", "logits"], ["--service-output", "x"],
    ] {
      let described = try attack(service, options)
      #expect(described.exitCode == 64, "\(options): \(described.errors)")
      #expect(
        described.errors.contains("\(options[0]) does not go with \(service): what is sent"),
        "\(described.errors)")
      let bare = try Command(["attack", "model.pt2", path("pictures")] + options)
      #expect(bare.exitCode == 64 && bare.errors.contains("\(options[0]) goes with --oracle"))
    }
    for options in [
      ["--rate", "3"], ["--timeout", "7"], ["--retries", "1"], ["--concurrency", "2"],
    ] {
      let bare = try Command(["attack", "model.pt2", path("pictures")] + options)
      #expect(bare.exitCode == 64 && bare.errors.contains("\(options[0]) goes with --oracle"))
      let local = try attack(ONNXFile.fixture("cnn-batch-1"), options)
      #expect(
        local.exitCode == 64 && local.errors.contains("\(options[0]) does not go with a model file")
      )
    }
    let layout = try attack("\(server.address)/v1/models/x", ["--layout", "flat"])
    #expect(layout.exitCode == 64 && layout.errors.contains("--layout does not go with TensorFlow"))
    #expect(server.requestCount == 0)
    // These have a meaning.
    let command = try attack(service, ["--labels-only", "--header", "Authorization: Basic x"])
    #expect(command.exitCode == 0, "\(command.errors)")
    let scores = try Command(
      "attack", path("pictures"), "--oracle", service, "--method", "square", "--budget", "12",
      "--labels-only")
    #expect(scores.exitCode == 64 && scores.errors.contains("Square needs scores"))
  }

  @Test(arguments: ["1e-300", "0", "nan", "0.00009"]) func ratesThatAreNone(rate: String) throws {
    let command = try attack("http://127.0.0.1:1/v2/models/x", ["--rate", rate])
    #expect(command.exitCode == 64, "\(command.errors)")
    #expect(command.errors.contains("--rate between 0.0001 and 1000000"), "\(command.errors)")
  }

  /// An ONNX file plays the part of a service, whatever its name.
  @Test(arguments: ["model.onnx", "model"]) func anONNXFileAsAService(name: String) throws {
    try ONNXFile().bytes.write(to: URL(filePath: path(name)))
    let command = try attack(path(name), [])
    #expect(command.exitCode == 0, "\(command.errors)")
    #expect(try attack(path("none.onnx"), []).exitCode == 66)
  }

  /// What a service repeats of a cookie and of an address.
  @Test func secretsThatAServiceRepeats() throws {
    let server = try FaultyServer { request, _ in
      let session = (request.headers["cookie"] ?? "").dropFirst("session=".count)
      return .answer(403, Data("\(session) may not see \(request.path)".utf8))
    }
    defer { server.end() }
    for address in ["/v2/models/x?key=key-secret", "/v1/models/x?key=key-secret"] {
      let command = try attack(
        server.address + address,
        ["--header", "Cookie: session=cookie-secret", "--shape", "3x4x4", "--class-count", "3"])
      #expect(command.exitCode == 69, "\(command.errors)")
      #expect(command.errors.contains("refuses the request: 403"), "\(command.errors)")
      #expect(!command.errors.contains("-secret"), "\(command.errors)")
    }
  }
}
