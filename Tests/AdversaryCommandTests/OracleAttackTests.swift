import Foundation
import Imaging
import Synchronization
import TestKit
import Testing

/// `adversary attack --oracle` against a service that takes pictures as bytes and answers with the
/// brightest channel.
@Suite(.serialized) final class OracleAttackTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "oracle-attack-\(UUID().uuidString)")

  init() throws {
    let pictures = folder.appending(path: "pictures")
    try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
    for (number, colour) in [[UInt8](arrayLiteral: 130, 110, 90), [80, 90, 100]].enumerated() {
      try Picture(width: 4, height: 4, filledWith: colour)
        .write(toPNG: pictures.appending(path: "p\(number).png").path)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Describes a service to the command.
  func describe(_ address: String, scores: Bool = true) throws -> String {
    let file = path("service.yaml")
    let place = scores ? "scores: scores, kind: logits" : "label: label"
    try """
    url: \(address)/predict
    headers: {Authorization: Bearer top-secret, X-Home: '${HOME}'}
    shape: 3x4x4
    classes: [red, green, blue]
    json: '{"picture": {{byte_array}}}'
    answer: {\(place)}
    """.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  static func answer(to body: Data) -> FaultyServer.Reply {
    let json = try? JSONDecoder().decode([String: [[[Int]]]].self, from: body)
    let picture = json?["picture"] ?? []
    let sums = picture.map { $0.reduce(0) { $0 + $1.reduce(0, +) } }
    let label = sums.firstIndex(of: sums.max() ?? 0) ?? 0
    return .json("{\"label\": \(label), \"scores\": \(sums)}")
  }

  private func arguments(
    _ service: String, _ method: String, budget: Int, _ more: [String] = []
  ) -> [String] {
    [
      "attack", path("pictures"), "--oracle", service, "--method", method, "--budget", "\(budget)",
      "--epsilon", "16/255", "--journal", path("queries.sqlite"),
    ] + more
  }

  @Test(arguments: ["square", "rays", "hopskipjump", "simba", "apgd-dlr:gradient=spsa,samples=4"])
  func foolsAServiceWithinTheBudgetAndPaysOnce(method: String) throws {
    let bodies = Mutex<[Data]>([])
    let server = try FaultyServer { request, _ in
      bodies.withLock { $0.append(request.body) }
      guard request.headers["authorization"] == "Bearer top-secret" else {
        return .answer(401, Data())
      }
      return Self.answer(to: request.body)
    }
    defer { server.end() }
    let service = try describe(server.address)
    let first = try Command(arguments(service, method, budget: 12, ["--price", "0.5"]))
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(server.requestCount <= 12)
    #expect(first.errors.contains("up to 12 queries, which cost up to 6.00"))
    let kept = try Data(contentsOf: folder.appending(path: "queries.sqlite"))
    #expect(kept.range(of: Data("top-secret".utf8)) == nil)
    #expect(kept.range(of: Data(server.address.utf8)) != nil)
    #expect(!first.output.contains("newlyWrong") && !first.output.contains("robust"))
    // The same command pays for nothing, and finds the same.
    let again = try Command(arguments(service, method, budget: 12, ["--price", "0.5"]))
    #expect(again.output == first.output)
    #expect(server.requestCount <= 12)
    // With more to spend it goes on.
    let output = path("out")
    let more = try Command(arguments(service, method, budget: 600, ["-o", output, "--json"]))
    #expect(more.exitCode == 0, "\(more.errors)")
    let all = bodies.withLock(\.self)
    #expect(Set(all).count == all.count && all.count <= 600)
    let results = try #require(
      try JSONSerialization.jsonObject(with: Data(more.output.utf8)) as? [String: Any])
    #expect(results["queries"] as? Int == all.count)
    let samples = try #require(results["samples"] as? [[String: Any]])
    #expect(samples.count == 2)
    for sample in samples {
      #expect(sample["outcome"] as? String == "newlyWrong", "\(sample)")
      let name = try #require(sample["name"] as? String)
      let picture = try Picture(contentsOf: "\(output)/adversarial/\(name).png")
      // What the file shows is what the service was fooled by.
      let planes = (0..<3).map { channel in
        stride(from: channel, to: 48, by: 3).reduce(0) { $0 + Int(picture.samples[$1]) }
      }
      #expect(planes.firstIndex(of: planes.max() ?? 0) == sample["adversarial"] as? Int)
    }
    #expect(FileManager.default.fileExists(atPath: output + "/oracle.json"))
    // How many queries it took, for each picture and together, and what the service could have noticed.
    let success = samples.compactMap { $0["queriesToSuccess"] as? Int }
    #expect(success.count == 2 && success.allSatisfy { $0 > 1 && $0 <= 600 })
    let curve = try #require(results["successCurve"] as? [String: Any])
    let steps = try #require(curve["steps"] as? [[String: Int]])
    #expect(
      curve["attacked"] as? Int == 2 && steps.last == ["queries": success.max() ?? 0, "fooled": 2])
    let pattern = try #require(results["pattern"] as? [String: Any])
    #expect(pattern["queries"] as? Int == all.count && (pattern["close"] as? Int ?? 0) > 0)
    let page = try String(contentsOfFile: output + "/index.html", encoding: .utf8)
    #expect(page.contains("fooled the service on 2 of 2 attacked pictures"))
    #expect(page.contains("What the service could have noticed"))
    #expect(!page.contains("top-secret"))
  }

  /// Values of headers are no more on the page than in the journal; their names and variables are.
  @Test func noSecretOfTheCommandLineIsOnThePage() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let (service, output) = (try describe(server.address), path("secret"))
    let command = try Command(
      arguments(
        service, "simba", budget: 40,
        [
          "-o", output, "--header", "X-Key: very-secret", "--header=X-Other: also-secret",
          "--header", "Cookie: p${HOME};session=mixed-secret",
        ]))
    #expect(command.exitCode == 0, "\(command.errors)")
    let page = try String(contentsOfFile: output + "/index.html", encoding: .utf8)
    #expect(page.contains("X-Key: …") && page.contains("X-Other: …"))
    #expect(page.contains("Cookie: …${HOME}…"))
    #expect(!page.contains("-secret"))
  }

  /// What a server does not tell is asked for by the names of options.
  @Test(arguments: [
    ("[-1, 3, 4, 4]", "how many classes it has: give --class-count"),
    ("[-1, -1, -1, -1]", "does not tell the shape of pictures: give --shape"),
  ]) func whatAServerDoesNotTellIsAskedFor(shape: String, words: String) throws {
    let server = try FaultyServer { _, _ in
      .json(
        """
        {"name": "x", "inputs": [{"name": "input", "datatype": "FP32", "shape": \(shape)}],
         "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]}]}
        """)
    }
    defer { server.end() }
    let command = try Command(arguments("\(server.address)/v2/models/x", "rays", budget: 5))
    #expect(command.exitCode == 64 && command.errors.contains(words), "\(command.errors)")
  }

  /// A target is called by its name, and outcomes by their words.
  @Test func theTargetHasItsName() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let (names, output) = (path("names.txt"), path("target"))
    try "red\ngreen\nblue\n".write(toFile: names, atomically: true, encoding: .utf8)
    let command = try Command(
      arguments(
        try describe(server.address), "simba", budget: 2,
        ["-o", output, "--labels", names, "--target", "green"]))
    #expect(command.exitCode == 0, "\(command.errors)")
    #expect(command.output.contains("held") && !command.output.contains("robust"))
    let page = try String(contentsOfFile: output + "/index.html", encoding: .utf8)
    #expect(page.contains("green") && !page.contains("class 1"))
  }

  /// A description names the classes, for targets, results, and folders in another order.
  @Test func aDescribedServiceNamesItsClasses() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let service = try describe(server.address)
    let named = try Command(arguments(service, "rays", budget: 300, ["--target", "green"]))
    #expect(named.exitCode == 0, "\(named.errors)")
    #expect(named.output.contains("red → green"), "\(named.output)")
    // p0 is red, p1 is blue.
    for (folder, picture) in [("blue", "p1"), ("red", "p0")] {
      let place = path("folders/\(folder)")
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: path("pictures/\(picture).png"), toPath: "\(place)/\(picture).png")
    }
    let labelled = try Command(
      "attack", "--data", path("folders"), "--oracle", service, "--method", "rays", "--budget",
      "300",
      "--epsilon", "16/255")
    #expect(labelled.exitCode == 0, "\(labelled.errors)")
    #expect(
      labelled.output.contains("fooled 2 of 2 attacked; 0 wrong before"), "\(labelled.output)")
    try FileManager.default.createDirectory(
      atPath: path("folders/pink"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: path("pictures/p1.png"), toPath: path("folders/pink/p1.png"))
    let stray = try Command(
      "attack", "--data", path("folders"), "--oracle", service, "--method", "rays", "--budget",
      "300")
    #expect(stray.exitCode == 65 && stray.errors.contains("“pink” is no class of the service"))
  }

  /// The same attack goes on in its folder; no other attack and nothing else does.
  @Test func theFolderOfTheSameAttackIsWrittenAnew() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let (service, output) = (try describe(server.address), path("again"))
    func attack(budget: Int, _ more: [String] = []) throws -> Command {
      try Command(arguments(service, "simba", budget: budget, ["-o", output] + more))
    }
    func claims() throws -> NSDictionary {
      let data = try Data(contentsOf: URL(filePath: output + "/oracle.json"))
      return try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
    }
    #expect(try attack(budget: 3).exitCode == 0)
    #expect((try claims())["picturesLeft"] as? Int == 1)
    let whole = try attack(budget: 600)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let (found, asked) = (try claims(), server.requestCount)
    #expect(found["picturesLeft"] as? Int == 0)
    for other in [["--seed", "1"], ["--pixels", "float"], ["--target", "2"]] {
      let refused = try attack(budget: 600, other)
      #expect(refused.exitCode == 64 && refused.errors.contains("holds an earlier run"), "\(other)")
    }
    // Killed before it could say what it is, while it was writing that.
    try FileManager.default.removeItem(atPath: output + "/oracle.json")
    let halves = ["/.dat.nosync4B7C.PCjxOY", "/original/.dat.nosync4B7C.PCjxOY"].map { output + $0 }
    for half in halves { try Data("{".utf8).write(to: URL(filePath: half)) }
    #expect(try attack(budget: 600).exitCode == 0)
    #expect(try claims() == found)
    #expect(!halves.contains { FileManager.default.fileExists(atPath: $0) })
    #expect(server.requestCount == asked)
    // Without the journal there is nothing to go on from.
    let bare = try Command(
      "attack", path("pictures"), "--oracle", service, "--method", "simba", "--budget", "600",
      "--epsilon", "16/255", "-o", output)
    #expect(bare.exitCode == 64 && bare.errors.contains("holds an earlier run"))
    // Pictures that an attack on a model left, and files of somebody else.
    try FileManager.default.removeItem(atPath: output + "/oracle.json")
    let stray = output + "/comparison/p0.png"
    try FileManager.default.copyItem(atPath: output + "/original/p0.png", toPath: stray)
    #expect(try attack(budget: 600).exitCode == 64)
    try FileManager.default.removeItem(atPath: stray)
    try Data("mine".utf8).write(to: URL(filePath: output + "/notes.txt"))
    #expect(try attack(budget: 600).exitCode == 64)
    #expect(FileManager.default.fileExists(atPath: output + "/notes.txt"))
  }

  @Test func whatCannotBeDoneIsSaid() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    let labels = try describe(server.address, scores: false)
    let picture = path("pictures/p0.png")
    let cases: [([String], Int32, String)] = [
      (["attack", picture, "--oracle", labels], 64, "--oracle needs --budget"),
      (["attack", "--oracle", labels, "--budget", "5"], 64, "give either pictures or a data set"),
      (["attack", picture, "--budget", "5"], 64, "--budget goes with --oracle"),
      (arguments(labels, "square", budget: 5), 64, "Square needs scores"),
      (arguments(labels, "pgd", budget: 5), 64, "PGD needs gradients"),
      (arguments(labels, "rays", budget: 5, ["--target", "grey"]), 64, "no class “grey”"),
      (arguments(path("no.yaml"), "rays", budget: 5), 66, "there is no such file"),
      (arguments("http://127.0.0.1:1/x", "rays", budget: 5), 64, "is not of the form"),
      (arguments("http:///v2/models/x", "rays", budget: 5), 64, "is not of the form"),
      (
        arguments(
          "http://127.0.0.1:1/v2/models/x", "rays", budget: 5, ["--header", "X: ${NO_SUCH_THING}"]),
        64, "the variable NO_SUCH_THING of the environment is not set"
      ),
      (
        arguments(labels, "nes", budget: 5, ["--substitute", "no.pt2"]), 64,
        "square, simba, simba-dct, hopskipjump, boundary, rays"
      ),
      (
        arguments(labels, "random-sign", budget: 5, ["--substitute", "no.pt2"]), 64,
        "cannot begin at what fools a substitute"
      ),
      (arguments(labels, "rays", budget: 5, ["--substitute", "no.pt2"]), 66, "no.pt2"),
    ]
    for (arguments, code, words) in cases {
      let command = try Command(arguments)
      #expect(command.exitCode == code, "\(arguments): \(command.errors)")
      #expect(command.errors.contains(words), "\(arguments): \(command.errors)")
    }
    server.end()
    let gone = try Command(
      "attack", picture, "--oracle", "\(server.address)/v2/models/x", "--budget", "5", "--method",
      "rays", "--retries", "1")
    #expect(gone.exitCode == 69, "\(gone.errors)")
    #expect(gone.errors.contains("gave no answer in 2 tries"), "\(gone.errors)")
  }
}
