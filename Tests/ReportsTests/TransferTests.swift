import Evaluation
import Foundation
import Testing
import ThreatModels

@testable import Reports

@Suite struct TransferTests {
  static func matrix(_ name: String = "lenet") throws -> TransferMatrix {
    TransferMatrix(
      attack: "MI-FGSM", threat: ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255")),
      sources: [name, "resnet"],
      targets: [name, "resnet", "vit"].map {
        .init(name: $0, cleanAccuracy: Proportion(90, of: 100))
      },
      fooledRates: [
        [Proportion(89, of: 90), Proportion(20, of: 90), nil],
        [Proportion(45, of: 90), Proportion(80, of: 90), Proportion(0, of: 90)],
      ])
  }

  @Test func theVerdictIsAboutDifferentModels() throws {
    let verdict = try Self.matrix().verdict
    #expect(
      verdict.contains("made on resnet fool lenet on 50.0 % of the 90 pictures that both get"))
    var alone = try Self.matrix()
    alone.sources = ["lenet"]
    alone.targets = [alone.targets[0]]
    alone.fooledRates = [[Proportion(1, of: 2)]]
    #expect(alone.verdict.contains("no pair of different models"))
  }

  @Test(arguments: ["lenet", SampleResults.hostileName])
  func pageAndMapAreSoundXML(name: String) throws {
    let matrix = try Self.matrix(name)
    for text in [matrix.heatMap.svg, TransferPage(matrix, command: name).html] {
      #expect(XMLElements(of: text).problem == nil)
      #expect(!text.contains("<script") && !text.contains("{{"))
      #expect(text.contains("22.2") && text.contains("role=\"img\""))
    }
  }

  @Test func tablesHaveEveryRate() throws {
    let matrix = try Self.matrix()
    #expect(
      TransferTable(matrix, width: 80).lines.prefix(4) == [
        "made on      [1]      [2]  [3]", "lenet    *98.9 %   22.2 %    –",
        "resnet    50.0 %  *88.9 %  0 %", "* made on the model itself",
      ])
    #expect(matrix.markdown.contains("| resnet | 50.0 % | \\*88.9 % | 0 % |"))
    let page = TransferPage(matrix, command: "").html
    for text in [TransferTable(matrix, width: 200).description, matrix.markdown, page] {
      #expect(text.contains("Rates are shares of the pictures that both models get right"))
    }
  }

  @Test func aMatrixReadsBackAndMissingRatesAreSurvived() throws {
    let matrix = try Self.matrix()
    let data = try JSONEncoder().encode(matrix)
    #expect(try JSONDecoder().decode(TransferMatrix.self, from: data) == matrix)
    var short = matrix
    short.fooledRates = [[]]
    #expect(short.fooledRate(from: 1, on: 2) == nil)
    #expect(short.heatMap.shares == [[nil, nil, nil], [nil, nil, nil]])
  }

  @Test func lettersOnEveryShadeCanBeRead() {
    for share in stride(from: -0.1, through: 1.1, by: 0.01) {
      let shade = HeatMap.shade(of: share)
      let luminances = [shade, HeatMap.lettering(on: shade)].map(\.luminance).sorted()
      #expect((luminances[1] + 0.05) / (luminances[0] + 0.05) >= 4.5)
    }
  }

  @Test func shadesGrowDarker() {
    let luminances = stride(from: 0, through: 1, by: 0.1).map { HeatMap.shade(of: $0).luminance }
    #expect(luminances == luminances.sorted(by: >))
  }
}
