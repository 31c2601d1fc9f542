import TestKit
import Testing

@testable import Oracles

@Suite struct OracleIdentityTests {
  @Test func aTitleNamesWhereAServiceIsAndNoDigest() {
    let service = OracleIdentity(interface: "Open Inference Protocol", address: "http://host/m")
    #expect(service.title == "http://host/m")
    let local = LocalOracle(BrightModel(), named: "sha256:0123456789abcdef").identity
    #expect(local.title == "a local model")
    #expect(local.address == "sha256:0123456789abcdef")
  }
}
