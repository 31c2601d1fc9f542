import Foundation
import ProgramFormats
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
  @Test(.releaseOnly) func optionsWithoutAMeaningAreRefused() throws {
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

  private static let optionsOfModels: [[String]] = [
    ["--mean", "0.5", "0.5", "0.5", "--std", "1", "1", "1"], ["--input-range", "0..255"],
    ["--input-layout", "channels-last"], ["--input-shape", "3x4x4"], ["--scores-from", "x"],
    ["--outputs", "logits"], ["--straight-through"], ["--batch-size", "3"],
  ]

  /// What is behind --oracle is used as it is, whether it is a file or a service.
  @Test(.releaseOnly, arguments: optionsOfModels) func optionsOfModelsAreRefused(options: [String])
    throws
  {
    let file = path("model.onnx")
    try ONNXFile().bytes.write(to: URL(filePath: file))
    for oracle in [file, "http://127.0.0.1:1/v2/models/x"] {
      let command = try attack(oracle, options)
      #expect(command.exitCode == 64, "\(command.errors)")
      let sentence =
        options[0] == "--batch-size"
        ? "does not go with --oracle" : "is about the models of --substitute, and there are none"
      #expect(command.errors.contains("\(options[0]) \(sentence)"), "\(command.errors)")
    }
  }

  /// What a file shows of itself is heeded without options.
  @Test func aFileBehindOracleIsRecognised() throws {
    try SmallModel.probabilities.write(to: path("model.pt2"))
    let command = try attack(path("model.pt2"), [])
    #expect(command.exitCode == 0, "\(command.errors)")
    #expect(command.output.contains("fooled"), "\(command.output)")
  }

  private static let useless: [(options: [String], sentence: String)] = [
    (["--split", "training"], "--split goes with --data"),
    (["--ca", "nowhere.pem"], "--ca goes with an https address"),
    (["--header", "A: one", "--header", "a: two"], "--header a is there twice"),
    (["--header", "Bad Name: x"], "the name of a header is one word"),
  ]

  @Test(arguments: useless) func optionsWithoutUse(options: [String], sentence: String) throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    for service in ["\(server.address)/v2/models/x", try describe(server.address)] {
      let command = try attack(service, options)
      #expect(command.exitCode == 64, "\(command.errors)")
      #expect(command.errors.contains(sentence), "\(command.errors)")
    }
    #expect(server.requestCount == 0)
  }

  /// Addresses that hold a password, in places where they do not belong as well.
  @Test func passwordsInAddressesAreNeitherSentNorShown() throws {
    for oracle in [
      "http://me:pSECRET@127.0.0.1:1/v2/models/x", "me:pSECRET@127.0.0.1:1/v2/models/x",
      "me:pSECRET@127.0.0.1/model.onnx", "http://pSECRET@127.0.0.1:1/v1/models/x",
    ] {
      let command = try attack(oracle, ["--shape", "3x4x4", "--class-count", "3"])
      #expect([64, 66].contains(command.exitCode), "\(command.errors)")
      #expect(!(command.errors + command.output).contains("SECRET"), "\(command.errors)")
    }
    let forgotten = try Command(
      "attack", "http://me:pSECRET@127.0.0.1:1/v2/models/x", path("pictures"))
    #expect(forgotten.exitCode == 64 && !forgotten.errors.contains("SECRET"))
    #expect(forgotten.errors.contains("behind --oracle"), "\(forgotten.errors)")
  }

  @Test func aJournalThatCannotBeWritten() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let command = try attack(
      try describe(server.address), ["--journal", path("nowhere/queries.sqlite")])
    #expect(command.exitCode == 69, "\(command.errors)")
    #expect(command.errors.contains("the journal cannot be used"), "\(command.errors)")
  }

  /// The command that repeats an attack names the address as the rest of the page does.
  @Test func theCommandShowsTheAddressAsThePageDoes() throws {
    let server = try FaultyServer { request, _ in
      let outputs = #"[{"name": "label", "datatype": "INT64", "shape": [1], "data": [0]}]"#
      if request.method == "POST" { return .json(#"{"model_name": "x", "outputs": \#(outputs)}"#) }
      return .json(
        #"""
        {"name": "x", "inputs": [{"name": "input", "datatype": "UINT8", "shape": [1, 3, 4, 4]}],
        "outputs": [{"name": "label", "datatype": "INT64", "shape": [1]}]}
        """#)
    }
    defer { server.end() }
    let address = "\(server.address)/v2/models/x"
    let command = try attack(
      "\(address)?key=hush-hush&flag-hush", ["--class-count", "3", "-o", path("run")])
    #expect(command.exitCode == 0, "\(command.errors)")
    let page = try String(contentsOfFile: path("run/index.html"), encoding: .utf8)
    #expect(page.contains("--oracle") && !page.contains("hush"))
    // What answers come from has /infer behind its path.
    #expect(page.contains("\(address)?key=…&amp;…"))
  }

  @Test func helpSaysWhatThereIs() throws {
    let attack = try Command("attack", "--help").output
    #expect(!attack.contains("noise)"))
    for name in ["verify", "substitute"] {
      let help = try Command(name, "--help").output
      #expect(help.contains("--oracle") && !help.contains("Attack a service instead"))
    }
    let substitute = try Command("substitute", "--help").output
    #expect(substitute.contains("--oracle, --budget and --seeds are needed"))
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
