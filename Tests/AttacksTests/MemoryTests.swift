import Attacks
import Foundation
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  @Suite struct MemoryTests {
    @Test(.releaseOnly, arguments: AttackRow.all)
    func noTensorIsLeftBehind(row: AttackRow) throws {
      let signs = try SignsUnderAttack()
      func attack() throws {
        _ = try row.attack.points(for: signs.batch(), on: signs.model, within: row.threat)
      }
      try attack()
      let before = Engine.liveTensorCount
      for _ in 0..<3 { try attack() }
      #expect(Engine.liveTensorCount == before)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/statm"), "needs /proc"))
    func memoryDoesNotGrowOverAThousandSteps() throws {
      let signs = try SignsUnderAttack()
      let batch = signs.batch().rows([0, 1])
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "1/255"))
      func attack(steps: Int) throws {
        _ = try PGD(steps: steps, stopsAtSuccess: false)
          .perturbed(batch, on: signs.model, within: threat)
      }
      try attack(steps: 100)
      let before = try residentBytes()
      try attack(steps: 1000)
      #expect(try residentBytes() - before < 20_000_000)
    }

    private func residentBytes() throws -> Int {
      let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(
        separator: " ")
      return (Int(fields[1]) ?? 0) * 4096
    }
  }
}
