import Foundation
import Imaging
import ProgramFormats
import TestKit
import Testing

extension OracleAttackTests {
  /// Pictures of the target are neither attacked nor asked about, as with a model at hand.
  @Test func picturesOfTheTargetAreLeftOut() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    try makeFolders(["blue": [80, 90, 100], "red": [130, 110, 90]])
    let service = try describe(server.address)
    func attack(_ options: String...) throws -> Command {
      try Command(
        [
          "attack", "--data", path("classes"), "--oracle", service, "--method", "rays", "--budget",
          "400", "--epsilon", "16/255", "--journal", path("target.sqlite"), "-o", path("target"),
        ] + options)
    }
    // The first picture is left out, so that the second is the first that is attacked.
    let command = try attack("--target", "blue")
    #expect(command.exitCode == 0, "\(command.errors)")
    #expect(
      command.errors.contains("left out 1 pictures that are of the target class"),
      "\(command.errors)")
    #expect(command.output.contains("of 1 attacked; 0 wrong before"), "\(command.output)")
    let asked = server.requestCount
    #expect(command.output.contains("\(asked) queries asked"), "\(command.output)")
    // The same goes on in its folder, and is gone through again.
    #expect(try attack("--target", "blue").exitCode == 0)
    #expect(server.requestCount == asked)
    let verified = try Command("verify", path("target"), "--answers", path("target.sqlite"))
    #expect(verified.exitCode == 0, "\(verified.output)\(verified.errors)")
    let none = try Command(
      "attack", path("pictures/p0.png"), "--label", "red", "--target", "red", "--oracle", service,
      "--method", "rays", "--budget", "9", "-o", path("none"))
    #expect(!FileManager.default.fileExists(atPath: path("none")))
    #expect(none.exitCode == 64, "\(none.output)")
    #expect(none.errors.contains("every picture is of the target class"), "\(none.errors)")
    #expect(server.requestCount == asked)
  }

  /// A service is asked, whatever the journal of an attack holds; and without both no answer is compared.
  @Test func whoAsksAgainBelievesNoJournal() throws {
    let server = try FaultyServer { request, _ in Self.answer(to: request.body) }
    defer { server.end() }
    let (service, run) = (try describe(server.address), path("asked"))
    let attack = try Command(
      "attack", path("pictures"), "--oracle", service, "--method", "rays", "--budget", "600",
      "--epsilon", "16/255", "--journal", path("asked.sqlite"), "-o", run)
    #expect(attack.exitCode == 0, "\(attack.errors)")
    let asked = server.requestCount
    func verify(_ journal: String, budget: Int) throws -> Command {
      try Command(
        "verify", run, "--oracle", service, "--budget", "\(budget)", "--journal", path(journal))
    }
    let believed = try verify("asked.sqlite", budget: 900)
    #expect(believed.exitCode == 64, "\(believed.output)")
    #expect(
      believed.errors.contains("asked by: an attack then, verify now"), "\(believed.errors)")
    #expect(server.requestCount == asked)
    // What was asked before the budget was spent is not asked again.
    let cut = try verify("new.sqlite", budget: 3)
    #expect(cut.exitCode == 1, "\(cut.output)\(cut.errors)")
    #expect(server.requestCount == asked + 3)
    let new = try verify("new.sqlite", budget: 4)
    #expect(new.exitCode == 0, "\(new.output)\(new.errors)")
    #expect(server.requestCount == asked + 4)
    // An attack asked more than that, and in another order.
    let strange = try Command("verify", run, "--answers", path("new.sqlite"))
    #expect(strange.exitCode == 64, "\(strange.output)")
    #expect(strange.errors.contains("holds what verify asked"), "\(strange.errors)")
    let alone = try Command("verify", run, "--threads", "1")
    #expect(alone.exitCode == 0, "\(alone.errors)")
    #expect(
      alone.output.contains(
        "2 of 2 successes confirmed within the budget; no answer was compared: give --answers or "
          + "--oracle"),
      "\(alone.output)")
  }

  /// Names of classes are part of a service where it answers with them, and nowhere else.
  @Test(arguments: [false, true]) func namesOfClassesTellServicesApart(areNames: Bool) throws {
    let server = try FaultyServer { request, _ in
      Self.answer(to: request, areNames: areNames)
    }
    defer { server.end() }
    for (name, lines) in [("names", "red\ngreen\nblue\n"), ("more", "red\ngreen\nblue\npink\n")] {
      try lines.write(toFile: path(name), atomically: true, encoding: .utf8)
    }
    let (run, service) = (path("named"), server.address + "/v2/models/x")
    let given = areNames ? ["--labels", path("names")] : []
    let attack = try Command(
      [
        "attack", path("pictures/p0.png"), "--oracle", service, "--class-count", "3", "--method",
        "rays", "--budget", "300", "--epsilon", "16/255", "-o", run, "--labels", path("names"),
      ])
    #expect(attack.exitCode == 0, "\(attack.errors)")
    func verify(_ options: [String]) throws -> Command {
      try Command(
        ["verify", run, "--oracle", service, "--class-count", "3", "--budget", "9"] + options)
    }
    let same = try verify(given)
    #expect(same.exitCode == 0, "\(same.output)\(same.errors)")
    #expect(same.output.contains("1 of 1 successes confirmed\n"), "\(same.output)")
    #expect(!same.output.contains("differ"), "\(same.output)")
    #expect(!same.output.contains("another service"), "\(same.output)")
    let other = try verify(["--labels", path("more")])
    #expect(other.exitCode == 0, "\(other.output)\(other.errors)")
    #expect(other.output.contains("the class names differ from the run's") == areNames)
    #expect(!other.output.contains("another service"), "\(other.output)")
  }

  /// No option is taken and not heeded.
  @Test func optionsOfServicesGoWithServices() throws {
    try SmallModel.plain.write(to: path("model.pt2"))
    let attack = try Command(
      "attack", path("model.pt2"), path("pictures/p0.png"), "-o", path("at-hand"))
    #expect(attack.exitCode == 0, "\(attack.errors)")
    for options in [
      ["--answers", path("none.sqlite")], ["--oracle", path("model.pt2"), "--budget", "9"],
    ] {
      let command = try Command(["verify", path("at-hand")] + options)
      #expect(command.exitCode == 64, "\(command.output)")
      #expect(
        command.errors.contains("\(options[0]) goes with attacks on a service"),
        "\(command.errors)")
    }
    let labels = try Command("verify", path("at-hand"), "--labels", path("names"))
    #expect(
      labels.exitCode == 64 && labels.errors.contains("--labels goes with the address of a service")
    )
    let target = try Command(
      "attack", path("pictures"), "--oracle", path("model.pt2"), "--method", "rays", "--budget",
      "9", "--target", "least-likely")
    #expect(target.exitCode == 64, "\(target.output)")
    #expect(target.errors.contains("least-likely goes with a model at hand"), "\(target.errors)")
  }

  /// Makes folders of one picture each, of one colour.
  private func makeFolders(_ colours: [String: [UInt8]]) throws {
    for (name, colour) in colours {
      let place = path("classes/\(name)")
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try Picture(width: 4, height: 4, filledWith: colour).write(toPNG: "\(place)/\(name).png")
    }
  }

  /// As much of a request as the server looks at.
  private struct Question: Decodable {
    struct Input: Decodable { let data: [Double] }
    let inputs: [Input]
  }

  /// A server of the Open Inference Protocol, which answers with the number of the brightest channel, or its name.
  private static func answer(
    to request: FaultyServer.Request, areNames: Bool
  ) -> FaultyServer.Reply {
    let output = #""name": "label", "datatype": "\#(areNames ? "BYTES" : "INT64")""#
    switch request.path {
    case "/v2": return .json(#"{"name": "test", "version": "1", "extensions": []}"#)
    case "/v2/models/x":
      return .json(
        """
        {"name": "x", "platform": "test", "inputs": [
          {"name": "input", "datatype": "FP32", "shape": [-1, 3, 4, 4]}],
         "outputs": [{\(output), "shape": [-1]}]}
        """)
    default:
      let question = try? JSONDecoder().decode(Question.self, from: request.body)
      let values = question?.inputs[0].data ?? []
      let labels = stride(from: 0, to: values.count, by: 48).map { start in
        let sums = (0..<3).map { values[(start + 16 * $0)...].prefix(16).reduce(0, +) }
        return sums.firstIndex(of: sums.max() ?? 0) ?? 0
      }
      let data = labels.map { areNames ? "\"\(["red", "green", "blue"][$0])\"" : "\($0)" }
      return .json(
        """
        {"model_name": "x", "outputs": [
          {\(output), "shape": [\(labels.count)], "data": [\(data.joined(separator: ", "))]}]}
        """)
    }
  }
}
